"""A page of a course on its way: its rows taken apart into boxes, texts and blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown.extensions.toc import slugify, unique

from carebase.errors import Problem
from carebase.importing.lessons.blocks import (
    Block,
    Entry,
    References,
    blocks_of,
    heading_words,
    parted,
    take_references,
)
from carebase.importing.lessons.divs import Box, Node, Text, read_boxes
from carebase.importing.lessons.inline import Inline
from carebase.importing.lessons.links import Anchors, tight
from carebase.importing.lessons.rows import Row, text_of


@dataclass(slots=True)
class Page:
    """One page on its way: its rows taken apart, and all that counts in the whole of it."""

    file: str
    title: str
    nodes: list[Node]
    references: References
    inline: Inline
    blocks: dict[int, list[Block] | list[Entry]] = field(default_factory=dict)
    runs: dict[int, list[int]] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)


def read_page(
    file: str,
    title: str,
    rows: Sequence[Row],
    left: list[Problem],
    with_r: bool = False,
    shared: Sequence[Row] = (),
) -> Page:
    """Take a page apart. `shared` are rows with addresses that all pages may use."""
    references = References()
    body = take_references(rows, references)
    take_references(shared, references)
    state: dict[str, Sequence[Row]] = {"rows": rows}

    def tell(code: str, message: str, found: str, at: int) -> None:
        here = state["rows"]
        text = text_of(here)
        row = here[min(text.count("\n", 0, at), len(here) - 1)]
        left.append(row.left(code, message, found))

    inline = Inline(tell, with_r)
    page = Page(file, title, read_boxes(body, left), references, inline)

    def prepare(nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, Box):
                if node.title is not None:
                    state["rows"] = [node.title]
                    node.title = node.title.with_text(inline.rewrite(node.title.text))
                prepare(node.children)
            else:
                page.texts.append(node)
                prepare_text(page, node, state)

    prepare(page.nodes)
    return page


def prepare_text(page: Page, node: Text, state: dict[str, Sequence[Row]]) -> None:
    """Take a text of a page apart into runs of blocks; `state` holds the rows that are read."""
    numbers = []
    for run in parted(node.rows):
        number = len(page.blocks)
        numbers.append(number)
        if run and isinstance(run[0], Entry):
            entries: list[Entry] = [one for one in run if isinstance(one, Entry)]
            page.blocks[number] = entries
            for entry in entries:
                entry.terms = [_rewritten(page, [row], state)[0] for row in entry.terms]
                for meaning in entry.meanings:
                    text = Text(meaning)
                    page.texts.append(text)
                    prepare_text(page, text, state)
        else:
            rows = _rewritten(page, [row for row in run if isinstance(row, Row)], state)
            found = blocks_of(rows, page.references.env)
            page.blocks[number] = found
            page.linked |= {one for block in found for one in block.fragments}
    page.runs[id(node)] = numbers


def _rewritten(page: Page, rows: list[Row], state: dict[str, Sequence[Row]]) -> list[Row]:
    state["rows"] = rows
    written = page.inline.rewrite(text_of(rows)).split("\n")
    if len(written) < len(rows):
        written += [""] * (len(rows) - len(written))
    last = rows[-1]
    return [
        (rows[index] if index < len(rows) else last).with_text(text)
        for index, text in enumerate(written)
    ]


def name_anchors(page: Page, linked: set[str]) -> Anchors:
    """Give the anchors that the written page will have; boxes get one where a link leads there."""
    used: set[str] = {slugify(page.title, "-")}
    anchors = Anchors()
    anchors.loose[tight(page.title)] = slugify(page.title, "-")
    for found in re.finditer(r'<(?:span|a)\s[^>]*?id="([^"]+)"', _all_text(page)):
        anchors.add(found[1])

    def walk(nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, Box):
                box_words = page.inline.words(node.title.text) if node.title else ""
                if node.id and node.id in linked:
                    anchors.add(node.id)
                elif tight(box_words) and tight(box_words) in {tight(one) for one in linked}:
                    node.id = unique(slugify(box_words, "-"), used)
                    anchors.add(node.id, box_words)
                else:
                    node.id = ""
                walk(node.children)
                continue
            for number in page.runs.get(id(node), ()):
                for block in page.blocks[number]:
                    if isinstance(block, Block) and block.level:
                        said = page.inline.words(heading_words(block))
                        own = re.search(r"\{ #([^\s}]+) \}", page.inline.finish(block.written))
                        name = own[1] if own else unique(slugify(said, "-"), used)
                        anchors.add(name, said)

    walk(page.nodes)
    return anchors


def _all_text(page: Page) -> str:
    found = []
    for blocks in page.blocks.values():
        for block in blocks:
            if isinstance(block, Block):
                found.append(block.html)
            else:
                found += [row.text for row in block.terms]
    return "\n".join(found)
