"""What is wrong with the questions of an FAQ page: that there are none, or no answer to one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from carebase.articles.markdown import Outline
from carebase.articles.page import Page
from carebase.asking import asks
from carebase.errors import Problem

_HEADING = re.compile(r"(?P<hashes>#{1,6})[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*$")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[^{}]*\}[ \t]*$")
_COMMENT = re.compile(r"<!--.*?-->")


def check_questions(page: Page, outline: Outline) -> Iterator[Problem]:
    """Give what is wrong with the questions of an FAQ; nothing for pages of another kind."""
    if page.kind != "faq" or not outline.complete:
        return
    if any(asks(heading.text) for heading in outline.headings):
        yield from _unanswered(page)
        return
    explicit = page.front.kind == "faq"
    if page.is_index and not explicit:
        return
    line, column = page.document.place(("kind",)) if explicit else (page.body_line, 1)
    yield Problem(
        page.file,
        line,
        column,
        "faq-without-question",
        "An FAQ page has no question: a question is a heading that ends in `?`.",
        found=_headings(outline),
        hint="end each question's heading with `?`, or write `kind: page`",
        severity="error" if explicit else "warning",
    )


def _headings(outline: Outline) -> str:
    texts = [f"`{heading.text}`" for heading in outline.headings if heading.level > 1]
    return ", ".join(texts[:3]) + (", …" if len(texts) > 3 else "") if texts else "no headings"


def _unanswered(page: Page) -> Iterator[Problem]:
    """Give each question below which nothing stands before the next heading of its level.

    A question whose answer is given by headings below it has one. The title asks nothing.
    """
    asked: tuple[int, int, int, str] | None = None
    for line in page.lines.lines:
        text = line.inner.strip()
        found = None if line.code or line.inner.startswith("    ") else _HEADING.match(text)
        if found is None:
            if line.code or _COMMENT.sub("", text).strip():
                asked = None
            continue
        level = len(found["hashes"])
        if asked and level <= asked[0]:
            yield _problem(page, asked)
        question = _ATTRIBUTES.sub("", found["text"])
        asked = None
        if level > 1 and asks(question):
            asked = (level, line.number, line.text.index("#") + 1, question)
    if asked:
        yield _problem(page, asked)


def _problem(page: Page, asked: tuple[int, int, int, str]) -> Problem:
    _, line, column, question = asked
    return Problem(
        page.file,
        line,
        column,
        "question-without-answer",
        "Nothing answers this question: the next heading follows at once.",
        found=f"`{question[:80]}`",
        hint="write the answer below it, or take the question out",
        severity="warning",
    )
