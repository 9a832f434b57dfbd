"""Course pages: all courses, the outline of each, and where a lesson stands in it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as SitePage

from carebase.badges.credential import ISSUER, Issuer
from carebase.catalog.hub import Group
from carebase.i18n import text
from carebase.training.check_html import render_check
from carebase.training.course import Prerequisite
from carebase.training.glossary import link_terms
from carebase_plugins.base import add_page
from carebase_plugins.courses.glossary import glossary_uri, terms_of
from carebase_plugins.courses.walk import CERTIFICATES, place_of, points_uri, progress_of
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import relative
from carebase_plugins.theme.view import without_h1
from carebase_plugins.theme.words import time_of, words_of

COURSES = "courses/index.md"


def add_course_pages(shared: Shared, files: Files, config: MkDocsConfig) -> Files:
    """Make an outline page for each course that has none of its own, and the list of all.

    Where one gives a certificate, there is a page that checks it.
    """
    if shared.courses.by_id:
        add_page(files, config, COURSES, words_of(shared.site.language)("nav.courses"))
    for course in shared.courses.by_id.values():
        add_page(files, config, f"{course.folder}/index.md", course.title)
    if any(course.certificate for course in shared.courses.by_id.values()):
        add_page(files, config, CERTIFICATES, text(shared.site.language, "check.heading"))
    if shared.courses.keys and shared.site.url:
        issuer = Issuer(shared.site.name, shared.site.url)
        told = json.dumps(issuer.document(shared.courses.keys), ensure_ascii=False, indent=1)
        files.append(File.generated(config, ISSUER, content=told + "\n"))
    return files


def view_of_course_page(shared: Shared, page: SitePage) -> dict[str, Any]:
    """Give what a page shows of courses: nothing where it is no page of one."""
    src_uri = page.file.src_uri
    folder, _, name = src_uri.rpartition("/")
    if name in ("index.md", "README.md") and folder in shared.courses.by_folder:
        return course_view(shared, page)
    source = shared.page_of(page)
    if source is None:
        made = {COURSES: courses_view, CERTIFICATES: check_view}.get(src_uri)
        return made(shared) if made else {}
    # Questions and troubleshooters are laid out in their own way.
    return lesson_view(shared, page) if source.kind in ("lesson", "guide") else {}


def check_view(shared: Shared) -> dict[str, Any]:
    """Give the page that checks certificates."""
    language = shared.site.language
    courses = shared.courses.by_id.values()
    titles = sorted(course.title for course in courses if course.certificate)
    return {
        "description": text(language, "check.description"),
        "check": Markup(render_check(titles, shared.courses.keys, language)),  # noqa: S704
        "template": "carebase/certificates.html",
        "previous": None,
        "next": None,
    }


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
    # Most sites have no course.
    from carebase.training.outline import exercises_of

    course = shared.courses.by_folder[page.file.src_uri.rpartition("/")[0]]
    entries = shared.places.entries
    words = words_of(shared.language_of(page))
    lessons = []
    for lesson in course.lessons:
        entry = entries.get(lesson.shown(course.id))
        if entry is not None:
            time = words("course.minutes", count=lesson.minutes) if lesson.minutes else entry.time
            source = shared.sources.get(lesson.source(course.id))
            shown = replace(entry, title=lesson.title or entry.title, time=time)
            lessons.append({"entry": shown, "exercises": exercises_of(source) if source else []})
    return {
        "course": course,
        "lessons": lessons,
        "time": time_of(words, course.all_minutes) if course.all_minutes else "",
        "first": [needed for one in course.prerequisites if (needed := _needed(shared, one))],
        "points": entries.get(points_uri(course)),
        "glossary": entries.get(glossary_uri(course)),
        "progress": Markup(progress_of(shared, course, page)),  # noqa: S704
        "template": "carebase/course.html",
        "previous": None,
        "next": None,
    }


def _needed(shared: Shared, one: Prerequisite) -> dict[str, str]:
    """Give what to know before as a text, with an address where there is one."""
    if one.course is not None:
        entry = shared.places.index_of(f"courses/{one.course}")
    else:
        entry = shared.places.entries.get(one.source or "")
    if entry is None:
        return {"text": one.text} if one.text else {}
    return {"text": one.text or entry.title, "address": entry.address}


def lesson_view(shared: Shared, page: SitePage) -> dict[str, Any]:
    """Say which lesson of how many a page is, and give the way on."""
    src_uri = page.file.src_uri
    course = shared.courses.by_folder.get(src_uri.rpartition("/")[0])
    if course is None or src_uri not in course.shown:
        return {}
    number = course.shown.index(src_uri) + 1
    source = shared.page_of(page)
    body: dict[str, Any] = {}
    if source is not None and source.kind == "lesson":
        terms = terms_of(shared, course.id)
        entry = shared.places.entries.get(glossary_uri(course)) if terms else None
        if entry is not None:
            address = relative(entry.address, page.url)
            linked = link_terms(str(without_h1(page.content)), terms, address)
            body["body"] = Markup(linked)  # noqa: S704
    language = shared.language_of(page)
    words = words_of(language)
    place = words("course.lesson", number=number, count=len(course.lessons))
    minutes = course.lessons[number - 1].minutes
    if minutes:
        place += f" · {words('course.minutes', count=minutes)}"
    way = Markup(place_of(shared, course, page, language))  # noqa: S704
    view: dict[str, Any] = {
        **body,
        "lesson": {"place": place, "course": course, "way": way},
        "template": "carebase/lesson.html",
    }
    # After the last lesson comes its end, and no other page of the folder.
    return view | ({"next": None} if number == len(course.lessons) else {})
