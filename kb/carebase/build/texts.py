"""The texts of pages as bytes: handed from one process to another, and kept until they are asked
for.

Ten thousand pages have a million lines. As one text and three columns of numbers they take a
quarter of the room, and are written and read several times as fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from carebase.articles import Page
from carebase.articles.lines import Line, Lines
from carebase.build.records import packed, unpacked


class PageTexts(NamedTuple):
    """What of a page is its text."""

    body: str
    lines: Lines
    document: Any


def pack_texts(page: Page) -> bytes:
    """Write the texts of a page as bytes."""
    columns: list[Any] = list(zip(*page.lines.lines, strict=True))
    if columns:
        numbers, rows, *places = columns
        written = "\n".join(rows)
        columns = [
            _run_of(numbers),
            # The same string is packed once.
            page.body if written == page.body else written,
            *map(_small, places),
        ]
    return packed((page.body, columns, page.lines.open_fences, page.document))


def unpack_texts(data: bytes) -> PageTexts:
    """Give the texts that were packed; raises ValueError where the bytes are damaged."""
    body, columns, open_fences, document = unpacked(data)
    lines: tuple[Line, ...] = ()
    if columns:
        numbers, written, strips, indents, codes = columns
        rows = zip(numbers, written.split("\n"), strips, indents, map(bool, codes), strict=True)
        # As `Line` would, without asking for the name of each part.
        lines = tuple(map(tuple.__new__, repeat(Line), rows))
    return PageTexts(body, Lines(lines, tuple(open_fences)), document)


def _run_of(numbers: Sequence[int]) -> Sequence[int]:
    run = range(numbers[0], numbers[0] + len(numbers))
    return run if numbers[-1] == run[-1] else numbers


def _small(numbers: Iterable[int]) -> Sequence[int]:
    numbers = tuple(numbers)
    try:
        return bytes(numbers)
    except ValueError:
        # Further to the right than anybody reads.
        return numbers
