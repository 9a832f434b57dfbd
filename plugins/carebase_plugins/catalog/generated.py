"""Pages and data that the catalogue gives a site without a writer listing them."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from carebase.warranty.policy import Policy
from carebase.warranty.public import public_data
from carebase_plugins.base import add_page
from carebase_plugins.shared import Shared
from carebase_plugins.theme.install import DATA
from carebase_plugins.theme.words import Words, words_of


def add_catalog_pages(shared: Shared, files: Files, config: MkDocsConfig) -> Files:
    """Add hubs, terms, the list of products, a home page, and the public data of the warranty."""
    words = words_of(shared.site.language)
    for source, product in shared.hubs.items():
        add_page(files, config, source, product.name)
    for source, policy in shared.terms.items():
        add_page(files, config, source, _terms_title(shared, policy, words))
    if shared.catalog.products:
        add_page(files, config, "products/index.md", words("nav.products"))
    add_page(files, config, "index.md", shared.site.name)
    for name, text in public_data(shared.catalog).items():
        files.append(File.generated(config, f"{DATA}/{name}", content=text))
    return files


def _terms_title(shared: Shared, policy: Policy, words: Words) -> str:
    names = [product.name for product in shared.products_under(policy)]
    return words("terms.title", products=", ".join(names) or policy.id, version=policy.version)
