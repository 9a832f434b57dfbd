"""The questions and outcomes of a troubleshooter: read from its rendered text, written as cards.

Each heading of the second level is a node, unless it is marked `aside`. A list in which an item is
nothing but a link to a heading of the page holds the choices of its node; any other list is text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from carebase.articles.sections import Section, split_sections

Mark = Literal["solved", "escalate"]
MARKS: tuple[Mark, ...] = ("solved", "escalate")
ASIDE = "aside"

_LISTS = frozenset({"ul", "ol"})
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer: its words, and the address of its link, empty where it is no link at all."""

    target: str
    text: str

    @property
    def anchor(self) -> str:
        """The id of the heading on this page that it leads to; empty when it leads elsewhere."""
        return self.target[1:] if self.target.startswith("#") else ""


@dataclass(frozen=True, slots=True)
class Node:
    """A question (no marks) or an outcome; `form` is the form that an escalating one names."""

    anchor: str
    text: str
    marks: tuple[Mark, ...] = ()
    form: str = ""
    choices: tuple[Choice, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def is_outcome(self) -> bool:
        """Whether a path ends here."""
        return bool(self.marks)


class _Lists(HTMLParser):
    """Finds the lists that stand directly in a text, and what their items hold."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.open: list[str] = []
        # Of each list: where its tag begins and ends, and its items.
        self.found: list[tuple[int, int, list[_Item]]] = []
        self.in_link = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not self.open and tag in _LISTS:
            line, column = self.getpos()
            begin = self.starts[line - 1] + column
            self.found.append((begin, begin + len(self.get_starttag_text() or ""), []))
        elif self.open and self.open[0] in _LISTS:
            items = self.found[-1][2]
            if tag == "li" and len(self.open) == 1:
                items.append(_Item())
            elif items:
                items[-1].take(tag, given)
                self.in_link = self.in_link or tag == "a"
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]
        self.in_link = self.in_link and "a" in self.open

    def handle_data(self, data: str) -> None:
        if self.open and self.open[0] in _LISTS and self.found[-1][2]:
            self.found[-1][2][-1].add(data, in_link=self.in_link)


class _Item:
    """One item of a list: its links, their words, and whether anything stands beside them."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self.linked = ""
        self.beside = ""
        self.is_text = False

    def take(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "a":
            self.links.append(attributes.get("href", ""))
        elif tag == "img":
            self.linked += attributes.get("alt", "")
        elif tag in _LISTS:
            self.is_text = True

    def add(self, data: str, *, in_link: bool) -> None:
        if in_link:
            self.linked += data
        else:
            self.beside += data

    @property
    def choice(self) -> Choice | None:
        """The choice that it is, if it is one link and nothing else."""
        if len(self.links) != 1 or self.is_text or self.beside.strip():
            return None
        return Choice(self.links[0], " ".join(self.linked.split()))

    @property
    def words(self) -> str:
        return " ".join(f"{self.linked} {self.beside}".split())


def _lists_of(text: str) -> list[tuple[int, int, list[Choice]]]:
    """Give the lists of choices in a text: where the tag of each begins and ends, and the items."""
    found = []
    for begin, inner, items in _Lists(text).found:
        choices = [item.choice or Choice("", item.words) for item in items]
        if any(len(choice.anchor) > 0 for choice in choices):
            found.append((begin, inner, choices))
    return found


def read_nodes(text: str) -> tuple[Node, ...]:
    """Give the questions and outcomes of a rendered troubleshooter in their order."""
    return tuple(
        Node(
            section.anchor,
            section.text,
            tuple(mark for mark in MARKS if mark in section.classes),
            section.attributes.get("form", ""),
            tuple(choice for *_, choices in _lists_of(section.body) for choice in choices),
            tuple(section.attributes.get("class", "").split()),
        )
        for section in split_sections(text, (2,))[1]
        if ASIDE not in section.classes
    )


def wrap_nodes(text: str, escalation: Callable[[str], str]) -> str:
    """Make each `##` section of a troubleshooter a card, its choices large links.

    `escalation` writes the way to the form that an outcome leads to, given the form's id.
    """
    before, sections = split_sections(text, (2,))
    pieces = [before]
    for section in sections:
        if ASIDE in section.classes:
            pieces.append(f'<section class="cb-aside">{section.head()}{section.body}</section>')
            continue
        kind = next((mark for mark in MARKS if mark in section.classes), "question")
        link = escalation(section.attributes.get("form", "")) if kind == "escalate" else ""
        attributes = {name: v for name, v in section.attributes.items() if name != "form"}
        head = Section(section.level, attributes, section.heading, "").head()
        body = _with_choices(section.body)
        pieces.append(f'<section class="cb-node cb-node--{kind}">{head}{body}{link}</section>')
    return "".join(pieces)


def _with_choices(body: str) -> str:
    pieces = []
    at = 0
    for begin, inner, _ in _lists_of(body):
        tag, more = body[begin:inner], ' class="cb-choices"'
        if ' class="' in tag:
            more, tag = "", tag.replace(' class="', ' class="cb-choices ', 1)
        pieces += [body[at:begin], tag[:3], more, tag[3:]]
        at = inner
    return "".join([*pieces, body[at:]])


def outcomes_of(nodes: tuple[Node, ...]) -> dict[str, str]:
    """Give the outcomes of a troubleshooter by their anchors: each `solved` or `escalate`."""
    return {node.anchor: node.marks[0] for node in nodes if node.is_outcome and node.anchor}
