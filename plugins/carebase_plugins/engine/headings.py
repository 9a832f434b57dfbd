"""The headings of a text and their anchors, without a look at all that stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.extensions import toc
from markdown.extensions.toc import TocTreeprocessor
from markdown.postprocessors import AndSubstitutePostprocessor, RawHtmlPostprocessor

_HEADING = ("h", "H")
_NOTHING = object()
# Words between which nothing is found that would be written otherwise.
_WORDS = re.compile(r"[\w ,.:;()!?/+-]+")
# What puts something in the place of signs that stand in no word.
_REFILLING = (RawHtmlPostprocessor, AndSubstitutePostprocessor)
_KNOWN = ("markdown.", "carebase_plugins.")
_own_html: Any = toc.render_inner_html


class _Headings:
    """A document of which nothing is seen but headings, and what has an anchor."""

    def __init__(self, doc: Any) -> None:
        self._doc = doc
        self._found = [
            element
            for element in doc.iter()
            if type(element.tag) is not str
            or element.tag[:1] in _HEADING
            or element.get("id", _NOTHING) is not _NOTHING
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._doc, name)

    def iter(self) -> Iterator[Any]:
        """Give the elements that matter, in the order of the document."""
        return iter(self._found)


class Contents(TocTreeprocessor):
    """The headings, and a table of them where a page asks for it."""

    def run(self, doc: Any) -> None:
        """Give every heading an anchor, and note it."""
        marker = self.marker
        # Most pages leave their table of contents to the theme.
        if marker not in "".join(doc.itertext()):
            self.marker = ""
        try:
            # With links around headings elements change places on the way.
            seen: Any = doc if self.marker or self.use_anchors else _Headings(doc)
            super().run(seen)
        finally:
            self.marker = marker

    def build_toc_div(self, toc_list: list[Any]) -> Any:
        """Write the table of contents; an empty one where no page will show it."""
        return super().build_toc_div(toc_list if self.marker else [])


def _inner_html(heading: Any, markdown: Markdown) -> str:
    """Give what stands in a heading as HTML; nothing but words is HTML as it is."""
    text = heading.text
    if type(text) is str and not len(heading) and _WORDS.fullmatch(text):
        steps = list(markdown.postprocessors)
        if all(isinstance(step, _REFILLING) for step in steps) and all(
            type(step).__module__.startswith(_KNOWN) for step in steps
        ):
            return text.strip()
    return str(_own_html(heading, markdown))


vars(toc)["render_inner_html"] = _inner_html
