"""The questions that a site asks, each with the page and the course that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carebase.errors import Problem

if TYPE_CHECKING:
    from carebase.training.course import Course
    from carebase.training.question import Question

BLOCK = "quiz"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the file that it stands in; `course` is the one it counts for."""

    question: Question
    file: str
    src_uri: str
    course: str | None = None
    # Which quiz of the site it stands in, and how many of that are drawn.
    quiz: int = 0
    draw: int | None = None


@dataclass(slots=True)
class Quizzes:
    """All questions of a site in the order of their pages, and what is wrong in them."""

    asked: list[Asked] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of_course(self, course: str) -> list[Asked]:
        """Give the questions that count for a course."""
        return [one for one in self.asked if one.course == course]


def course_of_lesson(
    src_uri: str, folder: str | None, courses: Mapping[str, Course]
) -> Course | None:
    """Give the course that a page belongs to: by its folder, else the one whose lesson it is.

    `folder` is the id of the course in whose folder the page stands. A lesson that moved out of
    it stays a lesson; a guide that a course shows stays with its product.
    """
    if folder is not None:
        return courses.get(folder)
    for course in courses.values():
        for lesson in course.lessons:
            if lesson.guide is None and lesson.source(course.id) == src_uri:
                return course
    return None
