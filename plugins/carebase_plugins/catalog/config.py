"""The options of `carebase-catalog`."""

from mkdocs.config.base import Config


class CatalogConfig(Config):
    """No options: everything about a product stands in its product.yml."""
