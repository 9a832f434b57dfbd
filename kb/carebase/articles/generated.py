"""The pages and files of a built site that have no source of their own below `docs/`."""

from __future__ import annotations

import re

from carebase.articles.files import DocsFiles
from carebase.catalog import Catalog

# What the theme and the build add beside the pages; what lies below is not looked into.
_FILES = re.compile(
    r"(?:404\.html|sitemap\.xml(?:\.gz)?|search/.*|_headers|robots\.txt|feed_.*\.xml"
    r"|assets/(?:carebase|javascripts|stylesheets)/.*|assets/images/favicon\.png)\Z"
)


def is_generated_file(address: str) -> bool:
    """Tell whether a file of the site comes from the build and not from `docs/`."""
    return _FILES.match(address) is not None


def generated_pages(catalog: Catalog, files: DocsFiles) -> dict[str, str]:
    """Give the pages that the build makes: `src_uri` as if they had a file, and what makes them.

    A product's hub is `products/<id>/index.md`, a policy's terms `warranty/<id>-<version>.md`.
    Where the writer has put a page of that name, that page is taken instead.
    """
    made = {
        f"products/{product}/index.md": f"products/{product}/product.yml"
        for product in sorted({*catalog.products, *files.products})
    }
    for policy in catalog.policies.values():
        made[f"warranty/{policy.id}-{policy.version}.md"] = (
            f"warranty/policies/{policy.id}@{policy.version}.yml"
        )
    written = set(files.pages)
    return {
        src_uri: source
        for src_uri, source in made.items()
        if src_uri not in written and src_uri.replace("index.md", "README.md") not in written
    }
