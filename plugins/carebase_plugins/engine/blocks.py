"""Python-Markdown's parser of blocks, which asks only those parts that a block may concern.

Most blocks are paragraphs, and each was shown to a dozen parts that look for a `#`, a `>` or an
indent. What a part needs is known for the parts below; any other is asked as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockQuoteProcessor,
    CodeBlockProcessor,
    HashHeaderProcessor,
    HRProcessor,
    ListIndentProcessor,
    OListProcessor,
    ReferenceProcessor,
    SetextHeaderProcessor,
    UListProcessor,
)
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.md_in_html import MarkdownInHtmlProcessor
from markdown.extensions.tables import TableProcessor
from markdown.util import STX
from pymdownx.details import DetailsProcessor
from pymdownx.superfences import SuperFencesCodeBlockProcessor

from carebase_plugins.engine.gates import Signs

# A block that concerns a part holds one of these signs; a space stands for an indent, a zero for
# any digit that it begins with.
_NEEDED: dict[type[Any], str] = {
    AdmonitionProcessor: "! ",
    BlockQuoteProcessor: ">",
    CodeBlockProcessor: " ",
    DetailsProcessor: "? ",
    HashHeaderProcessor: "#",
    HRProcessor: "*-_",
    ListIndentProcessor: " ",
    MarkdownInHtmlProcessor: STX,
    OListProcessor: "0",
    ReferenceProcessor: "[",
    SetextHeaderProcessor: "=-",
    SuperFencesCodeBlockProcessor: " ",
    TableProcessor: "|",
    UListProcessor: "*+-",
}
_INDENT = " "
_DIGIT = "0"
_SIGNS = Signs({*"".join(_NEEDED.values())} - {_INDENT, _DIGIT})


class _Blocks(BlockParser):
    """The parser of blocks."""

    # The parts that a block with some signs may concern, each with its place among all.
    _ways: tuple[tuple[Any, ...], dict[frozenset[str], list[tuple[int, Any]]]] = ((), {})

    def parseBlocks(self, parent: Any, blocks: list[str]) -> None:  # noqa: N802
        """Make elements of blocks."""
        parts = tuple(self.blockprocessors)
        if parts != self._ways[0]:
            self._ways = (parts, {})
        while blocks:
            block = blocks[0]
            for place, part in self._asked(block):
                if not part.test(parent, blocks[0]):
                    continue
                if part.run(parent, blocks) is not False:
                    break
                if blocks[0] is not block:
                    # It has left another block: all that come after it are asked about that.
                    self._ask_all(parts[place + 1 :], parent, blocks)
                    break

    def _asked(self, block: str) -> list[tuple[int, Any]]:
        parts, known = self._ways
        held = _SIGNS.in_text(block)
        if block[:1] in ("", "\n", _INDENT):
            held |= {_INDENT}
        if block.lstrip(" ")[:1].isdecimal():
            held |= {_DIGIT}
        ways = known.get(held)
        if ways is None:
            ways = known[held] = list(_concerned(parts, held))
        return ways

    @staticmethod
    def _ask_all(parts: tuple[Any, ...], parent: Any, blocks: list[str]) -> None:
        for part in parts:
            if part.test(parent, blocks[0]) and part.run(parent, blocks) is not False:
                break


def _concerned(parts: tuple[Any, ...], held: frozenset[str]) -> Iterator[tuple[int, Any]]:
    for place, part in enumerate(parts):
        needed = _NEEDED.get(type(part))
        if needed is None or not held.isdisjoint(needed):
            yield place, part


def quicken_blocks(markdown: Markdown) -> None:
    """Let a Markdown object ask only the parts that a block may concern."""
    parser: Any = markdown.parser
    if type(parser) is BlockParser:
        parser.__class__ = _Blocks
