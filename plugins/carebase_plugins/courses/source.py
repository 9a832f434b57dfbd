"""A course of a site, made ready to leave it: its pages as the site shows them, with the key."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType

from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.pages import Page as SitePage

from carebase.articles.audience import Audience
from carebase.build.digest import digest_of
from carebase.build.draft import Draft
from carebase.build.lock import alone
from carebase.build.records import Records
from carebase.errors import CarebaseError, ContentError, UsageError, nearest
from carebase.site import Site
from carebase.training import Course
from carebase.training.asked import Asked
from carebase.training.exports import Shown, ShownCourse
from carebase_plugins.courses.glossary import glossary_uri
from carebase_plugins.courses.walk import points_uri
from carebase_plugins.engine.build import Build
from carebase_plugins.engine.driver import Driver, PagesError
from carebase_plugins.engine.logs import overheard
from carebase_plugins.engine.prints import version_print
from carebase_plugins.engine.site import audience_of, build_for, read_config
from carebase_plugins.engine.workers import processors
from carebase_plugins.theme.entries import page_at
from carebase_plugins.theme.styles import STYLESHEET

_PLUGIN = "carebase-courses"


class SiteCourse:
    """One course; used in a `with`, since its pages are made in a folder for the time being."""

    def __init__(self, root: Path, course: str, audience: Audience = "learner") -> None:
        """Read the site in a folder, for an audience.

        Raises UsageError where it has no such course, ContentError where anything of the site has
        an error: no course is ever published half.
        """
        self._stack = ExitStack()
        try:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory())) / "site"
            config = read_config(root)
            if audience_of(config) != audience:
                # Who opens a package is a learner, whomever the site is for.
                build_for(config, audience)
            # Where the site is published from, and no package may be.
            self.site_dir = Path(config.site_dir)
            self._records = Records(Path(config.config_file_path).parent, version_print())
            self._stack.callback(self._records.close)
            self._stack.enter_context(alone(self._records.folder, lambda: None))
            self._build = Build(config, self._folder, self._records, index=False)
            shared = self._build.shared
            known = shared.courses.by_id
            errors = [one for one in self._build.problems if one.severity == "error"]
            if course not in known and not any(f"courses/{course}/" in one.file for one in errors):
                raise UsageError(_unknown(course, known))
            if errors:
                raise ContentError(errors)
            self._course = known[course]
            if self._course.grading != "self-check":
                # A package brings the key along: nothing else could grade there, and files open
                # no seals. What should have been graded elsewhere is worth no certificate when it
                # is graded here; the LMS has its own.
                changes: dict[str, object] = {"grading": "self-check"}
                if self._course.grading == "graded":
                    changes["certificate"] = False
                known[course] = self._course.model_copy(update=changes)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> SiteCourse:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def site(self) -> Site:
        return self._build.shared.site

    @property
    def course(self) -> Course:
        return self._course

    @cached_property
    def asked(self) -> Sequence[Asked]:
        """Give the questions of the course in the order of its lessons."""
        places = {source: number for number, source in enumerate(self._course.sources)}
        found = self._build.shared.quizzes.of_course(self._course.id)
        return sorted(found, key=lambda one: places[one.src_uri])

    def shown(self) -> ShownCourse:
        """Make the pages of the course; raises CarebaseError when one cannot be made."""
        build = self._build
        config = build.config
        if _PLUGIN not in self.site.plugins:
            raise UsageError(
                f"The plugin `{_PLUGIN}` is not in mkdocs.yml: without it a course has neither"
                " questions nor a way through."
            )
        workers = 1 if build.reason else processors()
        with overheard() as heard:
            config.plugins.on_startup(command="build", dirty=False)
            try:
                # Of what is drafted nothing is published.
                draft = Draft(self._folder, None)
                driver = Driver(
                    config, build.shared, build.store, draft, build.prints, workers=workers
                )
                made = driver.show(self._uris)
            except (MkDocsException, SystemExit, PagesError) as error:
                said = [text.strip() for _, level, text in heard if level >= logging.WARNING]
                raise CarebaseError("\n".join([*said, str(error)])) from None
            finally:
                config.plugins.on_shutdown()
        warnings = [
            text.strip() for _, said in made for _, level, text in said if level >= logging.WARNING
        ]
        self._outline = made[0][0]
        pages = [self._shown(page) for page, _ in made]
        return ShownCourse(pages, self._reader(driver), warnings)

    def _uris(self, files: Files) -> list[str]:
        """Name the pages of the course: its outline, its lessons, and what these link of its own.

        A page of its folder that no lesson leads to would not be found in a package either.
        """
        course = self._course
        outline = page_at(files, f"{course.folder}/index.md")
        found = [outline.src_uri if outline else "", *course.shown]
        found += [
            uri for uri in (points_uri(course), glossary_uri(course)) if uri in files.src_uris
        ]
        pages = files.documentation_pages(inclusion=InclusionLevel.is_included)
        own = {file.src_uri for file in pages if file.src_uri.startswith(f"{course.folder}/")}
        # The list grows while it is gone through: a page that is linked may link others.
        for uri in found:
            linked = self._build.store.rendered[uri].looked
            found += [name for name in linked if name in own and name not in found]
        return found

    def _shown(self, page: SitePage) -> Shown:
        course = self._course
        uri = page.file.src_uri
        html = Path(page.file.abs_dest_path).read_text(encoding="utf-8")
        if uri in course.shown:
            number = course.shown.index(uri)
            lesson = course.lessons[number]
            others = (self.site.address_of(lesson.source(course.id)),) if lesson.guide else ()
            title = lesson.title or str(page.title)
            return Shown(f"lesson-{number + 1}", title, page.url, html, others)
        if uri == points_uri(course):
            return Shown("points", str(page.title), page.url, html)
        if uri == glossary_uri(course):
            return Shown("glossary", str(page.title), page.url, html)
        if page is self._outline:
            return Shown("course", course.title, page.url, html)
        stem = uri.removeprefix(f"{course.folder}/").removesuffix(".md")
        return Shown(f"page-{digest_of(stem.encode())[:8]}", str(page.title), page.url, html)

    def _reader(self, driver: Driver) -> Callable[[str], bytes | None]:
        files = {file.dest_uri: file for file in driver.files if not file.is_documentation_page()}
        rules = self._build.shared.assets.stylesheet().encode()

        def read(path: str) -> bytes | None:
            file = files.get(path)
            if file is None or not file.inclusion.is_included():
                return None
            try:
                data: bytes = file.content_bytes
            except OSError as error:
                raise CarebaseError(f"{file.src_uri} cannot be read: {error.strerror}.") from None
            return data + rules if path == STYLESHEET else data

        return read


def _unknown(name: str, known: Mapping[str, Course]) -> str:
    if not known:
        return (
            f"There is no course `{name}`, nor any other: `carebase new course {name}` begins one."
        )
    match = nearest(name, known)
    way_out = f"Did you mean `{match}`?" if match else f"Courses: {', '.join(known)}."
    return f"There is no course `{name}`. {way_out}"
