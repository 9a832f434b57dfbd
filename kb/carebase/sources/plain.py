"""Heads of pages that hold nothing but a word, a colon and a text in each line.

Most are of this kind, and for them YAML takes ten times as long to say the same.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Texts that YAML takes for nothing else; what begins with a digit only as in `10 min`.
_LINE = re.compile(
    r"(?P<key>[A-Za-z_][A-Za-z_-]{0,60}): "
    r"(?P<text>[A-Za-z](?:[A-Za-z0-9 ,.'()/-]*[A-Za-z0-9.)])?|[0-9]{1,9} [A-Za-z]+)"
)
# It reads these as values, in some of its versions.
_VALUES = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null"))


class PlainLine(NamedTuple):
    """A line of a head: `column` is the place of the text, counted from 0."""

    key: str
    text: str
    column: int


def plain_lines(head: str) -> list[PlainLine] | None:
    """Give the lines of a head, each with a key of its own; nothing where YAML is needed."""
    lines: dict[str, PlainLine] = {}
    for row in head.removesuffix("\n").split("\n"):
        found = _LINE.fullmatch(row)
        if found is None:
            return None
        key, text = found.groups()
        if key in lines or key.lower() in _VALUES or text.lower() in _VALUES:
            return None
        lines[key] = PlainLine(key, text, found.start("text"))
    return list(lines.values())
