"""Boxes in a lesson: pandoc's fenced divs, `<div>` and `<details>`, and marked block quotes.

Fenced divs are what the Carpentries Workbench writes its challenges, solutions and callouts with
(carpentries.github.io/sandpaper-docs, "Style Guide"); marked block quotes are those of its
predecessor, lesson styles on Jekyll.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from carebase.errors import Problem
from carebase.importing.lessons.attributes import read_attributes
from carebase.importing.lessons.rows import Row, trimmed, with_code

_OPEN = re.compile(r"(?P<indent>[ \t]*):{3,}[ \t]*(?P<rest>[^:\s].*?)[ \t]*:*[ \t]*\Z")
_CLOSE = re.compile(r"[ \t]*:{3,}[ \t]*\Z")
_HTML = re.compile(r"[ \t]*<(?P<tag>div|section|details)\b(?P<rest>[^>]*)>[ \t]*\Z", re.IGNORECASE)
_HTML_END = re.compile(r"[ \t]*</(?:div|section|details)>[ \t]*\Z", re.IGNORECASE)
_SUMMARY = re.compile(r"[ \t]*<summary[^>]*>(?P<text>.*?)</summary>[ \t]*(?P<rest>.*)\Z",
                      re.IGNORECASE)  # fmt: skip
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*\Z")
_TITLE_BRACES = re.compile(r"(?P<text>.*?)[ \t]*(?P<braces>\{:?[ \t]*[.#-][^{}]*\})\Z")
_MARK = re.compile(r"[ \t]*\{:[ \t]*\.(?P<kind>[\w-]+)[ \t]*\}[ \t]*\Z")
_QUOTE = re.compile(r" {0,3}>[ ]?(?P<text>.*)\Z")
# Marks of old-style lessons that stand behind a block quote.
_QUOTED = frozenset(
    ("callout", "challenge", "checklist", "discussion", "keypoints", "objectives", "prereq",
     "quotation", "solution", "testimonial", "warning")
)  # fmt: skip


TABS = frozenset(("tab", "group-tab"))


@dataclass(slots=True)
class Box:
    """A box with its kind, such as `challenge`; `title` is the heading that it begins with."""

    kind: str
    row: Row
    children: list[Node] = field(default_factory=list)
    title: Row | None = None
    id: str = ""


@dataclass(slots=True)
class Text:
    """Rows of Markdown that stand in no box, or in one."""

    rows: list[Row] = field(default_factory=list)


Node = Box | Text


def read_boxes(rows: Sequence[Row], problems: list[Problem]) -> list[Node]:
    """Take a lesson apart; what is never closed, or closed and not open, is told."""
    top: list[Node] = []
    stack: list[tuple[Box, str, int]] = []

    def here() -> list[Node]:
        return stack[-1][0].children if stack else top

    for row, is_code in with_code(_boxed_quotes(rows)):
        indent = stack[-1][2] if stack else 0
        row = row.with_text(_dedented(row.text, indent))
        if is_code:
            _add(here(), row)
            continue
        if _CLOSE.match(row.text) or _HTML_END.match(row.text):
            sign = ":" if _CLOSE.match(row.text) else "<"
            if any(entry[1] == sign for entry in stack):
                while stack.pop()[1] != sign:
                    pass
            else:
                problems.append(
                    row.left("box-not-open", "A box is closed here that is not open.",
                             found=f"`{row.text.strip()[:40]}`")
                )  # fmt: skip
        elif opened := _opened(row):
            box, sign, indented = opened
            here().append(box)
            stack.append((box, sign, indent + indented))
        else:
            _add(here(), row)
    for box, _, _ in stack:
        problems.append(
            box.row.left("box-unclosed", "This box is never closed; it ends with what is around"
                         " it.", found=f"`{box.row.text.strip()[:60]}`")
        )  # fmt: skip
    _split_tabs(top)
    _take_titles(top)
    return top


def _dedented(text: str, indent: int) -> str:
    return text[min(indent, len(text) - len(text.lstrip())) :] if indent else text


def _add(nodes: list[Node], row: Row) -> None:
    if nodes and isinstance(last := nodes[-1], Text):
        last.rows.append(row)
    else:
        nodes.append(Text([row]))


def _opened(row: Row) -> tuple[Box, str, int] | None:
    if found := _OPEN.match(row.text):
        word, _, more = found["rest"].partition("{")
        attributes = read_attributes("{" + more) if more else read_attributes("")
        kinds = [*word.split(), *attributes.classes]
        box = Box(kinds[0] if kinds else "", row, id=attributes.id)
        return box, ":", len(found["indent"].expandtabs(4))
    if found := _HTML.match(row.text):
        attributes = read_attributes("{" + found["rest"] + "}")
        kinds = attributes.values.get("class", "").split()
        kind = "spoiler" if found["tag"].lower() == "details" else kinds[0] if kinds else ""
        return Box(kind, row, id=attributes.values.get("id", "")), "<", 0
    return None


def _take_titles(nodes: Sequence[Node]) -> None:
    for node in nodes:
        if not isinstance(node, Box):
            continue
        if node.children and isinstance(first := node.children[0], Text):
            first.rows = trimmed(first.rows) if len(node.children) == 1 else first.rows
            _take_title(node, first)
        _take_titles(node.children)


def _take_title(box: Box, text: Text) -> None:
    for index, row in enumerate(text.rows):
        if box.title is not None:
            return
        if not row.text.strip():
            continue
        heading = _HEADING.match(row.text)
        if found := heading or (_SUMMARY.match(row.text) if box.kind == "spoiler" else None):
            title = found["text"]
            if braces := _TITLE_BRACES.match(title):
                attributes = read_attributes(braces["braces"])
                title, box.id = braces["text"], box.id or attributes.id
            box.title = row.with_text(title)
            rest = "" if heading else found["rest"]
            text.rows = [*text.rows[:index], row.with_text(rest), *text.rows[index + 1 :]]
        return


def _boxed_quotes(rows: Sequence[Row]) -> list[Row]:
    """Write block quotes with a mark such as `{: .challenge}` below them as fenced divs."""
    if not any(_MARK.match(row.text.lstrip("> ")) for row in rows):
        return list(rows)
    result: list[Row] = []
    quote: list[Row] = []
    for row, is_code in [*with_code(rows), (None, False)]:
        found = _QUOTE.match(row.text) if row and not (is_code and not quote) else None
        if row and found:
            quote.append(row.with_text(found["text"]))
            continue
        mark = _MARK.match(row.text) if row else None
        if quote and row and mark and mark["kind"] in _QUOTED:
            inner = _boxed_quotes(quote)
            result += [quote[0].with_text(f"::: {mark['kind']}"), *inner, row.with_text(":::")]
            quote = []
            continue
        result += [one.with_text(f"> {one.text}".rstrip()) for one in quote]
        quote = []
        if row:
            result.append(row)
    return result


def _split_tabs(nodes: Sequence[Node]) -> None:
    """Make a box of each tab, before texts are taken apart."""
    for node in nodes:
        if not isinstance(node, Box):
            continue
        if node.kind in TABS:
            node.children = list(_tab_boxes(node))
        _split_tabs(node.children)


def _tab_boxes(box: Box) -> list[Node]:
    found: list[Node] = []
    for child in box.children:
        if isinstance(child, Box):
            if found and isinstance(last := found[-1], Box):
                last.children.append(child)
            else:
                found.append(child)
            continue
        for row, is_code in with_code(child.rows):
            heading = None if is_code else _HEADING.match(row.text)
            if heading:
                found.append(Box("one-tab", row, [Text([])], row.with_text(heading["text"])))
            elif found and isinstance(last := found[-1], Box):
                if not (last.children and isinstance(last.children[-1], Text)):
                    last.children.append(Text([]))
                text = last.children[-1]
                if isinstance(text, Text):
                    text.rows.append(row)
            elif row.text.strip():
                found.append(Text([row]))
    return found
