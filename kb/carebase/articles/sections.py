"""Rendered articles taken apart at their headings and put together as questions.

Pure functions from HTML to HTML, so that they work whatever extensions made it. Only headings
that stand directly in the page count: one inside a tab or a note belongs to its content.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser

from carebase.asking import asks

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
# A tag as generators write them: names of attributes alone, or with a value in double quotes.
_PLAIN_ATTRIBUTES = r"(?:\s+[a-zA-Z_:@][\w:.@-]*(?:=\"[^\"]*\")?)*"
_PLAIN_TAG = re.compile(
    rf"<(/?)([a-zA-Z][a-zA-Z0-9-]*)({_PLAIN_ATTRIBUTES})(\s*/)?>"
    # Of an element that holds no other than these, and these nothing but text, its end as well.
    rf"(?:[^<]*(?:<(a|abbr|b|code|em|i|kbd|mark|span|strong){_PLAIN_ATTRIBUTES}>[^<]*</\5>[^<]*)*"
    r"(</\2>))?"
)
# What keeps a text from being taken apart by counting: no HTML, or not as generators write it.
_UNCOUNTED = re.compile(
    r"<(?:!|\?|[A-Z]|iframe|no(?:embed|frames)|plain|script|style|text|title|xmp)"
)
_VALUE = re.compile(r"\s([^\s=\"]+)(?:=\"([^\"]*)\")?")
# What stands in these is no HTML.
_UNPLAIN = frozenset(
    ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext")
)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
PERMALINK = re.compile(r"<a[^>]*class=\"headerlink\".*?</a>", re.DOTALL)
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
class Element:
    """An element that stands directly in the text: where it and its content begin and end."""

    tag: str
    attributes: dict[str, str]
    begin: int
    inner: int
    end: int
    after: int


class Nesting(HTMLParser):
    """Goes through a text tag by tag; `open` are the elements around the one it is at."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.open: list[str] = []

    def position(self) -> int:
        """Give how many characters stand before the tag."""
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def begin(self, tag: str) -> None:
        """Open an element, unless it holds nothing."""
        if tag not in _VOID:
            self.open.append(tag)

    def end(self, tag: str) -> bool:
        """End an element with what was left open inside; tell whether it was open."""
        if tag not in self.open:
            return False
        del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]
        return True


class _Outline(Nesting):
    """Finds the elements at depth 0."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.begun = (0, 0, dict[str, str]())
        self.found: list[Element] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML lets `</p>` be left out before a heading.
        if self.open == ["p"] and tag in _HEADINGS:
            self.open.clear()
        if not self.open:
            begin = self.position()
            inner = begin + len(self.get_starttag_text() or "")
            self.begun = (begin, inner, {name: value or "" for name, value in attrs})
        self.begin(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element closed at once holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if self.end(tag) and not self.open:
            begin, inner, attributes = self.begun
            end = self.position()
            after = end + len(tag) + 3
            self.found.append(Element(tag, attributes, begin, inner, end, after))


def top_elements(text: str) -> list[Element]:
    """Give the elements that stand directly in a text, in their order."""
    found = _plain_elements(str(text))
    return _Outline(text).found if found is None else found


def _plain_elements(text: str) -> list[Element] | None:
    """Find what `_Outline` would, ten times as fast, in a text of nothing but ordinary tags.

    Comments, scripts, bare values of attributes and stray signs are for the parser.
    """
    found: list[Element] = []
    opened: list[str] = []
    begun = None
    signs = 0
    for match in _PLAIN_TAG.finditer(text):
        closing, written, attributes, closed, _, ended = match.groups()
        tag = written if written.islower() else written.lower()
        signs += text.count("<", match.start(), match.end()) if ended else 1
        if tag in _UNPLAIN or (closing and (attributes or closed or ended)):
            return None
        if ended:
            if closed or tag in _VOID:
                return None
            if opened and (opened != ["p"] or tag not in _HEADINGS):
                continue
            opened.clear()
            found.append(_element(tag, match, match.end(3) + 1, match.start(6), match.end()))
        elif closing:
            if opened and opened[-1] == tag:
                opened.pop()
            elif tag in opened:
                del opened[len(opened) - 1 - opened[::-1].index(tag) :]
            else:
                continue
            if not opened and begun is not None:
                found.append(_element(tag, begun, begun.end(), match.start(), match.end()))
        elif not closed:
            if tag in _HEADINGS and opened == ["p"]:
                opened.clear()
            if not opened:
                begun = match
            if tag not in _VOID:
                opened.append(tag)
    return found if signs == text.count("<") else None


def _element(tag: str, begun: re.Match[str], inner: int, end: int, after: int) -> Element:
    named = {name.lower(): html.unescape(value) for name, value in _VALUE.findall(begun[3])}
    return Element(tag, named, begun.start(), inner, end, after)


def split_sections(text: str, levels: tuple[int, ...]) -> tuple[str, list[Section]]:
    """Give what stands before the first heading of these levels, and the sections."""
    # A string that knows it is markup would escape what is put together with it.
    before, sections = _split_sections(str(text), levels)
    return before, list(sections)


# A page is taken apart for its readers, then once more for machines.
@lru_cache(maxsize=2)
def _split_sections(text: str, levels: tuple[int, ...]) -> tuple[str, tuple[Section, ...]]:
    found = _counted_headings(text, levels)
    if found is None:
        tags = {f"h{level}" for level in levels}
        found = [element for element in top_elements(text) if element.tag in tags]
    if not found:
        return text, ()
    ends = [*(element.begin for element in found[1:]), len(text)]
    sections = tuple(
        Section(
            int(element.tag[1]),
            element.attributes,
            text[element.inner : element.end],
            text[element.after : until],
        )
        for element, until in zip(found, ends, strict=True)
    )
    return text[: found[0].begin], sections


def _counted_headings(text: str, levels: tuple[int, ...]) -> list[Element] | None:
    """Find the headings that stand directly in a text without taking it apart.

    Between two of them as many elements must end as begin; else nothing is said.
    """
    if _UNCOUNTED.search(text):
        return None
    found: list[Element] = []
    at = 0
    for match in _heading(levels).finditer(text):
        begin = match.start()
        tag = match[2]
        inner = match.end()
        end = text.find(f"</{tag}>", inner)
        if (
            begin < at
            or end < 0
            or not (_is_whole(text, at, begin) and _is_whole(text, inner, end))
        ):
            return None
        at = end + len(tag) + 3
        found.append(_element(tag, match, inner, end, at))
    # One that is written otherwise was not found.
    return found if sum(text.count(f"<h{level}") for level in levels) == len(found) else None


def _is_whole(text: str, begin: int, end: int) -> bool:
    """Tell whether each element that begins in a piece of text ends there."""
    ends = text.count("</", begin, end)
    return text.count("<", begin, end) == 2 * ends + text.count("/>", begin, end)


@cache
def _heading(levels: tuple[int, ...]) -> re.Pattern[str]:
    # Grouped like `_PLAIN_TAG`.
    return re.compile(rf"<()(h[{''.join(map(str, levels))}])({_PLAIN_ATTRIBUTES})>")


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


def wrap_questions(text: str, link_label: str = "") -> str:
    """Make each question of an FAQ open and close; `link_label` names the link to one."""
    pieces = [split_sections(text, (2, 3, 4))[0]]
    for section, answer in read_questions(text):
        pieces.append(
            section.head() + section.body
            if answer is None
            else _question(section, answer, link_label)
        )
    return "".join(pieces)


def link_to(section: Section, label: str) -> str:
    """Write the link by which readers keep or pass on the address of a section."""
    if not section.anchor or not label:
        return ""
    address = html.escape(section.anchor)
    return f'<a class="cb-link" href="#{address}">{html.escape(label)}</a>'


def _asks(section: Section) -> bool:
    return asks(section.text)


def _question(section: Section, answer: str, link_label: str) -> str:
    # A link inside what opens and closes cannot be reached by keyboard: it moves below.
    heading = section.head(PERMALINK.sub("", section.heading))
    return (
        f'<details class="cb-question"><summary>{heading}</summary>'
        f'<div class="cb-question__answer">{answer}{link_to(section, link_label)}</div></details>'
    )
