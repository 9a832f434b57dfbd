"""Reading the Markdown of a quiz: headings are questions, lists are their answers.

`docs/handbook/quizzes.md` fixes how it is written. Every problem is told, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from carebase.errors import Problem
from carebase.training.settings import Settings, read_settings, split_settings

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*)\Z")
_BOX = re.compile(r" {0,3}[-*+][ \t]+\[(?P<box>[ xX])\](?:[ \t]+(?P<text>.*))?\Z")
_STEP = re.compile(r" {0,3}\d{1,3}[.)][ \t]+(?P<text>.*)\Z")
_PAIR = re.compile(r" {0,3}[-*+][ \t]+(?P<text>.*?)[ \t]+(?:->|→)[ \t]+(?P<other>.*)\Z")
_HALF = re.compile(r" {0,3}[-*+][ \t]+(?P<text>.*?)[ \t]*(?:->|→)[ \t]*\Z")
_ARROW = re.compile(r"(?:->|→)(?:[ \t]|\Z)")
_LABEL = re.compile(
    r" {0,3}(?P<bold>\*\*|__)?(?P<name>Hint|Explanation):(?(bold)(?P=bold))[ \t]*(?P<text>.*)\Z",
    re.IGNORECASE,
)
# An option in the wrong place, which is told of as such.
_OPTION = re.compile(r" {0,3}(?:draw|points|attempts|type|partial|shuffle|together): ")
_QUOTE = re.compile(r"[ \t]*>[ ]?(?P<text>.*)\Z")

Shape = Literal["box", "step", "pair", ""]


class Row(Protocol):
    """One line of a page, without the indentation of what it stands in."""

    @property
    def number(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def inner(self) -> str: ...

    @property
    def code(self) -> bool: ...


@dataclass(slots=True)
class Item:
    """One entry of the list of answers as it is written."""

    row: Row
    text: str
    ticked: bool = False
    other: str = ""
    quote: list[str] = field(default_factory=list)

    @property
    def feedback(self) -> str:
        return "\n".join(self.quote).strip()


@dataclass(slots=True)
class Draft:
    """A question taken apart: what its parts mean is found out in `reading`."""

    row: Row
    text: str
    settings: Settings
    shape: Shape = ""
    items: list[Item] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)

    @property
    def column(self) -> int:
        """Where the heading begins, from 1."""
        return column_of(self.row)


class Notes:
    """Gathers the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def at(self, row: Row, column: int, code: str, message: str, **more: Any) -> None:
        self.problems.append(Problem(self.file, row.number, column, code, message, **more))


def column_of(row: Row, part: str = "") -> int:
    """Give where a part of a row begins, else where its text does; counted from 1."""
    at = row.text.find(part) if part else -1
    return at + 1 if at >= 0 else len(row.text) - len(row.text.lstrip()) + 1


def take_apart(rows: Iterable[Row], notes: Notes) -> list[Draft]:
    """Give the questions of a quiz, from the rows between its first and its last line."""
    drafts: list[tuple[Draft, list[Row]]] = []
    lost = False
    for row in rows:
        heading = None if row.code else _HEADING.match(row.inner)
        if heading:
            drafts.append((_begin(row, heading["text"], notes), []))
        elif drafts:
            drafts[-1][1].append(row)
        elif row.inner.strip() and not lost and not _OPTION.match(row.inner):
            lost = True
            notes.at(
                row,
                column_of(row),
                "quiz-text",
                "Text stands before the first question of the quiz.",
                found=row.text.strip()[:60],
                hint="a question begins with a heading, as in `### Which water?`;"
                " move other text above the block",
            )
    for draft, below in drafts:
        _fill(draft, below)
    return [draft for draft, _ in drafts]


def _begin(row: Row, written: str, notes: Notes) -> Draft:
    text, inner, place = split_settings(written)
    shift = row.text.rfind(written)
    begin = None if place is None else shift + place

    def tell(column: int, code: str, message: str, **more: Any) -> None:
        notes.at(row, column, code, message, **more)

    return Draft(row, text, read_settings(inner, begin, tell))


def _fill(draft: Draft, rows: Sequence[Row]) -> None:
    draft.shape, kept = _shape_of(rows)
    item: Item | None = None
    label: list[str] | None = None
    blank = False
    for row in rows:
        text = row.inner
        if not text.strip():
            blank = True
            if label is draft.explanation:
                label.append("")
            elif label is not None:
                label = None
            elif item is None:
                draft.body.append("")
            continue
        found = _item(draft.shape, row) if row.number in kept else None
        if found:
            item, label = found, None
            draft.items.append(found)
        elif not row.code and (named := _LABEL.match(text)):
            item = None
            label = _label(draft, named)
        elif item and (quote := _QUOTE.match(text)) and not (blank and text[:1] == ">"):
            item.quote.append(quote["text"])
        elif item and (row.code or text.startswith("  ") or not blank):
            _go_on(item, text.strip())
        elif label is not None:
            label.append(text)
        else:
            item = None
            draft.body.append(text)
        if label is not None and label is not draft.explanation:
            draft.hints[-1] = "\n".join(label)
        blank = False


def _label(draft: Draft, named: re.Match[str]) -> list[str]:
    if named["name"].lower() == "hint":
        draft.hints.append(named["text"])
        return [named["text"]]
    if draft.explanation:
        draft.explanation.append("")
    draft.explanation.append(named["text"])
    return draft.explanation


def _go_on(item: Item, text: str) -> None:
    if item.quote:
        item.quote.append(text)
    elif item.other:
        item.other = f"{item.other} {text}"
    else:
        item.text = f"{item.text} {text}".strip()


def _shape_of(rows: Sequence[Row]) -> tuple[Shape, set[int]]:
    """Tell which list holds the answers, and the numbers of its rows."""
    plain = [row for row in rows if not row.code]
    boxes = {row.number for row in plain if _BOX.match(row.inner)}
    if boxes:
        return "box", boxes
    pairs = {row.number for row in plain if _PAIR.match(row.inner) or _HALF.match(row.inner)}
    if pairs:
        return "pair", pairs
    # A numbered list of the question's own text may stand above the steps to put in order.
    last: list[int] = []
    open_ = False
    for row in plain:
        if _STEP.match(row.inner):
            last = [*last, row.number] if open_ else [row.number]
            open_ = True
        elif row.inner.strip() and not row.inner.startswith("  ") and not _QUOTE.match(row.inner):
            open_ = False
    return ("step", set(last)) if last else ("", set())


def _item(shape: Shape, row: Row) -> Item | None:
    if shape == "box" and (box := _BOX.match(row.inner)):
        return Item(row, (box["text"] or "").strip(), ticked=box["box"] != " ")
    if shape == "step" and (step := _STEP.match(row.inner)):
        return Item(row, step["text"].strip())
    if shape == "pair" and (pair := _PAIR.match(row.inner)):
        return Item(row, pair["text"].strip(), other=pair["other"].strip())
    if shape == "pair" and (half := _HALF.match(row.inner)):
        return Item(row, half["text"].strip())
    return None


def arrows(text: str) -> int:
    """Count the arrows of a pair: a second one makes it unclear what belongs together."""
    return len(_ARROW.findall(text))
