"""What stands in the head of a page for machines: structured data, and what is shown when shared.

It is put in after the page is written, because instant navigation runs scripts of the content.
"""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils import get_relative_url

from carebase import clock, structured_data
from carebase.articles.front_matter import GuideFront
from carebase.catalog import Product
from carebase.joining import join
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import index_uri
from carebase_plugins.theme.view import without_h1

_HEAD_END = "</head>"


class Head:
    """Writes the head of one page."""

    def __init__(self, shared: Shared, page: SitePage, view: dict[str, Any]) -> None:
        self.shared = shared
        self.page = page
        self.view = view
        self.title: str = view["title"]
        site = shared.site.url
        self._here = join(site, page.url) if site else ""

    def absolute(self, place: str) -> str:
        """Give the whole address of a place as the page links it; relative without `site_url`."""
        here = self._here
        if here and place.startswith("#"):
            return here + place
        return join(here, place) if here else place or "."

    def at(self, address: str) -> str:
        """Give the whole address of a place of the site."""
        if self.shared.site.url:
            return join(self.shared.site.url, "" if address == "." else address)
        return get_relative_url(address or ".", self.page.url)

    def nodes(self) -> list[structured_data.Node]:
        """Give what the page says, for machines."""
        nodes = []
        if trail := self.view.get("breadcrumbs"):
            steps = [(entry.title, self.at(entry.address)) for entry in trail]
            nodes.append(structured_data.breadcrumbs([*steps, (self.title, self.absolute(""))]))
        source = self.shared.page_of(self.page)
        content = str(without_h1(self.page.content))
        product = self.shared.hubs.get(index_uri(self.page.file.src_uri))
        course = self.view.get("course")
        if product is not None and "hub" in self.view:
            nodes.append(self._product(product))
        elif course is not None:
            nodes.append(structured_data.course(course, self.shared.site.name, self.absolute))
        elif source is not None and isinstance(source.front, GuideFront) and "guide" in self.view:
            parts = self.view["guide"]["parts"]
            nodes.append(
                structured_data.how_to(self.title, source.front, content, parts, self.absolute)
            )
        elif source is not None and source.kind == "faq":
            found = structured_data.questions(content, self.absolute)
            nodes += [found] if found else []
        return nodes

    def _product(self, product: Product) -> structured_data.Node:
        policy = self.shared.catalog.policy_on(product, clock.today())
        glance = self.view["hub"]["warranty"]
        coverages = policy.coverages if policy else ()
        names = {one.id: row["name"] for one, row in zip(coverages, glance, strict=False)}

        def place(written: str) -> str:
            return (
                self.at(self.shared.address_of(product.path(written)))
                if written
                else (self.absolute(""))
            )

        return structured_data.product(product, self.shared.site.name, policy, names, place)

    def tags(self) -> list[str]:
        """Give title, description and kind for those who see a link to the page in a message."""
        said = {
            "og:type": "website" if self.page.is_homepage else "article",
            "og:site_name": self.shared.site.name,
            "og:title": self.title,
            "og:description": self.view["description"],
            "og:url": self.absolute("") if self.shared.site.url else "",
        }
        product = self.shared.places.product_of(self.page.file.src_uri)
        # Those who show pictures beside links know no drawings.
        shown = product is not None and product.picture and not product.picture.endswith(".svg")
        if product is not None and product.picture and shown and self.shared.site.url:
            said["og:image"] = self.at(self.shared.address_of(product.path(product.picture)))
        return [
            f'<meta property="{name}" content="{escape(value)}">'
            for name, value in said.items()
            if value
        ]


def write_head(output: str, shared: Shared, page: SitePage, view: dict[str, Any]) -> str:
    """Add to a written page what machines read of it."""
    end = output.find(_HEAD_END)
    if end < 0:
        return output
    head = Head(shared, page, view)
    written = output[:end]
    lines = [tag for tag in head.tags() if tag.split('"')[1] not in written]
    if page.file.src_uri in shared.sources:
        address = get_relative_url(quote(page.file.src_uri), page.url)
        # Material takes `rel="alternate"` for another language and asks for its sitemap; the space
        # means nothing to anybody else.
        lines.append(f'<link rel="alternate " type="text/markdown" href="{escape(address)}">')
    if nodes := head.nodes():
        lines.append(structured_data.graph(nodes))
    return "".join([written, *lines, output[end:]])
