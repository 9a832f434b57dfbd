"""Proving that a block of a lesson says in our dialect what it said before."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdown import Markdown

from carebase.importing import proof

EXTENSIONS: tuple[str, ...] = (
    *proof.EXTENSIONS,
    "def_list",
    "footnotes",
    "pymdownx.details",
    "pymdownx.tabbed",
)
OPTIONS: dict[str, dict[str, Any]] = {
    "pymdownx.highlight": {"use_pygments": False},
    "pymdownx.tabbed": {"alternate_style": True},
}
_MARKS = ("em", "strong", "code", "kbd", "del", "sub", "sup", "dt", "dd", "details")


class LessonProof(proof.Proof):
    """Renders Markdown as the imported lessons will be, and compares it with what was said."""

    def __init__(self) -> None:
        self.markdown = Markdown(
            extensions=[*EXTENSIONS, "pymdownx.highlight"], extension_configs=OPTIONS
        )

    def render(self, written: str) -> BeautifulSoup:
        """Give the HTML without the numbers of notes."""
        self.markdown.reset()
        rendered = BeautifulSoup(self.markdown.convert(written), "html.parser")
        for reference in rendered.find_all("sup"):
            if reference.find(class_="footnote-ref"):
                reference.decompose()
        return rendered

    def holds(self, source: BeautifulSoup | Tag, written: str) -> bool:
        """Tell whether the Markdown says all that the cleaned HTML says, marks of words too."""
        rendered = self.render(written)
        for note in rendered.find_all("div", class_="footnote"):
            note.decompose()
        for title in rendered.find_all(class_="admonition-title"):
            title.decompose()
        return (
            proof.words(source) == proof.words(rendered)
            and proof.shape(source) == proof.shape(rendered)
            and _marks(source) == _marks(rendered)
            and proof.same_addresses(source, rendered)
        )


def _marks(tag: BeautifulSoup | Tag) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for one in tag.find_all(_MARKS):
        found[one.name, " ".join(one.get_text().split())] += 1
    return found
