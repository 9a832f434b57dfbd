"""The outline of a course: its lessons with their exercises, and how long each takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from carebase.articles.load import Pages
from carebase.articles.page import Page
from carebase.counting import counted
from carebase.errors import Problem
from carebase.site import Site
from carebase.sources import load_model
from carebase.training.course import Course

# What Markdown writes around words: links, emphasis, code.
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")


@dataclass(frozen=True, slots=True)
class Exercise:
    """A task of a lesson: its title, empty where it has none, and its minutes where known."""

    title: str
    minutes: int | None = None


def exercises_of(page: Page) -> list[Exercise]:
    """Give the exercises of a page in their order."""
    return [
        Exercise(_MARKUP.sub(r"\1", block.argument or ""), _minutes(block.options.get("minutes")))
        for block in page.blocks
        if block.name == "exercise"
    ]


def _minutes(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def check_outlines(site: Site, pages: Pages, courses: Mapping[str, Course]) -> Iterator[Problem]:
    """Tell of each lesson whose exercises take longer than the lesson itself."""
    by_uri = pages.by_uri()
    for course in courses.values():
        path = site.docs_dir / course.folder / "course.yml"
        for index, lesson in enumerate(course.lessons):
            page = by_uri.get(lesson.source(course.id))
            if page is None or lesson.minutes is None:
                continue
            taken = sum(one.minutes or 0 for one in exercises_of(page))
            if taken > lesson.minutes:
                _, document = load_model(path, site.name_of(path), Course)
                line, column = document.place(("lessons", index, "minutes"))
                yield Problem(
                    document.file,
                    line,
                    column,
                    "lesson-minutes",
                    "The exercises of this lesson take longer than the whole lesson.",
                    found=f"{counted(lesson.minutes, 'minute')}, and {taken} in the exercises",
                    hint="minutes of exercises count within those of their lesson",
                    severity="warning",
                )
