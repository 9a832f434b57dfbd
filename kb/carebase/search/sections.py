"""The sections of a page: what both engines index and what readers are shown of it.

They are read from the rendered content of a page, so that snippets, macros and blocks of any
extension count as readers see them.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from carebase.asking import asks

_HEADING = re.compile(r"<h([1-6])\b([^>]*)>(.*?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_ID = re.compile(r"""\bid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
# Nothing in these is read as text.
_UNREAD = re.compile(
    r"<(script|style|template|svg|noscript|select|button|textarea|math)\b.*?</\1\s*>|<!--.*?-->"
    r"|<a\b[^>]*class=\"headerlink\".*?</a>",
    re.DOTALL | re.IGNORECASE,
)
# How a word is read, above its characters.
_RUBY = re.compile(r"<(rp|rt)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
# What begins a line of its own; other tags stand within a word or a sentence.
_BREAK = re.compile(
    r"</?(?:p|div|li|ul|ol|dl|dt|dd|table|thead|tbody|tr|td|th|blockquote|pre|br|hr|section|article"
    r"|details|summary|figure|figcaption|form|label|h[1-6]|option|legend|fieldset)\b[^>]*>",
    re.IGNORECASE,
)
# Chips, badges, keys and links stand apart by their style alone; so do not the colours of code.
_PIECES = re.compile(
    r"<(code|pre)\b.*?</\1\s*>|</(?:a|kbd|span)\s*>(?=<(?:a\b|kbd\b|span\b[^>]*\bclass\b))",
    re.DOTALL | re.IGNORECASE,
)
_CELL = re.compile(r"</t[dh]\s*>\s*<t[dh]\b[^>]*>", re.IGNORECASE)
# A term with what it is, and one thing of several.
_MEANING = re.compile(r"</dt\s*>\s*<dd\b[^>]*>", re.IGNORECASE)
_FURTHER = re.compile(r"</dd\s*>\s*<dd\b[^>]*>", re.IGNORECASE)
_ENDS = frozenset(">.!?:;")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text below it up to the next one; `id` is empty above the first."""

    id: str
    heading: str
    text: str
    level: int = 2

    @property
    def is_question(self) -> bool:
        """Whether the heading asks what the text answers."""
        return asks(self.heading)


_PARTS = tuple(Section.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class PageText:
    """A page for the indexes. `address` is relative to the site's own; `lang` is a code (`de`).

    `boost` is how much the page counts against others, as its writer says.
    """

    address: str
    src_uri: str
    title: str
    kind: str
    lang: str
    sections: tuple[Section, ...]
    products: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    review_by: str = ""
    boost: float = 1.0

    def is_stale(self, today: date) -> bool:
        """Tell whether the page's review is overdue on a day."""
        return bool(self.review_by) and self.review_by < today.isoformat()

    @property
    def text(self) -> str:
        """The whole text below the title, with its headings."""
        return "\n".join(
            part for section in self.sections for part in (section.heading, section.text) if part
        )

    def plain(self) -> dict[str, Any]:
        """Give the page as data for JSON."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        sections = ({name: getattr(one, name) for name in _PARTS} for one in self.sections)
        return {**data, "sections": tuple(sections)}

    @property
    def digest(self) -> str:
        """A hash that changes with anything an index holds of the page (SHA-256, 32 hex digits)."""
        data = json.dumps(self.plain(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(data.encode()).hexdigest()[:32]


def page_text(data: dict[str, Any]) -> PageText:
    """Make a page of what `PageText.plain` gave."""
    sections = tuple(Section(**section) for section in data["sections"])
    lists = {name: tuple(data[name]) for name in ("products", "keywords")}
    return PageText(**{**data, **lists, "sections": sections})


def read_sections(content: str) -> tuple[Section, ...]:
    """Cut the rendered content of a page at its headings; the first `h1` is its title, left out.

    A heading without an `id` cannot be linked to: its text belongs to the section before.
    """
    content = _RUBY.sub("", _UNREAD.sub(" ", content))
    sections: list[Section] = []
    current, at = Section("", "", ""), 0
    titled = False
    for found in _HEADING.finditer(content):
        before = plain_text(content[at : found.start()])
        at = found.end()
        level = int(found[1])
        heading = plain_text(found[3]).replace("\n", " ")
        written = _ID.search(found[2])
        name = html.unescape(next(filter(None, written.groups()), "")) if written else ""
        if level == 1 and not titled:
            titled = True
            current = _with(current, before)
        elif not name or not heading:
            current = _with(current, before, heading)
        else:
            sections.append(_with(current, before))
            current = Section(name, heading, "", level)
    sections.append(_with(current, plain_text(content[at:])))
    return tuple(section for section in sections if section.heading or section.text)


def _with(section: Section, *texts: str) -> Section:
    text = "\n".join(part for part in (section.text, *texts) if part)
    return replace(section, text=text)


def plain_text(fragment: str) -> str:
    """Give the text of an HTML fragment, a line for each paragraph, item or row."""
    text = _PIECES.sub(lambda found: found[0] if found[1] else f"{found[0]} ", fragment)
    text = _CELL.sub(" · ", text.replace("\n", " "))
    text = _FURTHER.sub(_and_further, _MEANING.sub(": ", text))
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).replace("\u00b6", "")
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _and_further(found: re.Match[str]) -> str:
    """Put a comma between two meanings of a term, where the first does not end a sentence."""
    before = found.string[: found.start()][-1:]
    return found[0] if not before or before in _ENDS or before.isspace() else ", "
