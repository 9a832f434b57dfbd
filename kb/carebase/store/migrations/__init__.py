"""The numbered steps of the tables. A step that was released is never edited."""
