"""The lines of a Markdown text, each with what tells text from code.

Scans that look for blocks, links and headings in the source must not trip over examples in code
fences. Python-Markdown's rules are followed: content of a list item or an admonition is indented
by four, and a fence that is never closed is no fence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

FENCE = re.compile(r"(?:>[ \t]*)*(?P<run>`{3,}|~{3,})(?P<info>.*)$")
_CONTAINER = re.compile(
    r"(?:[-*+]|\d+[.)])[ \t]+\S|(?:!!!|\?\?\?\+?|===[!+]?)[ \t]|:[ \t]|\[\^[^\]]+\]:"
)
_RAW = re.compile(r"<(?:(?P<comment>!--)|(?P<tag>pre|script|style|textarea)\b)", re.IGNORECASE)
_INLINE_CODE = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_TAB = 4


class Line(NamedTuple):
    """One line of a page.

    `number` counts in the file, `indent` in columns from the content of the list item or
    admonition that the line stands in, `strip` is what comes before that content. `code` is true
    inside fences, indented code, comments and raw HTML such as `<pre>`.
    """

    number: int
    text: str
    strip: int
    indent: int
    code: bool

    @property
    def inner(self) -> str:
        """The line as the block parser sees it, without the indentation of its container."""
        wide = self.text.expandtabs(_TAB) if "\t" in self.text else self.text
        return wide[self.strip :]

    @property
    def without_code(self) -> str:
        """The line with the text of its `inline code` blanked out, columns unchanged."""
        if self.code:
            return " " * len(self.text)
        if "`" not in self.text:
            return self.text
        return _INLINE_CODE.sub(lambda match: " " * len(match.group()), self.text)


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a text, and the lines on which a fence is opened that is never closed."""

    lines: tuple[Line, ...]
    open_fences: tuple[Line, ...]


class _Ends:
    """Finds where code ends; remembers what had no end, so that a long text stays linear."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        self.unclosed: set[str] = set()
        self.ends: dict[str, list[tuple[int, int]]] = {"`": [], "~": []}
        self.hopeless: dict[str, int] = {}
        for index, row in enumerate(rows):
            if "```" not in row and "~~~" not in row:
                continue
            found = FENCE.match(row.lstrip())
            if found and not found["info"].strip():
                run = found["run"]
                self.ends[run[0]].append((index, len(run)))

    def of_fence(self, start: int, run: str) -> int | None:
        char, length = run[0], len(run)
        if length >= self.hopeless.get(char, length + 1):
            return None
        ends = self.ends[char]
        for index, found in ends[bisect_right(ends, (start, 1 << 30)) :]:
            if found >= length:
                return index
        self.hopeless[char] = length
        return None

    def of_html(self, start: int, column: int, end: str) -> int | None:
        if end in self.unclosed:
            return None
        for index in range(start, len(self.rows)):
            if self.rows[index].lower().find(end, column if index == start else 0) >= 0:
                return index
        self.unclosed.add(end)
        return None


def read_lines(body: str, first_line: int = 1) -> Lines:
    """Split a Markdown text; `first_line` is the line of the file on which it begins."""
    rows = body.split("\n")
    ends = _Ends(rows)
    lines: list[Line] = []
    open_fences: list[Line] = []
    containers = [0]
    code_until = -1
    after_blank, in_code = True, False
    for index, row in enumerate(rows):
        number = first_line + index
        if index > code_until and (not row or (len(containers) == 1 and row[0].isalpha())):
            # Nothing, or words outside of all lists: most lines of most pages.
            lines.append(Line(number, row, 0, 0, False))
            after_blank, in_code = not row, in_code and not row
            continue
        wide = row.expandtabs(_TAB) if "\t" in row else row
        text = wide.lstrip()
        indent = len(wide) - len(text)
        if index <= code_until:
            lines.append(Line(number, row, 0, indent, True))
            continue
        if not text:
            lines.append(Line(number, row, 0, 0, False))
            after_blank = True
            continue
        starts_container = not text[0].isalpha() and _CONTAINER.match(text) is not None
        while len(containers) > 1 and indent < containers[-1]:
            if not after_blank and not starts_container and indent >= containers[-1] - _TAB + 1:
                break
            containers.pop()
        inner = max(indent - containers[-1], 0)
        in_code = inner >= _TAB and (after_blank or in_code)
        line = Line(number, row, containers[-1] if indent >= containers[-1] else 0, inner, in_code)
        after_blank = False
        if not in_code:
            until, is_fence = _code_from(index, text, ends)
            if until is not None:
                code_until = until
                line = Line(number, row, line.strip, inner, True)
            elif is_fence:
                open_fences.append(line)
            if starts_container and until is None:
                containers.append(containers[-1] + _TAB)
        lines.append(line)
    return Lines(tuple(lines), tuple(open_fences))


def _code_from(index: int, text: str, ends: _Ends) -> tuple[int | None, bool]:
    """Tell on which row the code that begins here ends, and whether a fence was meant."""
    first = text[0]
    fence = FENCE.match(text) if first in "`~>" else None
    if fence:
        run = fence["run"]
        if run[0] == "`" and "`" in fence["info"]:
            return None, False
        return ends.of_fence(index, run), True
    raw = _RAW.match(text) if first == "<" else None
    if raw:
        end = "-->" if raw["comment"] else f"</{raw['tag'].lower()}"
        row = ends.rows[index]
        until = ends.of_html(index, len(row) - len(row.lstrip()) + raw.end(), end)
        return (None if until == index else until), False
    return None, False
