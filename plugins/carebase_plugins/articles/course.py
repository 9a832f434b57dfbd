"""Course pages: the outline made of course.yml, and where a lesson stands in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.catalog.hub import Group
from carebase_plugins.base import add_page
from carebase_plugins.shared import Shared
from carebase_plugins.theme.words import words_of


def add_course_pages(shared: Shared, files: Files, config: MkDocsConfig) -> Files:
    """Make an outline page for each course that has none of its own."""
    for course in shared.courses.by_id.values():
        add_page(files, config, f"{course.folder}/index.md", course.title)
    return files


def courses_view(shared: Shared) -> dict[str, Any]:
    """Give the list of all courses, each with its summary."""
    listed = [
        replace(outline, description=course.summary)
        for course in shared.courses.by_id.values()
        if (outline := shared.places.index_of(course.folder))
    ]
    return {"groups": [Group("", listed)], "template": "carebase/list.html"}


def course_view(shared: Shared, page: SitePage) -> dict[str, Any]:
    """Give the outline of a course: its lessons in order, with their addresses."""
    course = shared.courses.by_folder[page.file.src_uri.rpartition("/")[0]]
    entries = shared.places.entries
    lessons = [entries[uri] for uri in course.sources if uri in entries]
    return {
        "course": course,
        "lessons": lessons,
        "template": "carebase/course.html",
        "previous": None,
        "next": None,
    }


def lesson_view(shared: Shared, source: Page) -> dict[str, Any]:
    """Say which lesson of how many a page is."""
    course = shared.courses.by_folder.get(source.folder)
    if course is None or source.src_uri not in course.sources:
        return {}
    number = list(course.sources).index(source.src_uri) + 1
    words = words_of(source.front.lang or shared.site.language)
    place = words("course.lesson", number=number, count=len(course.sources))
    return {"lesson": {"place": place, "course": course}, "template": "carebase/lesson.html"}
