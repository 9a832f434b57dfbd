"""A quiz as a page shows it: of a course it counts for, or by itself."""

from __future__ import annotations

from collections.abc import Mapping

from mkdocs.structure.pages import Page as SitePage

from carebase.markup import Markup
from carebase.training.asked import course_of_lesson
from carebase.training.key import CourseKey, make_key
from carebase.training.question import Fragment, Quiz
from carebase.training.quiz_html import Place, render_quiz
from carebase.training.remarks import remarks_of
from carebase_plugins.blocks import Placeholder
from carebase_plugins.blocks.quiz import unpack
from carebase_plugins.forms.widgets import endpoint_of
from carebase_plugins.shared import Shared


def quiz_of(shared: Shared, block: Placeholder, page: SitePage) -> str:
    """Write the questions of a quiz block."""
    quiz, pieces, product = unpack(block)
    source = shared.page_of(page)
    courses = shared.courses.by_id
    course = course_of_lesson(source.src_uri, source.course, courses) if source else None
    counts = course is not None and page.file.src_uri in course.sources
    # A page of no writer's may repeat any other.
    graded = source is None or shared.is_graded(source)
    place = Place(
        shared.language_of(page),
        course.id if course and counts else "",
        graded,
        course is not None and course.grading == "hashed",
        course.attempts if course and counts else None,
        endpoint_of(shared, page),
        product,
    )
    if graded and course and counts:
        gather_remarks(shared, course.id, quiz, pieces)
    return str(render_quiz(quiz, pieces, place))


def gather_remarks(
    shared: Shared, course: str, quiz: Quiz, pieces: Mapping[Fragment, Markup]
) -> None:
    """Note what the writer says about answers, for the key of the course and for no page."""
    for question in quiz.questions:
        if question.id:
            remarks = remarks_of(question, lambda text: pieces.get(Fragment(text, True), ""))
            shared.remarks[f"{course}/{question.id}"] = remarks.plain()


def keys_of(shared: Shared) -> list[CourseKey]:
    """Give the key of each graded course, once all pages are made."""
    keys = []
    for course in shared.courses.by_id.values():
        if course.grading == "graded":
            mine = f"{course.id}/"
            remarks = {
                name.removeprefix(mine): said
                for name, said in shared.remarks.items()
                if name.startswith(mine)
            }
            keys.append(make_key(course, shared.quizzes.of_course(course.id), remarks))
    return keys
