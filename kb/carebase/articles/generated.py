"""The pages and files of a built site that have no source of their own below `docs/`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from carebase.articles.files import DocsFiles
from carebase.catalog import Catalog
from carebase.errors import Problem
from carebase.site import Site

_POLICY = re.compile(r"warranty/policies/(?P<name>[^/@]+@\d+)\.yml\Z")
# What the theme and the build add beside the pages; what lies below is not looked into.
_FILES = re.compile(
    r"(?:404\.html|llms(?:-full)?\.txt|sitemap\.xml(?:\.gz)?|(?:search|pagefind)/.*|_headers|robots\.txt|feed_.*\.xml"
    r"|assets/(?:carebase|javascripts|stylesheets)/.*|assets/images/favicon\.png)\Z"
)
# What makes the pages of a top folder; the list of all pages comes from any plugin of ours.
_MAKERS = {
    "products": "carebase-catalog",
    "warranty": "carebase-catalog",
    "courses": "carebase-courses",
    "certificates.md": "carebase-courses",
    "faq": "carebase-articles",
}


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
    # One that cannot be read is told of by itself; its page is not gone for that.
    broken = {found["name"] for name in files.all if (found := _POLICY.match(name))}
    for policy in sorted({*catalog.policies, *broken}):
        made[terms_of(policy)] = f"warranty/policies/{policy}.yml"
    written = set(files.pages)
    if any(page.startswith("faq/") for page in written):
        made["faq/index.md"] = ""
    return {
        src_uri: source
        for src_uri, source in made.items()
        if src_uri not in written and _readme(src_uri) not in written
    }


def check_made_addresses(site: Site, catalog: Catalog, files: DocsFiles) -> Iterator[Problem]:
    """Tell of pages that have the address of one that the build makes."""
    if not site.is_ours:
        return
    written = {site.output_of(name): name for name in files.pages}
    for src_uri in generated_pages(catalog, files):
        name = written.get(site.output_of(src_uri))
        maker = _MAKERS.get(src_uri.partition("/")[0])
        if name is not None and (maker is None or maker in site.plugins):
            right = site.name_of(site.docs_dir / src_uri)
            yield Problem(
                site.name_of(site.docs_dir / name),
                1,
                1,
                "address-taken",
                "A page is made at the address of this one: only one of them would be published.",
                found=f"`/{site.address_of(name)}`",
                hint=f"rename it; to write the page itself, name it `{right}`",
            )


def terms_of(policy: str) -> str:
    """Give the `src_uri` that the page with the terms of a policy, such as `brio@2`, would have."""
    name, _, version = policy.rpartition("@")
    return f"warranty/{name}-{version}.md"


def _readme(src_uri: str) -> str:
    return src_uri.removesuffix("index.md") + "README.md"
