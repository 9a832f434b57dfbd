"""The one process beside the static site: it takes forms, checks warranties and serves the pages.

`create_app` makes it from `Settings`; `server` runs it.
"""

from carebase.endpoint.app import create_app
from carebase.endpoint.settings import Settings

__all__ = ["Settings", "create_app"]
