"""The text of a lesson row by row, each with the file and line that it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from carebase.errors import Problem

_FENCE = re.compile(r"[ \t]*(?:>[ \t]*)*(?P<run>`{3,}|~{3,})(?P<info>.*)\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of Markdown. `file` is named relative to what is imported, lines count from 1."""

    file: str
    number: int
    text: str

    def with_text(self, text: str) -> Row:
        """Give the row with other words, from the same place."""
        return Row(self.file, self.number, text)

    def left(
        self, code: str, message: str, found: str = "", hint: str = "", column: int = 1
    ) -> Problem:
        """Tell of something in this row that does not come along."""
        return Problem(
            self.file, self.number, column, code, message, found, hint=hint, severity="warning"
        )


def rows_of(text: str, file: str, first: int = 1) -> list[Row]:
    """Split a text into its rows."""
    return [Row(file, first + index, row) for index, row in enumerate(text.split("\n"))]


def text_of(rows: Sequence[Row]) -> str:
    """Put rows together."""
    return "\n".join(row.text for row in rows)


def with_code(rows: Sequence[Row]) -> Iterator[tuple[Row, bool]]:
    """Give each row, and whether it is code, a comment or the fence around code."""
    opened = ""
    in_comment = False
    for row in rows:
        found = _FENCE.match(row.text)
        if opened:
            yield row, True
            if found and _closes(found, opened):
                opened = ""
        elif in_comment:
            yield row, True
            in_comment = "-->" not in row.text
        elif found and not (found["run"][0] == "`" and "`" in found["info"]):
            opened = found["run"]
            yield row, True
        else:
            start = row.text.find("<!--") if row.text.lstrip().startswith("<!--") else -1
            in_comment = start >= 0 and "-->" not in row.text[start:]
            yield row, in_comment


def _closes(found: re.Match[str], opened: str) -> bool:
    run = found["run"]
    return run[0] == opened[0] and len(run) >= len(opened) and not found["info"].strip()


def trimmed(rows: Sequence[Row]) -> list[Row]:
    """Give rows without the empty ones before and after."""
    kept = list(rows)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return kept
