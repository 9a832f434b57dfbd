"""The questions and outcomes of a troubleshooter: read from its rendered text, written as cards.

Each heading of the second level is a node, unless it is marked `aside`. A list whose items are each
nothing but a link, one at least to a heading of the page, holds the choices of its node; any other
list is text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from carebase.articles.sections import Nesting, Section, split_sections

Mark = Literal["solved", "escalate"]
MARKS: tuple[Mark, ...] = ("solved", "escalate")
ASIDE = "aside"

_LED = re.compile(r"<a\b[^>]*?\bhref=\"#(?P<anchor>[^\"]+)\"")
_LISTS = frozenset({"ul", "ol"})


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer: its words, and the address of its link."""

    target: str
    text: str

    @property
    def anchor(self) -> str:
        """The id of the heading on this page that it leads to; empty when it leads elsewhere."""
        return self.target[1:] if self.target.startswith("#") else ""


@dataclass(frozen=True, slots=True)
class Node:
    """A question (no marks) or an outcome; `form` is the form that an escalating one names.

    `beside` are the words of an item that makes a list text which otherwise would be choices.
    """

    anchor: str
    text: str
    marks: tuple[Mark, ...] = ()
    form: str = ""
    choices: tuple[Choice, ...] = ()
    classes: tuple[str, ...] = ()
    beside: str = ""

    @property
    def is_outcome(self) -> bool:
        """Whether a path ends here."""
        return bool(self.marks)


class _Lists(Nesting):
    """Finds the lists that stand directly in a text, and what their items hold."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        # Of each list: where its tag begins and ends, and its items.
        self.found: list[tuple[int, int, list[_Item]]] = []
        self.in_link = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not self.open and tag in _LISTS:
            begin = self.position()
            self.found.append((begin, begin + len(self.get_starttag_text() or ""), []))
        elif self.open and self.open[0] in _LISTS:
            items = self.found[-1][2]
            if tag == "li" and len(self.open) == 1:
                items.append(_Item())
            elif items:
                items[-1].take(tag, given)
                self.in_link = self.in_link or tag == "a"
        self.begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.end(tag):
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
        self.said = ""
        self.is_text = False

    def take(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "a":
            self.links.append(attributes.get("href", ""))
        elif tag == "img":
            self.linked += attributes.get("alt", "")
        elif tag in _LISTS:
            self.is_text = True

    def add(self, data: str, *, in_link: bool) -> None:
        self.said += data
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
        return " ".join(self.said.split())


def _choices_of(text: str) -> list[tuple[int, int, list[Choice]]]:
    """Give the lists of choices in a text: where the tag of each begins and ends, and the items."""
    found = []
    for begin, inner, items in _Lists(text).found:
        choices = [choice for item in items if (choice := item.choice)]
        if len(choices) == len(items) and any(choice.anchor for choice in choices):
            found.append((begin, inner, choices))
    return found


def _beside(text: str) -> str:
    for *_, items in _Lists(text).found:
        loose = [item.words for item in items if item.choice is None]
        if loose and any(item.choice and item.choice.anchor for item in items):
            return loose[0]
    return ""


def read_nodes(text: str) -> tuple[Node, ...]:
    """Give the questions and outcomes of a rendered troubleshooter in their order."""
    return tuple(
        Node(
            section.anchor,
            section.text,
            tuple(mark for mark in MARKS if mark in section.classes),
            section.attributes.get("form", ""),
            tuple(choice for *_, choices in _choices_of(section.body) for choice in choices),
            tuple(section.attributes.get("class", "").split()),
            _beside(section.body),
        )
        for section in split_sections(text, (2,))[1]
        if ASIDE not in section.classes
    )


def wrap_nodes(text: str, escalation: Callable[[str], str]) -> str:
    """Make each `##` section of a troubleshooter a card, its choices large links.

    `escalation` writes the way to the form that an outcome leads to, given the form's id.
    """
    before, sections = split_sections(text, (2,))
    titles = {section.anchor: section.text for section in sections}
    pieces = [before]
    for section in sections:
        if ASIDE in section.classes:
            pieces.append(f'<section class="cb-aside">{section.head()}{section.body}</section>')
            continue
        kind = next((mark for mark in MARKS if mark in section.classes), "question")
        link = escalation(section.attributes.get("form", "")) if kind == "escalate" else ""
        attributes = {name: v for name, v in section.attributes.items() if name != "form"}
        head = Section(section.level, attributes, section.heading, "").head()
        body = _with_choices(section.body, titles)
        pieces.append(f'<section class="cb-node cb-node--{kind}">{head}{body}{link}</section>')
    return "".join(pieces)


def _with_choices(body: str, titles: Mapping[str, str]) -> str:
    """Mark the lists of choices, and in each link where it leads, which paper shows."""

    def led(found: re.Match[str]) -> str:
        title = html.escape(titles.get(html.unescape(found["anchor"]), ""))
        return f'{found[0]} data-to="{title}"' if title else found[0]

    pieces = []
    at = 0
    for begin, inner, _ in _choices_of(body):
        tag, more = body[begin:inner], ' class="cb-choices"'
        if ' class="' in tag:
            more, tag = "", tag.replace(' class="', ' class="cb-choices ', 1)
        # Choices hold no lists of their own.
        end = body.find(f"</{tag[1:3]}>", inner)
        pieces += [body[at:begin], tag[:3], more, tag[3:], _LED.sub(led, body[inner:end])]
        at = end
    return "".join([*pieces, body[at:]])


def outcomes_of(nodes: tuple[Node, ...]) -> dict[str, str]:
    """Give the outcomes of a troubleshooter by their anchors: each `solved` or `escalate`."""
    return {node.anchor: node.marks[0] for node in nodes if node.is_outcome and node.anchor}


def form_anchor(form_id: str) -> str:
    """Give the id under which a troubleshooter's page shows a form that its paths lead to."""
    return f"ask-{form_id}"
