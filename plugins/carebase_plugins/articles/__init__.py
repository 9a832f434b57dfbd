"""The plugin that makes guides, questions, troubleshooters and courses of Markdown pages."""
