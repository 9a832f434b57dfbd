"""Finding the `/// name | argument` blocks of a page.

pymdownx itself says nothing about a block that is never closed or an option out of place: the
lines stay in the page as text. This scan does say so, outside code only; what a block may say is
checked in `block_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from carebase.articles.block_types import BLOCK_TYPES
from carebase.articles.lines import Line, Lines
from carebase.errors import Problem
from carebase.sources import Document, parse_yaml

_START = re.compile(r" {0,3}(/{3,}) *([\w-]+) *(?:\| *(.*?) *)?$")
_NO_BAR = re.compile(r" {0,3}(/{3,}) *([A-Za-z][\w-]*) +([\w-]+) *$")
_END = re.compile(r" {0,3}(/{3,}) *$")
_OPTION = re.compile(r" {0,3}[A-Za-z_][\w-]*:(?: |$)")
# Below the first line of a block with text only: that has lines such as `Hint: …` of its own.
_SETTING = re.compile(r" {0,3}(?:draw|points|attempts|type|partial|shuffle|together|minutes): ")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page, as written. `line` and `column` are those of its slashes.

    `document` has the place of each option. What stands in the block begins on the line `first`
    and ends before the line `until`.
    """

    name: str
    argument: str | None
    options: Mapping[str, Any]
    line: int
    column: int
    document: Document = field(compare=False, repr=False)
    first: int = 0
    until: int = 0


@dataclass(slots=True)
class _Open:
    block: Block
    slashes: int
    head: bool = True
    option_lines: list[Line] = field(default_factory=list)
    content: Line | None = None


def scan_blocks(
    lines: Lines, file: str, names: Collection[str]
) -> tuple[list[Block], list[Problem]]:
    """Give the blocks of a page in order, and what is wrong with their lines.

    `names` are the blocks that the site knows; of others only the first line is looked at.
    """
    return _Scan(file, names).run(lines)


class _Scan:
    def __init__(self, file: str, names: Collection[str]) -> None:
        self.file = file
        self.names = names
        self.open: list[_Open] = []
        self.blocks: list[Block] = []
        self.problems: list[Problem] = []
        self.number = 0

    def run(self, lines: Lines) -> tuple[list[Block], list[Problem]]:
        for line in lines.lines:
            self.number = line.number
            if self.open or "///" in line.text:
                self.line(line)
        self.number += 1
        while self.open:
            self.unclosed(self.open.pop())
        self.blocks.sort(key=lambda block: (block.line, block.column))
        return self.blocks, self.problems

    def line(self, line: Line) -> None:
        inner = line.inner
        if self.open and self.open[-1].head:
            # Indented lines right below the first one are options, even where they look like code.
            if inner.startswith("    ") and inner.strip():
                self.open[-1].option_lines.append(line)
                return
            self.head_ends(self.open[-1])
        if line.code or not inner.strip():
            return
        if "///" in inner:
            if found := _END.match(inner):
                self.end(line, len(found[1]))
                return
            if found := _START.match(inner):
                self.start(line, len(found[1]), found[2].lower(), found[3])
                return
            found = _NO_BAR.match(inner)
            if found and found[2].lower() in self.names:
                self.no_bar(line, found)
                return
        if self.open and self.open[-1].content is None:
            self.open[-1].content = line

    def start(self, line: Line, slashes: int, name: str, argument: str | None) -> None:
        # As many slashes as the block around it, or a block inside one that holds nothing: the
        # one around it was meant to be closed before.
        while self.open and (
            self.open[-1].slashes == slashes or not _holds_blocks(self.open[-1].block.name)
        ):
            self.unclosed(self.open.pop())
        block = Block(
            name,
            argument or None,
            {},
            line.number,
            line.text.index("/") + 1,
            Document(self.file, data={}),
        )
        self.open.append(_Open(block, slashes))

    def no_bar(self, line: Line, found: re.Match[str]) -> None:
        self.start(line, len(found[1]), found[2].lower(), found[3])
        self.note(
            line.number,
            line.text.index("/") + 1,
            "block-argument",
            f"The argument of `{found[2]}` stands after a `|`.",
            found=line.text.strip(),
            hint=f"write `{found[1]} {found[2]} | {found[3]}`",
        )

    def end(self, line: Line, slashes: int) -> None:
        if not any(one.slashes == slashes for one in self.open):
            self.note(
                line.number,
                line.text.index("/") + 1,
                "block-not-open",
                f"`{'/' * slashes}` closes a block, but none with as many slashes is open.",
                found=line.text.strip(),
                hint="delete the line, or give it as many slashes as the block's first line",
            )
            return
        while self.open[-1].slashes != slashes:
            self.unclosed(self.open.pop())
        self.finish(self.open.pop())

    def unclosed(self, one: _Open) -> None:
        if one.block.name in self.names:
            slashes = "/" * one.slashes
            ours = BLOCK_TYPES.get(one.block.name)
            around = f"; around another block it needs more slashes than `{slashes}`"
            self.note(
                one.block.line,
                one.block.column,
                "block-unclosed",
                f"The block `{one.block.name}` is opened here and never closed.",
                found=f"{slashes} {one.block.name}",
                hint=f"put a line with only `{slashes}` below it"
                + (around if ours and ours.content == "text" else ""),
            )
        one.content = None
        self.finish(one)

    def head_ends(self, one: _Open) -> None:
        """Read the option lines of a block once they are all there."""
        one.head = False
        if not one.option_lines:
            return
        text = "\n".join(line.text.expandtabs(4) for line in one.option_lines)
        document = parse_yaml(text, self.file, first_line=one.option_lines[0].number)
        self.problems += document.problems
        if isinstance(document.data, dict):
            one.block = replace(one.block, options=document.data, document=document)
        elif not document.problems:
            line = one.option_lines[0]
            self.note(
                line.number,
                _first_column(line),
                "block-option",
                f"The options of `{one.block.name}` must be `name: value` lines.",
                found=line.text.strip()[:60],
                hint="text inside a block is not indented",
            )

    def finish(self, one: _Open) -> None:
        if one.head:
            self.head_ends(one)
        first = one.block.line + len(one.option_lines) + 1
        self.blocks.append(replace(one.block, first=first, until=self.number))
        ours = BLOCK_TYPES.get(one.block.name)
        if one.content is None or ours is None:
            return
        if ours.content:
            if _SETTING.match(one.content.inner) and one.content.number == first:
                self.misplaced(one, one.content)
            return
        if _OPTION.match(one.content.inner):
            self.misplaced(one, one.content)
        else:
            self.note(
                one.content.number,
                _first_column(one.content),
                "block-content",
                f"The block `{one.block.name}` holds no text of its own.",
                found=one.content.text.strip()[:60],
                hint="move the text above or below the block",
            )

    def misplaced(self, one: _Open, line: Line) -> None:
        self.note(
            line.number,
            _first_column(line),
            "block-option",
            f"The options of `{one.block.name}` stand right below its first line, "
            "indented by four spaces.",
            found=line.text.strip()[:60],
            hint="put four spaces before it, and no empty line above it",
        )

    def note(self, line: int, column: int, code: str, message: str, **more: Any) -> None:
        self.problems.append(Problem(self.file, line, column, code, message, **more))


def _holds_blocks(name: str) -> bool:
    return name not in BLOCK_TYPES or BLOCK_TYPES[name].content == "text"


def _first_column(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip()) + 1
