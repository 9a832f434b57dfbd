"""The plugin that makes product hubs, the home page, terms and public data of the catalogue."""
