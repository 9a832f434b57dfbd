"""What only trainers may read: notes and solutions, taken out of a site for learners as text.

They are taken out before anything else sees a page, so that none of them reaches its HTML, its
table of contents, its twin, an index or a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from carebase.articles.block_types import BLOCK_TYPES
from carebase.articles.blocks import scan_blocks
from carebase.articles.lines import Line, Lines, read_lines
from carebase.articles.withheld import named_files

if TYPE_CHECKING:
    from carebase.articles.page import Page

Audience = Literal["learner", "trainer"]
TRAINER_BLOCKS = frozenset(block.name for block in BLOCK_TYPES.values() if block.trainer)
_SIGN = re.compile(rf"^.*/{{3,}} *(?:{'|'.join(sorted(TRAINER_BLOCKS))})\b", re.I | re.M)
_END = re.compile(r" {0,3}/{3,} *$")


def without_notes(text: str) -> str:
    """Give a Markdown text without what only trainers may read; an empty line is left of each."""
    if "///" not in text or not _SIGN.search(text):
        return text
    kept, _ = _taken_out(read_lines(text).lines)
    return "\n".join(line.text for line in kept)


def for_learners(page: Page) -> Page:
    """Give a page, not filled in yet, without what only trainers may read; lines keep numbers."""
    if not any(block.name in TRAINER_BLOCKS for block in page.blocks):
        return page
    kept, gone = _taken_out(page.lines.lines)
    notes = [line for line in page.lines.lines if line.number in gone]
    fences = tuple(line for line in page.lines.open_fences if line.number not in gone)
    return replace(
        page,
        body="\n".join(line.text for line in kept),
        lines=Lines(tuple(kept), fences),
        blocks=tuple(block for block in page.blocks if block.line not in gone),
        withheld=tuple(sorted(set(named_files(notes, page.folder)))),
    )


def _taken_out(lines: Sequence[Line]) -> tuple[list[Line], set[int]]:
    """Give the lines that stay, and the numbers of those that are gone or empty now."""
    texts = {line.number: line for line in lines}
    gone: set[int] = set()
    firsts: set[int] = set()
    for block in scan_blocks(Lines(tuple(lines), ()), "", ())[0]:
        if block.name in TRAINER_BLOCKS:
            firsts.add(block.line)
            closing = texts.get(block.until)
            # One that is never closed ends where the next begins.
            closed = closing is not None and _END.match(closing.inner) is not None
            gone.update(range(block.line, block.until + closed))
    kept = [
        line._replace(text="", code=False) if line.number in firsts else line
        for line in lines
        if line.number not in gone or line.number in firsts
    ]
    return kept, gone
