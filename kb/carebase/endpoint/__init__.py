"""The one process beside the static site: it takes forms, checks warranties and serves the pages.

`app.create_app` makes it from `settings.Settings`; `server` runs it.
"""
