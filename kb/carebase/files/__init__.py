"""Files that customers send: which kinds, how they are cleaned, where they are kept."""
