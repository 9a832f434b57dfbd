"""Guides that have changed since the course that teaches them was reviewed.

What a guide says now is compared with what it said on the day of the course's review, as git
keeps it. Where git does not reach back so far, the first version that it knows counts; where it
knows one version alone, or none, the day on which the guide was last reviewed.
"""

from __future__ import annotations

import posixpath
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from urllib.parse import unquote

from carebase.articles.load import Pages
from carebase.articles.page import Page
from carebase.errors import Problem
from carebase.site import Site
from carebase.sources import load_model, split_front_matter
from carebase.training.asked import Asked, Quizzes
from carebase.training.course import Course
from carebase.training.question import Question

_GIT_SECONDS = 20
_LINK = re.compile(r"\]\(\s*<?(?P<target>[^\s()<>]+)")


def check_freshness(
    site: Site, pages: Pages, courses: Mapping[str, Course], quizzes: Quizzes
) -> Iterator[Problem]:
    """Tell of each lesson and question whose guide has changed since its course was reviewed."""
    by_uri = pages.by_uri()
    guides = _Guides(site)
    for course in courses.values():
        reviewed = reviewed_on(course, by_uri)
        if reviewed is None:
            continue
        for index, lesson in enumerate(course.lessons):
            guide = by_uri.get(lesson.source(course.id)) if lesson.guide is not None else None
            if guide is not None and guides.changed(guide, reviewed):
                line, column = _place(site, course, index)
                yield _problem(
                    site.name_of(site.docs_dir / course.folder / "course.yml"),
                    line,
                    column,
                    "lesson-outdated",
                    f"Lesson {index + 1} is the guide `{guide.src_uri}`, which has changed",
                    course,
                    reviewed,
                    "go through the lesson again",
                )
        for one in quizzes.of_course(course.id):
            for guide in _linked(one, by_uri):
                if guides.changed(guide, reviewed):
                    yield _problem(
                        one.file,
                        one.question.line,
                        one.question.column,
                        "question-outdated",
                        f"The question leads to the guide `{guide.src_uri}`, which has changed",
                        course,
                        reviewed,
                        "see whether its answer is still right",
                    )


def reviewed_on(course: Course, pages: Mapping[str, Page]) -> date | None:
    """Give the day of a course's review: of course.yml or of its index page, the later one."""
    days = [course.reviewed]
    for name in ("index.md", "README.md"):
        if index := pages.get(f"{course.folder}/{name}"):
            days.append(index.front.reviewed)
    return max((day for day in days if day is not None), default=None)


def _problem(
    file: str,
    line: int,
    column: int,
    code: str,
    message: str,
    course: Course,
    reviewed: date,
    todo: str,
) -> Problem:
    return Problem(
        file,
        line,
        column,
        code,
        f"{message} since the course was reviewed.",
        found=f"`{course.id}` was reviewed on {reviewed.isoformat()}",
        hint=f"{todo}, then write the day as `reviewed` into course.yml",
        severity="warning",
    )


def _place(site: Site, course: Course, index: int) -> tuple[int, int]:
    path = site.docs_dir / course.folder / "course.yml"
    _, document = load_model(path, site.name_of(path), Course)
    place = ("lessons", index, "guide")
    return document.place(place if place in document.values else place[:2])


def _linked(one: Asked, pages: Mapping[str, Page]) -> list[Page]:
    folder = one.src_uri.rpartition("/")[0]
    found: dict[str, Page] = {}
    for text in _texts(one.question):
        for link in _LINK.finditer(text):
            path = unquote(link["target"].partition("#")[0])
            if not path.endswith(".md") or ":" in path:
                continue
            guide = pages.get(posixpath.normpath(posixpath.join(folder, path)))
            if guide is not None and guide.kind in ("guide", "troubleshooter"):
                found[guide.src_uri] = guide
    return list(found.values())


def _texts(question: Question) -> Iterator[str]:
    yield from (question.text, question.after, question.more, question.explanation)
    yield from question.hints
    for answer in question.answers:
        yield from (answer.text, answer.other, answer.feedback)


class _Guides:
    """What the guides of a site said on a day, as git keeps it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._versions = cache(self._log)
        self._known: dict[tuple[str, date], bool] = {}

    def changed(self, guide: Page, since: date) -> bool:
        """Tell whether a guide says something else than at the end of a day."""
        key = (guide.src_uri, since)
        if key not in self._known:
            self._known[key] = self._changed(guide, since)
        return self._known[key]

    def _changed(self, guide: Page, since: date) -> bool:
        later = guide.front.reviewed is not None and guide.front.reviewed > since
        versions = self._versions(guide.src_uri)
        if not versions:
            return later
        # The newest first.
        then = next((name for name, day in versions if day <= since), versions[-1][0])
        text = self._git("show", f"{then}:./{guide.src_uri}")
        if text is None:
            return later
        same = _said(text) == _said((self.site.docs_dir / guide.src_uri).read_text("utf-8"))
        if same and len(versions) == 1 and versions[0][1] > since:
            # Nothing is known of the day of the review.
            return later
        return not same

    def _log(self, src_uri: str) -> list[tuple[str, date]]:
        text = self._git("log", "--follow", "--format=%H %cs", "--", src_uri)
        rows = [row.split() for row in (text or "").splitlines()]
        return [(name, date.fromisoformat(day)) for name, day in rows]

    def _git(self, *arguments: str) -> str | None:
        try:
            done = subprocess.run(  # noqa: S603
                ["git", *arguments],  # noqa: S607
                cwd=self.site.docs_dir,
                capture_output=True,
                timeout=_GIT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _said(text: str) -> list[str]:
    """Give the words of a page without its front matter, whatever its spaces."""
    return split_front_matter(text.replace("\r\n", "\n"), "").body.split()
