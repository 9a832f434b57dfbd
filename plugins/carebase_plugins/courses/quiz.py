"""A quiz as a page shows it: of a course it counts for, or by itself."""

from __future__ import annotations

from mkdocs.structure.pages import Page as SitePage

from carebase.training.quiz_html import Place, render_quiz
from carebase_plugins.blocks import Placeholder
from carebase_plugins.blocks.quiz import unpack
from carebase_plugins.shared import Shared


def quiz_of(shared: Shared, block: Placeholder, page: SitePage) -> str:
    """Write the questions of a quiz block."""
    quiz, pieces = unpack(block)
    source = shared.page_of(page)
    course = shared.courses.by_id.get(source.course or "") if source else None
    counts = course is not None and page.file.src_uri in course.sources
    # A page of no writer's may repeat any other.
    graded = source is None or shared.is_graded(source)
    place = Place(
        shared.language_of(page),
        course.id if course and counts else "",
        graded,
    )
    return str(render_quiz(quiz, pieces, place))
