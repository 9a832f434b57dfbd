"""What a page becomes: its headings, anchors, links and pictures, read from the real rendering.

The site's own Markdown extensions are used, so that an anchor is right with any slug function and
any way of writing ids. Whatever an extension raises becomes a Problem that names the page.
"""

from __future__ import annotations

import html
import re
import warnings
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from carebase.articles.block_checks import ForeignBlock
from carebase.articles.brackets import Left, brackets_left
from carebase.articles.kind import Kind
from carebase.articles.needs import Snippets
from carebase.articles.nodes import Node, read_nodes
from carebase.articles.page import Page
from carebase.articles.tokens import TOKEN, read_attributes
from carebase.errors import Problem
from carebase.site import Site

# Marks an element that Markdown made: only those get their addresses rewritten by MkDocs.
_MARK = "data-carebase-markdown"
_HEADING = re.compile(r"h[1-6]\Z")
_SOURCES = {
    "img": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "a": "href",
    "area": "href",
    "iframe": "src",
    "embed": "src",
    "object": "data",
    "image": "href",
}
_PICTURES = ("img", "image")
_SOURCE_SET = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s+[^,]*)?(?:,|\Z)")
_NAMES_A_FILE = re.compile(r"url\(|\.[a-zA-Z]{3,4}\b")

# Colouring code costs half of the time of a page and moves neither heading nor link.
_PLAIN_CODE = {"pymdownx.highlight": "use_pygments", "codehilite": "use_pygments"}

# What Carebase's plugins switch on wherever one of them is part of a site.
EXTENSIONS = ("admonition", "attr_list", "md_in_html", "tables")

# Beyond this Python-Markdown takes minutes: no one writes such a line by hand.
LONGEST_LINE = 100_000
# Python-Markdown looks for the end of each from each: 5,000 take 14 s.
MOST_OPEN = 500


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its anchor and its text without markup."""

    level: int
    id: str
    text: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An address on a page; `is_html` when it was written as HTML and is left as it is."""

    target: str
    is_html: bool
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and its alternative text; `alt` is None when it says nothing at all."""

    source: str
    alt: str | None
    is_html: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What a rendered page holds. `ids` has every id as often as it stands; `anchors` each once.

    `named` are values of other attributes that may name a file, such as a style. `nodes` are the
    questions and outcomes of a troubleshooter, and empty on any other page. `brackets` are those
    of links whose name nothing defines. `complete` is false where the page could not be rendered:
    then nothing follows from a lack.
    """

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    ids: tuple[str, ...] = ()
    anchors: frozenset[str] = frozenset()
    named: tuple[str, ...] = ()
    complete: bool = True
    nodes: tuple[Node, ...] = ()
    brackets: tuple[Left, ...] = ()


class Renderer:
    """Renders pages as the site does. `problems` tells which extensions could not be loaded."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.problems: list[Problem] = []
        self.markdown = Markdown()
        self.names = _extensions(site)
        with warnings.catch_warnings():
            # A warning of an extension about itself is for its author, not for this writer.
            warnings.simplefilter("ignore")
            for name in self.names:
                self._load(name)
        self.markdown.treeprocessors.register(_Marker(self.markdown), "carebase-marker", -10)
        self.snippets = Snippets(self.markdown)

    @property
    def blocks(self) -> dict[str, ForeignBlock]:
        """The blocks that the site's extensions bring."""
        processors = self.markdown.parser.blockprocessors
        if "blocks" not in processors:
            return {}
        found: dict[str, Any] = getattr(processors["blocks"], "blocks", {})
        return {
            name: ForeignBlock(
                name,
                getattr(block, "ARGUMENT", None),
                {option: declared[1] for option, declared in getattr(block, "OPTIONS", {}).items()},
            )
            for name, block in found.items()
        }

    def _load(self, name: str) -> None:
        configs = dict(self.site.extension_configs.get(name, {}))
        if name in _PLAIN_CODE:
            configs[_PLAIN_CODE[name]] = False
        try:
            self.markdown.registerExtensions([name], {name: configs})
        except Exception as error:
            # Another project's code: whatever it raises, the pages can still be checked without.
            line, column = _find_in_config(self.site, name)
            self.problems.append(
                Problem(
                    "mkdocs.yml",
                    line,
                    column,
                    "extension-failed",
                    f"The Markdown extension `{name}` cannot be used.",
                    found=_in_short(error),
                    hint="install its package, or correct its name and options",
                )
            )

    def outline(self, page: Page) -> tuple[Outline, list[Problem]]:
        """Render a page and read what it holds."""
        if problem := find_unreadable(page):
            return Outline(complete=False), [problem]
        outline = self.read(page.body, page.kind)
        if isinstance(outline, str):
            return Outline(complete=False), [failure(page, outline)]
        return outline, []

    def read(self, text: str, kind: Kind) -> Outline | str:
        """Render a text and read what it holds, or say in short what an extension raised.

        `kind` is that of its page: only a troubleshooter has nodes.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.markdown.reset()
                written = self.markdown.convert(text)
        except Exception as error:
            return _in_short(error)
        outline = read_outline(written)
        return replace(outline, nodes=read_nodes(written)) if kind == "troubleshooter" else outline


def failure(page: Page, error: str) -> Problem:
    """Make the problem of a page that could not be rendered."""
    return Problem(
        page.file,
        page.body_line,
        1,
        "markdown-failed",
        "A Markdown extension fails on this page; its links were not checked.",
        found=error,
        hint="take the page's unusual parts out one by one to find the one it fails on",
    )


def find_unreadable(page: Page) -> Problem | None:
    """Find what no person wrote and what Python-Markdown needs minutes for."""
    for line in page.lines.lines:
        if len(line.text) > LONGEST_LINE:
            return Problem(
                page.file,
                line.number,
                1,
                "not-text",
                "This line is too long to be text; the page's links were not checked.",
                found=f"{len(line.text):,} characters",
                allowed=f"up to {LONGEST_LINE:,}",
                severity="warning",
            )
    for opened, closed in ("[]", "<>"):
        surplus = page.body.count(opened) - page.body.count(closed)
        if surplus > MOST_OPEN:
            return Problem(
                page.file,
                page.body_line,
                1,
                "not-text",
                f"Too many `{opened}` are never closed; the page's links were not checked.",
                found=f"{surplus:,} more `{opened}` than `{closed}`",
                severity="warning",
            )
    return None


def _extensions(site: Site) -> tuple[str, ...]:
    ours = EXTENSIONS if site.is_ours else ()
    return tuple(dict.fromkeys((*site.markdown_extensions, *ours)))


class _Marker(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag in ("a", "img"):
                element.set(_MARK, "")


def read_outline(text: str) -> Outline:
    """Read headings, ids, links and pictures from the HTML of a page's text."""
    headings: list[Heading] = []
    links: list[Link] = []
    pictures: list[Picture] = []
    ids: list[str] = []
    names: set[str] = set()
    named: list[str] = []
    begun: tuple[int, int, dict[str, str]] | None = None
    for token in TOKEN.finditer(text):
        tag = (token["tag"] or "").lower()
        if not tag:
            continue
        if token["close"]:
            if begun and tag == f"h{begun[0]}":
                headings.append(_heading(begun, text[begun[1] : token.start()]))
                begun = None
            continue
        attributes = read_attributes(token["rest"])
        if found := attributes.get("id"):
            ids.append(found)
        if tag == "a" and attributes.get("name"):
            names.add(attributes["name"])
        if _HEADING.match(tag):
            begun = (int(tag[1]), token.end(), attributes)
        key = _SOURCES.get(tag)
        if key and key in attributes:
            is_html = _MARK not in attributes
            links.append(Link(attributes[key], is_html, is_picture=tag in _PICTURES))
            if tag == "img" and not _is_decoration(attributes):
                pictures.append(Picture(attributes[key], attributes.get("alt"), is_html))
        if "srcset" in attributes:
            links += [
                Link(found, is_html=True, is_picture=True)
                for found in _SOURCE_SET.findall(attributes["srcset"])
            ]
        if "poster" in attributes:
            links.append(Link(attributes["poster"], is_html=True, is_picture=True))
        if "style" in token["rest"] or "data-" in token["rest"]:
            named += [
                value
                for name, value in attributes.items()
                if (name == "style" or name.startswith("data-")) and _NAMES_A_FILE.search(value)
            ]
    return Outline(
        tuple(headings),
        tuple(links),
        tuple(pictures),
        tuple(ids),
        frozenset(ids) | names,
        tuple(named),
        brackets=brackets_left(text),
    )


def _heading(begun: tuple[int, int, dict[str, str]], inner: str) -> Heading:
    level, _, attributes = begun
    inner = re.sub(r"<a\b[^>]*class=\"headerlink\".*?</a>", "", inner, flags=re.DOTALL)
    plain = html.unescape(TOKEN.sub("", inner)).strip()
    classes = tuple(attributes.get("class", "").split())
    return Heading(level, attributes.get("id", ""), plain, classes)


def _is_decoration(attributes: dict[str, str]) -> bool:
    return (
        attributes.get("role") in ("presentation", "none")
        or attributes.get("aria-hidden") == "true"
    )


def _find_in_config(site: Site, name: str) -> tuple[int, int]:
    try:
        rows = (site.root / "mkdocs.yml").read_text("utf-8", "replace").split("\n")
    except OSError:
        return 1, 1
    for number, row in enumerate(rows, 1):
        if name in row:
            return number, row.index(name) + 1
    return 1, 1


def _in_short(error: Exception) -> str:
    text = str(error).strip().split("\n")[0][:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
