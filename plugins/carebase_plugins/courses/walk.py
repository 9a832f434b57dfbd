"""The way through a course: its lessons in order, guides among them, and how far one has come."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as SitePage

from carebase.articles.rebase import rebase
from carebase.articles.redirects import file_of
from carebase.build.reads import looked_up
from carebase.sources.edit import write_scalar
from carebase.training import Course, Lesson
from carebase.training.certificate_html import render_certificate, revision_of
from carebase.training.points import find_points
from carebase.training.walk_html import Stop, plain_questions, render_place, render_progress
from carebase_plugins.forms.widgets import completion_of, endpoint_of
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import relative
from carebase_plugins.theme.words import words_of

CERTIFICATES = "certificates.md"


def add_course_guides(shared: Shared, files: Files, config: MkDocsConfig) -> Files:
    """Make a page below the course's address for each guide that is a lesson of it."""
    names = {*shared.pages.files.pages, *shared.pages.files.all}
    for src_uri, guide in shared.course_guides.items():
        if files.get_file_from_path(src_uri):
            continue
        # The guide in its own place is what a search should find.
        head = [f"title: {write_scalar(guide.title)}", "search: {exclude: true}"]
        if guide.front.description:
            head.append(f"description: {write_scalar(guide.front.description)}")
        text = rebase(guide, src_uri, names, shared.site)
        content = "\n".join(["---", *head, "---", "", text])
        files.append(File.generated(config, src_uri, content=content))
    return files


def points_uri(course: Course) -> str:
    """Give the path of the page with all key points of a course."""
    return f"{course.folder}/key-points.md"


def add_key_points(shared: Shared, files: Files, config: MkDocsConfig) -> Files:
    """Make a page of the key points of all lessons for each course that has some."""
    names = {*shared.pages.files.pages, *shared.pages.files.all}
    words = words_of(shared.site.language)
    for course in shared.courses.by_id.values():
        target = points_uri(course)
        sections = []
        for lesson in course.lessons:
            page = shared.sources.get(lesson.source(course.id))
            found = find_points(rebase(page, target, names, shared.site)) if page else ""
            if page and found:
                title = (lesson.title or page.title).replace("[", "\\[").replace("]", "\\]")
                place = quote(posixpath.basename(lesson.shown(course.id)))
                if lesson.guide is None:
                    place = quote(posixpath.relpath(page.src_uri, course.folder))
                sections += [f"## [{title}]({place})", "", found, ""]
        if sections and not files.get_file_from_path(target):
            title = words("course.points")
            head = ["---", f"title: {write_scalar(title)}", "search: {exclude: true}", "---", ""]
            content = "\n".join([*head, f"# {title}", "", *sections])
            files.append(File.generated(config, target, content=content))
    return files


def guide_address(shared: Shared, page: SitePage) -> str | None:
    """Give the whole address of the guide that a page of a course shows, which is the true one."""
    guide = shared.guide_shown(page.file.src_uri)
    if guide is None or not shared.site.url:
        return None
    return urljoin(shared.site.url, shared.address_of(guide.src_uri))


def stops_of(shared: Shared, course: Course, page: SitePage) -> list[Stop]:
    """Give the lessons of a course with their addresses as seen from a page."""
    entries = shared.places.entries
    stops = []
    for lesson in course.lessons:
        src_uri = lesson.shown(course.id)
        if src_uri in entries:
            seen = relative(entries[src_uri].address, page.url)
            title = lesson.title or entries[src_uri].title
            stops.append(Stop(title, seen, _keys(shared, course, lesson)))
    return stops


def _keys(shared: Shared, course: Course, lesson: Lesson) -> tuple[str, ...]:
    source = shared.sources.get(lesson.source(course.id))
    aliases = source.front.aliases if source else []
    written = [lesson.id, shared.site.address_of(lesson.source(course.id)), *map(_at, aliases)]
    return tuple(dict.fromkeys(key for key in written if key))


def _at(alias: str) -> str:
    """Write an old address as `Site.address_of` does."""
    file = file_of(alias) or ""
    return file.removesuffix("index.html")


@looked_up("questions")
def questions_of(shared: Shared, course: str) -> list[dict[str, Any]]:
    """Give the questions of a course for its score; its page is made again when they change."""
    taught = shared.courses.by_id[course]

    def find(src_uri: str, target: str) -> str | None:
        return _address_of_link(shared, taught, src_uri, target)

    return plain_questions(taught, shared.quizzes.of_course(course), find)


@looked_up("course_version")
def _version_of(shared: Shared, course: str) -> str:
    return revision_of(shared.courses.by_id[course], shared.quizzes.of_course(course))


def _address_of_link(shared: Shared, course: Course, src_uri: str, target: str) -> str | None:
    """Give the address of a page that a lesson links to, as seen from the course's page.

    A guide that is a lesson of the course is found in the course.
    """
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not (parts.path.endswith(".md") or target.startswith("#")):
        return None
    found = posixpath.normpath(posixpath.join(posixpath.dirname(src_uri), unquote(parts.path)))
    found = found if parts.path else src_uri
    if shared.sources.get(found) is None:
        return None
    shown = dict(zip(course.sources, course.shown, strict=True)).get(found, found)
    here = shared.site.address_of(f"{course.folder}/index.md")
    address = relative(shared.address_of(shown), here)
    return f"{address}#{parts.fragment}" if parts.fragment else address


def progress_of(shared: Shared, course: Course, page: SitePage) -> str:
    """Write the place for progress on a course's page, and for what follows at its end.

    That is the certificate, and the form by which the result is sent.
    """
    language = shared.language_of(page)
    questions = questions_of(shared, course.id)
    stops = stops_of(shared, course, page)
    endpoint = endpoint_of(shared, page)
    progress = render_progress(course, stops, questions, language, endpoint)
    version = _version_of(shared, course.id)
    sending = completion_of(shared, page, course, version)
    if not course.certificate:
        return f"{progress}{sending}"
    check = shared.site.address_of(CERTIFICATES)
    places = {
        "check": relative(check, page.url),
        "whole": urljoin(shared.site.url, check) if shared.site.url else "",
    }
    # What a service graded, it can sign; in the browser alone anybody could have passed.
    signs = course.grading == "graded" and shared.courses.keys and shared.site.url
    award = render_certificate(
        course, version, shared.site.name, places, language, endpoint if signs else None
    )
    return f"{progress}{award}{sending}"


def place_of(shared: Shared, course: Course, page: SitePage, language: str) -> str:
    """Write the end of a lesson."""
    stops = stops_of(shared, course, page)
    number = course.shown.index(page.file.src_uri)
    index = shared.places.index_of(course.folder)
    outline = relative(index.address if index else "", page.url)
    return str(render_place(course, stops, number, outline, language))
