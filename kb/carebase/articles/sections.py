"""Rendered articles taken apart at their headings and put together as steps, questions and nodes.

Pure functions from HTML to HTML, so that they work whatever extensions made it. Only headings
that stand directly in the page count: one inside a tab or a note belongs to its content.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_PICTURE = re.compile(
    r"<p>\s*(?:<a [^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?\s*</p>|<figure\b.*</figure>", re.DOTALL
)
_PERMALINK = re.compile(r"<a[^>]*class=\"headerlink\".*?</a>", re.DOTALL)
_TAGS = re.compile(r"<a[^>]*class=\"headerlink\".*?</a>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it, up to the next heading of its level or above."""

    level: int
    attributes: dict[str, str]
    heading: str
    body: str

    @property
    def anchor(self) -> str:
        return self.attributes.get("id", "")

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """The heading as it is read, without markup and permalink."""
        return html.unescape(_TAGS.sub("", self.heading)).strip()

    def head(self, inner: str | None = None, **more: str) -> str:
        """Write the heading's element again, with other content or attributes if given."""
        attributes = {**self.attributes, **more}
        written = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
        content = self.heading if inner is None else inner
        return f"<h{self.level}{written}>{content}</h{self.level}>"


@dataclass(frozen=True, slots=True)
class _Element:
    """An element that stands directly in the text: where it and its content begin and end."""

    tag: str
    attributes: dict[str, str]
    begin: int
    inner: int
    end: int
    after: int


class _Outline(HTMLParser):
    """Finds the elements at depth 0."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.open: list[str] = []
        self.begun = (0, 0, dict[str, str]())
        self.found: list[_Element] = []
        self.feed(text)

    def position(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML lets `</p>` be left out before a heading.
        if self.open == ["p"] and tag in _HEADINGS:
            self.open.clear()
        if not self.open:
            begin = self.position()
            inner = begin + len(self.get_starttag_text() or "")
            self.begun = (begin, inner, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element closed at once holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        # What was left open inside ends with the element around it.
        del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]
        if not self.open:
            begin, inner, attributes = self.begun
            end = self.position()
            after = end + len(tag) + 3
            self.found.append(_Element(tag, attributes, begin, inner, end, after))


def split_sections(text: str, levels: tuple[int, ...]) -> tuple[str, list[Section]]:
    """Give what stands before the first heading of these levels, and the sections."""
    # A string that knows it is markup would escape what is put together with it.
    text = str(text)
    tags = {f"h{level}" for level in levels}
    found = [element for element in _Outline(text).found if element.tag in tags]
    if not found:
        return text, []
    ends = [*(element.begin for element in found[1:]), len(text)]
    sections = [
        Section(
            int(element.tag[1]),
            element.attributes,
            text[element.inner : element.end],
            text[element.after : until],
        )
        for element, until in zip(found, ends, strict=True)
    ]
    return text[: found[0].begin], sections


def _take_pictures(text: str) -> tuple[str, str]:
    """Give the pictures that stand by themselves directly in a text, and the text without them.

    One inside a list, a tab or a note belongs to what is said there.
    """
    pictures = []
    rest = []
    at = 0
    for element in _Outline(text).found:
        if _PICTURE.fullmatch(written := text[element.begin : element.after]):
            pictures.append(written)
            rest.append(text[at : element.begin])
            at = element.after
    return "".join(pictures), "".join([*rest, text[at:]])


def wrap_steps(text: str, step_label: Callable[[int], str]) -> str:
    """Make each `##` section a numbered step, but for those marked `aside`.

    `step_label` says "Step 3" for those who do not see the large number.
    """
    before, sections = split_sections(text, (2,))
    pieces = [before]
    number = 0
    for section in sections:
        if "aside" in section.classes:
            pieces.append(f'<section class="cb-aside">{section.head()}{section.body}</section>')
            continue
        number += 1
        pictures, body = _take_pictures(section.body)
        media = f'<div class="cb-step__media">{pictures}</div>' if pictures else ""
        heading = section.head(
            f'<span class="cb-step__number"><span class="cb-visually-hidden">'
            f"{html.escape(step_label(number))}: </span>"
            f'<span aria-hidden="true">{number}</span></span> {section.heading}'
        )
        pieces.append(
            f'<section class="cb-step" data-step="{number}">{heading}'
            f'<div class="cb-step__content">{media}<div class="cb-step__text">{body}</div></div>'
            "</section>"
        )
    return "".join(pieces)


def read_questions(text: str) -> Iterator[tuple[Section, str | None]]:
    """Give the sections of an FAQ, each question with its answer; any other section has none.

    A question is a heading that ends in `?`; its answer goes on over smaller headings that ask
    nothing.
    """
    rest = deque(split_sections(text, (2, 3, 4))[1])
    while rest:
        section = rest.popleft()
        if not _asks(section):
            yield section, None
            continue
        answer = section.body
        while rest and rest[0].level > section.level and not _asks(rest[0]):
            part = rest.popleft()
            answer += part.head() + part.body
        yield section, answer


def wrap_questions(text: str) -> str:
    """Make each question of an FAQ open and close."""
    pieces = [split_sections(text, (2, 3, 4))[0]]
    for section, answer in read_questions(text):
        pieces.append(
            section.head() + section.body if answer is None else _question(section, answer)
        )
    return "".join(pieces)


def _asks(section: Section) -> bool:
    return section.text.endswith("?")


def _question(section: Section, answer: str) -> str:
    # A link inside what opens and closes cannot be reached by keyboard: it moves below.
    link = _PERMALINK.search(section.heading)
    heading = section.head(_PERMALINK.sub("", section.heading))
    return (
        f'<details class="cb-question"><summary>{heading}</summary>'
        f'<div class="cb-question__answer">{answer}{link[0] if link else ""}</div></details>'
    )
