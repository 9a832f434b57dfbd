"""The words of the trade that a course explains: one page, and links where they occur."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

from carebase.articles.lines import read_lines
from carebase.articles.tokens import TOKEN
from carebase.marks import without_marks
from carebase.training.course import Course

NAME = "glossary.md"
_HEADING = re.compile(
    r" {0,3}##[ \t]+(?P<text>.*?)[ \t]*(?:\{(?P<inner>[^{}]*)\})?[ \t]*#*[ \t]*\Z"
)
_ID = re.compile(r"#(\S+)")
# Words in these are left alone: names, code, what one presses, and questions.
_LEFT = frozenset(
    (
        *("a", "button", "code", "pre", "kbd", "samp", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("summary", "label", "template", "svg", "math", "carebase-quiz", "carebase-form"),
    )
)

Slug = Callable[[str], str]


def glossary_page(course: Course, title: str, slug: Slug) -> str:
    """Write the page of a glossary that stands in course.yml, in alphabetical order."""
    rows = [f"# {title}", ""]
    for term in sorted(course.glossary, key=str.lower):
        rows += [f"## {_plain(term)} {{#{slug(term)}}}", "", course.glossary[term].strip(), ""]
    return "\n".join(rows)


def read_terms(text: str, slug: Slug) -> dict[str, str]:
    """Give the terms of a page that somebody wrote, each a heading, with their anchors."""
    terms: dict[str, str] = {}
    for line in read_lines(text).lines:
        found = None if line.code else _HEADING.match(line.text)
        if found and found["text"]:
            term = without_marks(found["text"]).strip()
            own = _ID.search(found["inner"] or "")
            terms.setdefault(term, own[1] if own else slug(term))
    return terms


def link_terms(html: str, terms: Mapping[str, str], address: str) -> str:
    """Link the first place of each term in the HTML of a lesson to the glossary at `address`."""
    waiting = {_folded(term): anchor for term, anchor in terms.items() if _folded(term)}
    if not waiting:
        return html
    pieces: list[str] = []
    left: list[str] = []
    at = 0
    for token in [*TOKEN.finditer(html), None]:
        text = html[at : token.start() if token else len(html)]
        pieces.append(text if left else _linked(text, waiting, address))
        if token is None:
            break
        pieces.append(token[0])
        at = token.end()
        tag = (token["tag"] or "").lower()
        if left and token["close"] and tag == left[-1]:
            left.pop()
        elif tag in _LEFT and not token["close"] and not token[0].endswith("/>"):
            left.append(tag)
    return "".join(pieces)


def _linked(text: str, waiting: dict[str, str], address: str) -> str:
    if not text.strip():
        return text
    # Longer terms first: "group gasket" is not "group".
    words = "|".join(re.escape(term) for term in sorted(waiting, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE) if words else None

    def link(found: re.Match[str]) -> str:
        anchor = waiting.pop(_folded(unescape(found[0])), None)
        if anchor is None:
            return found[0]
        return f'<a class="cb-term" href="{escape(address)}#{escape(anchor)}">{found[0]}</a>'

    return pattern.sub(link, text) if pattern else text


def _folded(term: str) -> str:
    return " ".join(escape(term, quote=False).lower().split())


def _plain(term: str) -> str:
    return " ".join(re.sub(r"([\\`*_{}\[\]<>#])", r"\\\1", term).split())
