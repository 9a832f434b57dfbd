"""Lines of Markdown in plain words, for titles, lists and programs."""

from __future__ import annotations

import re

_MARKS = r"!?\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}"
_MARKED = re.compile(_MARKS)
_MARKUP = re.compile(rf"{_MARKS}|<[^<>]+>")


def without_marks(text: str) -> str:
    """Give a line without emphasis, pictures and the addresses of links."""
    return _MARKED.sub(r"\1", text)


def without_markup(text: str) -> str:
    """Give a line without those and without tags."""
    return _MARKUP.sub(r"\1", text)
