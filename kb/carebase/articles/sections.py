"""Rendered articles taken apart at their headings and put together as steps, questions and nodes.

Pure functions from HTML to HTML, so that they work whatever extensions made it. Only headings
that stand directly in the page count: one inside a tab or a note belongs to its content.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_PICTURE = re.compile(
    r"<p>\s*((?:<a [^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)\s*</p>|<figure\b.*?</figure>", re.DOTALL
)
_CHOICES = re.compile(
    r"<ul>((?:\s*<li>\s*(?:<p>\s*)?<a href=\"#[^\"]+\">.*?</a>\s*(?:</p>\s*)?</li>)+\s*)</ul>",
    re.DOTALL,
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


class _Headings(HTMLParser):
    """Finds the headings at depth 0: where each begins, where its text begins and ends."""

    def __init__(self, text: str, levels: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.levels = levels
        self.depth = 0
        self.found: list[tuple[int, int, int, int, str, dict[str, str]]] = []
        self.open: tuple[int, int, str, dict[str, str]] | None = None
        self.feed(text)

    def position(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.levels and self.depth == 0:
            begin = self.position()
            inner = begin + len(self.get_starttag_text() or "")
            self.open = (begin, inner, tag, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element closed at once holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        self.depth = max(self.depth - 1, 0)
        if self.open and tag == self.open[2] and self.depth == 0:
            begin, inner, name, attributes = self.open
            end = self.position()
            self.found.append((begin, inner, end, end + len(name) + 3, name, attributes))
            self.open = None


def split_sections(text: str, levels: tuple[int, ...]) -> tuple[str, list[Section]]:
    """Give what stands before the first heading of these levels, and the sections."""
    # A string that knows it is markup would escape what is put together with it.
    text = str(text)
    found = _Headings(text, frozenset(f"h{level}" for level in levels)).found
    if not found:
        return text, []
    sections = []
    for index, (_, inner, end, after, name, attributes) in enumerate(found):
        until = found[index + 1][0] if index + 1 < len(found) else len(text)
        sections.append(Section(int(name[1]), attributes, text[inner:end], text[after:until]))
    return text[: found[0][0]], sections


def wrap_steps(text: str, step_label: Callable[[int], str]) -> tuple[str, int]:
    """Make each `##` section a numbered step, but for those marked `aside`; count the steps.

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
        pictures = [found[0] for found in _PICTURE.finditer(section.body)]
        body = _PICTURE.sub("", section.body) if pictures else section.body
        media = f'<div class="cb-step__media">{"".join(pictures)}</div>' if pictures else ""
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
    return "".join(pieces), number


def wrap_questions(text: str) -> str:
    """Make each section whose heading ends in `?` a question that opens and closes."""
    before, sections = split_sections(text, (2, 3, 4))
    pieces = [before]
    for section in sections:
        if section.text.endswith("?"):
            # A link inside what opens and closes cannot be reached by keyboard: it moves below.
            link = _PERMALINK.search(section.heading)
            heading = section.head(_PERMALINK.sub("", section.heading))
            pieces.append(
                f'<details class="cb-question"><summary>{heading}</summary>'
                f'<div class="cb-question__answer">{section.body}{link[0] if link else ""}</div>'
                "</details>"
            )
        else:
            pieces.append(section.head() + section.body)
    return "".join(pieces)


def wrap_nodes(text: str, escalation: Callable[[str], str]) -> str:
    """Make each `##` section of a troubleshooter a card, its choices large links.

    `escalation` writes the link to the form that an outcome leads to, given the form's id.
    """
    before, sections = split_sections(text, (2,))
    pieces = [before]
    for section in sections:
        kind = "question"
        link = ""
        if "solved" in section.classes:
            kind = "solved"
        elif "escalate" in section.classes:
            kind = "escalate"
            link = escalation(section.attributes.get("form", ""))
        attributes = {name: v for name, v in section.attributes.items() if name != "form"}
        head = Section(section.level, attributes, section.heading, "").head()
        body = _CHOICES.sub(r'<ul class="cb-choices">\1</ul>', section.body)
        pieces.append(f'<section class="cb-node cb-node--{kind}">{head}{body}{link}</section>')
    return "".join(pieces)
