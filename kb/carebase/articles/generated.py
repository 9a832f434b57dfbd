"""The pages and files of a built site that have no source of their own below `docs/`."""

from __future__ import annotations

import re

from carebase.articles.files import DocsFiles
from carebase.catalog import Catalog

# What the theme and the build add beside the pages; what lies below is not looked into.
_FILES = re.compile(
    r"(?:404\.html|llms(?:-full)?\.txt|sitemap\.xml(?:\.gz)?|(?:search|pagefind)/.*|_headers|robots\.txt|feed_.*\.xml"
    r"|assets/(?:carebase|javascripts|stylesheets)/.*|assets/images/favicon\.png)\Z"
)


def is_generated_file(address: str) -> bool:
    """Tell whether a file of the site comes from the build and not from `docs/`."""
    return _FILES.match(address) is not None


def generated_pages(catalog: Catalog, files: DocsFiles) -> dict[str, str]:
    """Give the pages that the build makes: `src_uri` as if they had a file, and what makes them.

    A product's hub is `products/<id>/index.md`, a course's outline `courses/<id>/index.md`, a
    policy's terms `warranty/<id>-<version>.md`. Home page and the lists of products, courses,
    questions and all pages come from no file of their own, nor does the page that checks
    certificates, which is made where a course gives one. A page that the writer has put there is
    taken instead.
    """
    made = {"index.md": "", "all-pages.md": ""}
    for product in sorted({*catalog.products, *files.products}):
        made["products/index.md"] = ""
        made[f"products/{product}/index.md"] = f"products/{product}/product.yml"
    for course in sorted(files.courses):
        made["courses/index.md"] = made["certificates.md"] = ""
        made[f"courses/{course}/index.md"] = f"courses/{course}/course.yml"
    for policy in catalog.policies.values():
        source = f"warranty/policies/{policy.id}@{policy.version}.yml"
        made[f"warranty/{policy.id}-{policy.version}.md"] = source
    written = set(files.pages)
    if any(page.startswith("faq/") for page in written):
        made["faq/index.md"] = ""
    return {
        src_uri: source
        for src_uri, source in made.items()
        if src_uri not in written and _readme(src_uri) not in written
    }


def _readme(src_uri: str) -> str:
    return src_uri.removesuffix("index.md") + "README.md"
