"""The plugin that puts forms, the warranty check and feedback into pages."""
