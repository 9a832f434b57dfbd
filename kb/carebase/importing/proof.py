"""Proving that a written page says what the article said: words, links, pictures and structure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from markdown import Markdown

from carebase.importing.clean import BLOCKS

EXTENSIONS: tuple[str, ...] = (
    "admonition",
    "attr_list",
    "md_in_html",
    "pymdownx.superfences",
    "sane_lists",
    "tables",
    "toc",
)
# Elements of which as many must come out as went in.
_COUNTED = frozenset(
    ("a", "img", "li", "ul", "ol", "tr", "pre", "blockquote", "h2", "h3", "h4", "h5", "h6")
)


class Proof:
    """Renders Markdown as the imported site will, and compares it with what was to be said."""

    def __init__(self) -> None:
        options: dict[str, dict[str, Any]] = {"pymdownx.highlight": {"use_pygments": False}}
        self.markdown = Markdown(
            extensions=[*EXTENSIONS, "pymdownx.highlight"], extension_configs=options
        )

    def holds(self, source: BeautifulSoup | Tag, written: str) -> bool:
        """Tell whether the Markdown says all that the cleaned HTML says, and nothing else."""
        self.markdown.reset()
        rendered = BeautifulSoup(self.markdown.convert(written), "html.parser")
        for title in rendered.find_all(class_="admonition-title"):
            title.decompose()
        return (
            words(source) == words(rendered)
            and shape(source) == shape(rendered)
            and same_addresses(source, rendered)
        )


def words(tag: BeautifulSoup | Tag) -> str:
    """Give all that is read, pictures by their alternative texts, with single spaces."""
    return " ".join("".join(_pieces(tag)).split())


def _pieces(tag: BeautifulSoup | Tag) -> Iterator[str]:
    for child in tag.children:
        if isinstance(child, Tag):
            apart = " " if child.name in BLOCKS or child.name == "br" else ""
            yield apart
            if child.name == "img":
                yield str(child.get("alt") or "").replace("`", " ")
            yield from _pieces(child)
            yield apart
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield str(child)


def shape(tag: BeautifulSoup | Tag) -> Counter[str]:
    """Count the elements of which as many must come out as went in."""
    found = Counter(one.name for one in tag.find_all(_COUNTED))
    if isinstance(tag, Tag) and tag.name in _COUNTED:
        found[tag.name] += 1
    return found


def same_addresses(source: BeautifulSoup | Tag, rendered: BeautifulSoup | Tag) -> bool:
    """Tell whether links and pictures lead where they should, one after the other."""
    for name, key in (("a", "href"), ("img", "src")):
        wanted = [_meant(one, key) for one in source.find_all(name)]
        if isinstance(source, Tag) and source.name == name:
            wanted.insert(0, _meant(source, key))
        found = [_plain(str(one.get(key) or "")) for one in rendered.find_all(name)]
        if any(one not in choices for one, choices in zip(found, wanted, strict=True)):
            return False
    return True


def _meant(tag: Tag, key: str) -> set[str]:
    return {_plain(str(tag.get(key) or "")), _plain(str(tag.get("data-md") or ""))}


def _plain(address: str) -> str:
    return unquote(address).strip()
