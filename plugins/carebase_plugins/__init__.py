"""MkDocs plugins, Markdown blocks and the theme of Carebase."""
