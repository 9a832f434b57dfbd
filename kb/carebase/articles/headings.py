"""Headings that skip a level, so that those who hear a page look for what is not there, and those
of the level of the title, which end the outline of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from carebase.articles.markdown import Heading, Outline
from carebase.articles.page import Page
from carebase.errors import Problem

_HASHES = re.compile(r"(?:>[ \t]*)*(?P<hashes>#{1,6})(?P<text>.*)$")
_UNDERLINE = re.compile(r"(?:=+|-+) *$")
_BRACES = re.compile(r"\{[^{}]*\}[ #]*$")
_LETTERS = re.compile(r"\w+")


def check_headings(page: Page, outline: Outline) -> Iterator[Problem]:
    """Give a warning for each heading more than one level below the one before it.

    The title is of the first level, wherever it comes from. The questions of a quiz are written
    as headings and are none on the page.
    """
    before = 1
    questions = _questions(page)
    titles: list[Heading] = []
    for index, heading in enumerate(outline.headings):
        if _key(heading) in questions:
            continue
        if heading.level > before + 1:
            yield _problem(page, outline, index, heading, before)
        if heading.level == 1:
            titles.append(heading)
        before = heading.level
    if len(titles) > 1:
        yield from _second_title(page, titles)


def _second_title(page: Page, titles: list[Heading]) -> Iterator[Problem]:
    """Tell of the second heading of the first level that stands in the source, once a page."""
    first, second, *more = titles
    places = _places(page, second)
    if _key(first) == _key(second):
        places = places[1:]
    if not places:
        return
    others = "; the same goes for those of level 1 below it" if more else ""
    yield Problem(
        page.file,
        *places[0],
        "heading-title",
        "A page has one heading of level 1, its title: its outline ends before a second one.",
        found=f"`# {second.text[:60]}`",
        hint=f"write `## {second.text[:60]}`{others}",
        severity="warning",
    )


def _questions(page: Page) -> set[tuple[int, str]]:
    quizzes = [block for block in page.blocks if block.name == "quiz"]
    return {
        (len(found["hashes"]), _plain(_BRACES.sub("", found["text"])))
        for block in quizzes
        for line in page.lines.lines
        if block.first <= line.number < block.until
        and not line.code
        and (found := _HASHES.match(line.inner.strip()))
    }


def _problem(page: Page, outline: Outline, index: int, heading: Heading, before: int) -> Problem:
    same = [one for one in outline.headings[:index] if _key(one) == _key(heading)]
    places = _places(page, heading)
    line, column = places[min(len(same), len(places) - 1)] if places else (page.body_line, 1)
    written = f"`{'#' * heading.level} {heading.text[:60]}`"
    return Problem(
        page.file,
        line,
        column,
        "heading-skip",
        f"The heading skips a level: it is of level {heading.level} and follows level {before}.",
        found=written if places else f"{written}, which an extension put here",
        allowed=f"up to level {before + 1}",
        hint=f"write `{'#' * (before + 1)} {heading.text[:60]}`",
        severity="warning",
    )


def _key(heading: Heading) -> tuple[int, str]:
    return heading.level, _plain(heading.text)


def _plain(text: str) -> str:
    return "".join(_LETTERS.findall(text)).casefold()


def _places(page: Page, heading: Heading) -> list[tuple[int, int]]:
    """Give the places in the source where a heading of this level with this text stands."""
    wanted = _plain(heading.text)
    places: list[tuple[int, int]] = []
    above = ""
    for line in page.lines.lines:
        text = "" if line.code else line.inner.strip()
        found = _HASHES.match(text)
        if found and len(found["hashes"]) == heading.level:
            if _plain(found["text"]).startswith(wanted):
                places.append((line.number, line.text.index("#") + 1))
        elif above and heading.level < 3 and _UNDERLINE.match(text):
            level = 1 if text.startswith("=") else 2
            if level == heading.level and _plain(above).startswith(wanted):
                places.append((line.number - 1, 1))
        elif not found and not line.code and f"<h{heading.level}" in text.lower():
            column = line.text.lower().index(f"<h{heading.level}") + 1
            places.append((line.number, column))
        above = text
    return places
