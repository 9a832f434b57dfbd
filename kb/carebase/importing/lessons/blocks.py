"""A lesson's text as blocks: what each says as HTML, and how it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from markdown_it.token import Token

from carebase.importing.lessons.rows import Row, text_of, trimmed, with_code

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_DEFINITION = re.compile(
    r" {0,3}\[(?P<label>(?!\^)(?:\\.|[^\[\]\\])+)\]:[ \t]*<?(?P<href>[^\s<>]+)>?"
    r"(?P<title>[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*\Z"
)
_NOTE = re.compile(r" {0,3}\[\^(?P<name>[^\]\s]+)\]:[ \t]*(?P<text>.*)\Z")
_MEANING = re.compile(r" {0,3}[:~][ \t]+(?P<text>\S.*)\Z")
_BALANCED = ("table", "figure", "center", "ul", "ol", "dl", "p", "blockquote", "iframe", "video")
_BEGINS = re.compile(r" {0,3}(?:#{1,6}[ \t]|[-*+][ \t]|\d+[.)][ \t]|>|\|)")


@dataclass(slots=True)
class Block:
    """One block: its rows, what it says, and how high a heading it is (0 for none)."""

    rows: list[Row]
    html: str
    level: int = 0
    fragments: set[str] = field(default_factory=set)

    @property
    def written(self) -> str:
        return text_of(self.rows)


@dataclass(slots=True)
class Entry:
    """Terms of a list of definitions with what they mean."""

    terms: list[Row]
    meanings: list[list[Row]]


@dataclass(slots=True)
class References:
    """Addresses and notes that stand anywhere in a lesson and count in all of it."""

    addresses: dict[str, tuple[str, str, Row]] = field(default_factory=dict)
    notes: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, Any]:
        """What the parser has to know of them."""
        known = {
            _normal(label): {"href": href, "title": title.strip()[1:-1], "map": [0, 0]}
            for label, (href, title, _) in self.addresses.items()
        }  # fmt: skip
        return {"references": known}


def _normal(label: str) -> str:
    # As markdown-it compares labels.
    return " ".join(label.split()).lower().upper()


def take_references(rows: Sequence[Row], references: References) -> list[Row]:
    """Take definitions of addresses and notes out of a text; empty rows stay in their places."""
    result: list[Row] = []
    note: list[Row] | None = None
    for row, is_code in with_code(rows):
        found = None if is_code else _DEFINITION.match(row.text)
        if note is not None:
            if not row.text.strip() or row.text.startswith(("    ", "\t")) or not (
                is_code or found or _NOTE.match(row.text) or _blank(result)
            ):  # fmt: skip
                text = re.sub(r"^(?: {1,4}|\t)", "", row.text)
                note.append(row.with_text(text))
                result.append(row.with_text(""))
                if not row.text.strip():
                    result[-1] = row.with_text(" ")
                continue
            note = None
        if found:
            references.addresses.setdefault(
                found["label"], (found["href"], found["title"] or "", row)
            )
            result.append(row.with_text(""))
        elif not is_code and (opened := _NOTE.match(row.text)):
            note = references.notes.setdefault(opened["name"], [])
            note.append(row.with_text(opened["text"]))
            result.append(row.with_text(""))
        else:
            result.append(row)
    return result


def _blank(result: Sequence[Row]) -> bool:
    return bool(result) and result[-1].text == " "


def parted(rows: Sequence[Row]) -> Iterator[list[Row] | list[Entry]]:
    """Give the rows of a text in runs: plain ones, and lists of definitions."""
    marked = list(with_code(rows))
    plain: list[Row] = []
    entries: list[Entry] = []
    at = 0
    while at < len(marked):
        end = _entry_end(marked, at)
        if end is None:
            row = marked[at][0]
            if entries and row.text.strip():
                yield entries
                entries = []
            plain.append(row)
            at += 1
            continue
        if trimmed(plain):
            yield plain
        plain = []
        entries.append(_entry([row for row, _ in marked[at:end]]))
        at = end
    if entries:
        yield entries
    if trimmed(plain):
        yield plain


def _entry_end(marked: Sequence[tuple[Row, bool]], at: int) -> int | None:
    """Tell where the entry ends whose terms begin here; nothing where none begins."""
    row, is_code = marked[at]
    if is_code or not row.text.strip() or row.text[:1] in " \t" or _BEGINS.match(row.text):
        return None
    index = at + 1
    while index < len(marked) and marked[index][0].text.strip() and not marked[index][1]:
        if _MEANING.match(marked[index][0].text):
            break
        if _BEGINS.match(marked[index][0].text):
            return None
        index += 1
    if index < len(marked) and not marked[index][0].text.strip():
        index += 1
        if index - at != 2:
            return None
    if index >= len(marked) or marked[index][1] or not _MEANING.match(marked[index][0].text):
        return None
    while index < len(marked):
        text = marked[index][0].text
        if not text.strip():
            after = next((r.text for r, _ in marked[index:] if r.text.strip()), "")
            if not (after.startswith(("    ", "\t")) or _MEANING.match(after)):
                break
        index += 1
    return index


def _entry(rows: Sequence[Row]) -> Entry:
    terms: list[Row] = []
    meanings: list[list[Row]] = []
    for row in rows:
        if found := _MEANING.match(row.text):
            meanings.append([row.with_text(found["text"])])
        elif meanings:
            meanings[-1].append(row.with_text(re.sub(r"^(?: {1,4}|\t)", "", row.text)))
        elif row.text.strip():
            terms.append(row)
    return Entry(terms, meanings)


def blocks_of(rows: Sequence[Row], env: dict[str, Any]) -> list[Block]:
    """Give the blocks of a text that is in the common dialect already."""
    text = text_of(rows)
    tokens = PARSER.parse(text, env)
    groups: list[tuple[int, int, list[Token]]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            begin, end = token.map or (0, 0)
            groups.append((begin, end, []))
        groups[-1][2].append(token)
        depth += token.nesting
    blocks: list[Block] = []
    for begin, end, group in _balanced(groups):
        first = group[0]
        level = int(first.tag[1]) if first.type == "heading_open" else 0
        html = str(PARSER.renderer.render(group, PARSER.options, env))
        block = Block(trimmed(rows[begin:end]) or list(rows[begin:end]), html, level)
        block.fragments = _fragments(html)
        blocks.append(block)
    return blocks


def _fragments(html: str) -> set[str]:
    return {href.partition("#")[2] for href in re.findall(r'href="([^"]*#[^"]+)"', html)}


def _balanced(
    groups: Sequence[tuple[int, int, list[Token]]],
) -> Iterator[tuple[int, int, list[Token]]]:
    """Put pieces of HTML together that blank rows have torn apart."""
    at = 0
    while at < len(groups):
        begin, end, group = groups[at]
        at += 1
        if group[0].type == "html_block" and (missing := _open(group)):
            for index in range(at, len(groups)):
                missing += _open(groups[index][2])
                if missing <= 0:
                    group = [token for _, _, one in (groups[at - 1 : index + 1]) for token in one]
                    end, at = groups[index][1], index + 1
                    break
        yield begin, end, group


def _open(group: Sequence[Token]) -> int:
    html = "".join(token.content for token in group if token.type == "html_block").lower()
    return sum(
        len(re.findall(rf"<{name}\b", html)) - len(re.findall(rf"</{name}\s*>", html))
        for name in _BALANCED
    )


def heading_words(block: Block) -> str:
    """Give the words of a heading."""
    return " ".join(BeautifulSoup(block.html, "html.parser").get_text().split())
