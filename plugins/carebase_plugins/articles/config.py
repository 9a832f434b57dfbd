"""The options of `carebase-articles`."""

from mkdocs.config.base import Config


class ArticlesConfig(Config):
    """No options: what a page is stands in its front matter."""
