"""The outline of a course: its lessons with their exercises, and how long each takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from carebase.articles.load import Pages
from carebase.articles.page import Page
from carebase.counting import counted
from carebase.errors import Problem
from carebase.marks import without_marks
from carebase.site import Site
from carebase.sources import load_model
from carebase.training.course import Course


@dataclass(frozen=True, slots=True)
class Exercise:
    """A task of a lesson: its title, empty where it has none, and its minutes where known."""

    title: str
    minutes: int | None = None


def exercises_of(page: Page) -> list[Exercise]:
    """Give the exercises of a page in their order."""
    return [
        Exercise(without_marks(block.argument or ""), _minutes(block.options.get("minutes")))
        for block in page.blocks
        if block.name == "exercise"
    ]


def _minutes(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def check_outlines(site: Site, pages: Pages, courses: Mapping[str, Course]) -> Iterator[Problem]:
    """Tell of lessons that no course names, and of those whose exercises take longer than they."""
    by_uri = pages.by_uri()
    named = {one.source(course.id) for course in courses.values() for one in course.lessons}
    for written in pages.pages:
        of = courses.get(written.course or "")
        if written.kind == "lesson" and of and written.src_uri not in named:
            short = written.src_uri.removeprefix(f"{of.folder}/")
            yield Problem(
                written.file,
                1,
                1,
                "lesson-not-named",
                f"The course `{of.id}` has no such lesson, so nobody comes by this page.",
                found=f"`{short}`",
                hint=f"add `- {short}` to `lessons` in its course.yml, or write `kind: page`",
                severity="warning",
            )
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
