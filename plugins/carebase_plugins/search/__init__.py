"""Search: the plugin `carebase-search`."""
