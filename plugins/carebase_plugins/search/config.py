"""The options of `carebase-search`."""

from __future__ import annotations

from mkdocs.config.base import Config


class SearchConfig(Config):
    """There is nothing to set: what widens a search stands in front matter and synonyms.yml."""
