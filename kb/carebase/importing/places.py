"""Where each article goes, and where its links and pictures lead from there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from markdown.extensions.toc import slugify, unique

from carebase.importing.export import Article, Export
from carebase.importing.products import Found
from carebase.importing.slugs import slug_of

# Folders below docs/ in which Carebase or MkDocs look for something else.
_TAKEN_NAMES = "products courses forms warranty templates assets search drafts all-pages index 404"
_TAKEN = frozenset(_TAKEN_NAMES.split(" "))
_HEADING = re.compile(r"h[1-6]\Z")
_ADDRESS = re.compile(
    r"(?:https?://(?P<host>[^/]+))?/hc/(?:[\w-]+/)?(?P<what>articles|sections|categories)"
    r"/(?P<id>\d+)(?P<rest>[^?#]*)"
)


class Places:
    """The page of each article below `docs/`, and what its old addresses and anchors mean now."""

    def __init__(
        self, export: Export, soups: Mapping[int, BeautifulSoup], products: Sequence[Found]
    ) -> None:
        self.export = export
        self.products = {found.path: found for found in products}
        self.pages: dict[int, str] = {}
        taken: set[str] = set()
        for index, article in enumerate(export.articles):
            folder = self.folder_of(article.path) or "articles"
            folder = folder if article.public else f"drafts/{folder}"
            self.pages[index] = _free(f"{folder}/{slug_of(article.title)}", taken)
        self.by_id = {
            article.id: index
            for index, article in enumerate(export.articles)
            if article.id and article.public
        }
        self.by_file = {
            (article.folder / posixpath.basename(article.file)).as_posix(): index
            for index, article in enumerate(export.articles)
            if article.public
        }
        self.by_place = {
            match["id"]: path
            for path, addresses in export.places.items()
            for address in addresses
            if (match := _ADDRESS.match(f"/{address}"))
        }
        self.linked = _linked(soups)
        self.anchors = {
            index: _name_anchors(export.articles[index], soup, self.linked)
            for index, soup in soups.items()
        }

    def folder_of(self, path: tuple[str, ...]) -> str:
        """Give the folder of a category or section below `docs/`, empty for no path."""
        for end in range(1, len(path) + 1):
            if (product := self.products.get(path[:end])) is not None:
                return "/".join(["products", product.id, *map(slug_of, path[end:])])
        parts = [slug_of(name) for name in path]
        if parts and parts[0] in _TAKEN:
            parts[0] = f"{parts[0]}-help"
        return "/".join(parts)

    def index_of(self, path: tuple[str, ...]) -> str:
        """Give the page that stands for a category or section."""
        return f"{self.folder_of(path)}/index.md"

    def resolve(self, index: int, href: str) -> tuple[str, str, str]:
        """Give where a link leads: as Markdown writes it, as an address, and what is wrong.

        Markdown counts from the page's file, a browser from its address. An empty target means
        that the link cannot stay one.
        """
        if href.startswith("#"):
            anchor = self._anchor(index, href[1:])
            return (f"#{anchor}", f"#{anchor}", "") if anchor else ("", "", "anchor-unknown")
        found = _ADDRESS.match(href)
        if found:
            return self._old_address(index, href, found)
        try:
            parts = urlsplit(href)
        except ValueError:
            return "", "", "link-broken"
        if parts.scheme or parts.netloc:
            whole = f"https:{href}" if href.startswith("//") else href
            return whole, whole, ""
        if parts.path.startswith("/"):
            if not self.export.host:
                return "", "", "link-broken"
            whole = f"https://{self.export.host}{href}"
            return whole, whole, "article-elsewhere"
        article = self.export.articles[index]
        name = posixpath.normpath(posixpath.join(article.folder.as_posix(), unquote(parts.path)))
        target = self.by_file.get(name)
        if target is None:
            return "", "", "link-broken"
        return self._to_page(index, target, parts.fragment)

    def _old_address(self, index: int, href: str, found: re.Match[str]) -> tuple[str, str, str]:
        fragment = href.partition("#")[2]
        if found["what"] == "articles" and found["id"] in self.by_id:
            return self._to_page(index, self.by_id[found["id"]], fragment)
        if found["what"] != "articles" and found["id"] in self.by_place:
            target = self.index_of(self.by_place[found["id"]])
            return *self.between(index, target), ""
        host = found["host"] or self.export.host
        if not host:
            return "", "", "link-broken"
        whole = href if found["host"] else f"https://{host}{href}"
        return whole, whole, "article-elsewhere"

    def _to_page(self, index: int, target: int, fragment: str) -> tuple[str, str, str]:
        anchor = self._anchor(target, fragment) if fragment else ""
        wrong = "anchor-unknown" if fragment and not anchor else ""
        sign = f"#{anchor}" if anchor else ""
        if target == index:
            return (sign, sign, wrong) if sign else (
                posixpath.basename(self.pages[index]), ".", wrong
            )  # fmt: skip
        file, address = self.between(index, self.pages[target])
        return file + sign, address + sign, wrong

    def between(self, index: int, target: str) -> tuple[str, str]:
        """Give the way from an article's page to a page or file, as files and as addresses."""
        here = self.pages[index]
        file = posixpath.relpath(target, posixpath.dirname(here))
        there = target
        if target.endswith(".md"):
            there = target.removesuffix(".md").removesuffix("index").rstrip("/")
        address = posixpath.relpath(there or ".", here.removesuffix(".md"))
        return quote(file), quote(address) + ("/" if target.endswith(".md") else "")

    def _anchor(self, index: int, fragment: str) -> str:
        anchors = self.anchors.get(index, {})
        fragment = unquote(fragment)
        return anchors.get(fragment) or anchors.get(_loose(fragment), "")


def _free(stem: str, taken: set[str]) -> str:
    number, name = 2, stem
    # An article may not stand for its folder.
    while name in taken or name.endswith("/index"):
        name, number = f"{stem}-{number}", number + 1
    taken.add(name)
    return f"{name}.md"


def _linked(soups: Mapping[int, BeautifulSoup]) -> set[str]:
    """Give every fragment that any link of the export has."""
    return {
        unquote(str(link["href"]).partition("#")[2])
        for soup in soups.values()
        for link in soup.find_all("a", href=True)
        if "#" in str(link["href"])
    }


def _name_anchors(article: Article, soup: BeautifulSoup, linked: set[str]) -> dict[str, str]:
    """Give the anchor of the written page for each that the article had; odd ones loosely."""
    marked = {str(tag["id"]) for tag in soup.find_all(id=True) if not _HEADING.match(tag.name)}
    used: set[str] = {slugify(article.title, "-"), *(marked & linked)}
    anchors: dict[str, str] = {}
    exact: dict[str, str] = {}
    for tag in soup.find_all(True):
        old = str(tag.get("id") or "")
        if _HEADING.match(tag.name):
            text = " ".join(tag.get_text().split())
            new = unique(slugify(text, "-"), used)
            anchors.setdefault(_loose(text), new)
            if old:
                exact.setdefault(old, new)
            tag["id"] = new
        elif old:
            _keep_anchor(soup, tag, old, keep=old in linked and old not in exact)
            if old in linked:
                exact.setdefault(old, old)
    return anchors | exact


def _keep_anchor(soup: BeautifulSoup, tag: Tag, name: str, keep: bool) -> None:
    del tag["id"]
    if tag.name == "a" and not tag.get("href"):
        if keep:
            tag["id"] = name
        else:
            tag.unwrap()
    elif keep and tag.name not in ("ul", "ol", "table", "tr", "thead", "tbody", "img", "hr"):
        tag.insert(0, soup.new_tag("a", id=name))
    elif keep:
        holder = tag if tag.name in ("ul", "ol", "table", "img", "hr") else tag.find_parent("table")
        if holder is not None and holder.parent is soup:
            paragraph = soup.new_tag("p")
            paragraph.append(soup.new_tag("a", id=name))
            holder.insert_before(paragraph)


def _loose(text: str) -> str:
    return "~" + re.sub(r"[\W_]+", "", text).casefold()
