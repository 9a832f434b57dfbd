"""What the plugins share during one build: the site, its catalogue, forms and pages, read once."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage

from carebase import clock
from carebase.articles import Page, load_pages
from carebase.articles.value_extension import ValuesExtension
from carebase.build.digest import digest
from carebase.build.memory import PageMemory
from carebase.build.reads import READS, looked_up
from carebase.build.sources import NotedPages
from carebase.catalog import Catalog, Product, load_catalog
from carebase.errors import Problem
from carebase.forms import Forms, load_forms
from carebase.search.synonyms import LoadedSynonyms, load_synonyms
from carebase.site import Site
from carebase.training import Courses, load_courses
from carebase.training.asked import Quizzes, course_of_lesson
from carebase.training.load import quizzes_of
from carebase.warranty.policy import Policy
from carebase_plugins.blocks import Placeholder
from carebase_plugins.engine.site import audience_of, site_of
from carebase_plugins.theme.assets import Assets

if TYPE_CHECKING:
    from carebase_plugins.theme.navigation import Places

log = logging.getLogger("mkdocs.plugins.carebase")

_ATTRIBUTE = "_carebase"
# Files that say how the site is made. They never become part of it.
# Copies that editors leave beside them count as such.
_SOURCE = re.compile(r"\.(?:ya?ml|lock)(?:~|\.(?:bak|orig|old|tmp|swp))?$", re.IGNORECASE)


class _HasProblems(Protocol):
    problems: list[Problem]


class Keeper(Protocol):
    """Knows what of the site stays as the last build left it."""

    def standing(self) -> Collection[str]:
        """Give the files of the site that need not be written again."""

    def twins(self, pages: Sequence[Page], write: Callable[[Page], str]) -> dict[str, str]:
        """Keep the twins of pages or write them; give the digests of their texts by page."""

    def keep(self, name: str, mark: str) -> bool:
        """Keep a file that was made from the same as it would be now."""

    def data(self, name: str) -> bytes:
        """Read a file of the site."""


class Facts(Protocol):
    """Keeps what one build found out for the next: it may forget anything at any time."""

    def recall(self, name: str) -> Any:
        """Give what was kept under a name, or nothing."""

    def remember(self, name: str, value: Any) -> None:
        """Keep a value, which can be pickled, under a name."""


# Writes a block of a page: its name, argument and options come with the placeholder.
Filler = Callable[[Placeholder, SitePage], str]
Loaded = TypeVar("Loaded", bound=_HasProblems)


@dataclass
class Shared:
    """The sources of one build; each part is read when it is first asked for."""

    config: MkDocsConfig
    assets: Assets = field(default_factory=Assets)
    told: set[Problem] = field(default_factory=set)
    fillers: dict[str, Filler] = field(default_factory=dict)
    # The outcomes of each troubleshooter that was written, by its address.
    troubleshooters: dict[str, dict[str, str]] = field(default_factory=dict)
    # What is said about the answers of graded courses, by course and question; for no page.
    remarks: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Fills the values of the catalogue into what snippets bring.
    values: ValuesExtension | None = None
    nav: Navigation | None = None
    # The first plugin of ours: it does what is done once.
    leader: object = None
    # What the templates of a page have seen, by its path, until the page is written.
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    # What the plugins of ours have just left of the text of a page.
    wrapped: str = ""
    # Whether the site is written beside its place first, and published only when it is whole.
    drafted: bool = False
    # Who remembers pages from one build to the next, and the files that a build need not write.
    memory: PageMemory | None = None
    keeper: Keeper | None = None
    facts: Facts | None = None
    # The digests of the front matter and of the text of each page, as templates see them.
    metas: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    # The digest of everything but pages that the site is made of.
    data: str = ""
    _places: Places | None = None

    @cached_property
    def site(self) -> Site:
        return replace(site_of(self.config), audience=audience_of(self.config))

    @property
    def catalog(self) -> Catalog:
        READS.note("data")
        return self._catalog

    @property
    def forms(self) -> Forms:
        READS.note("data")
        return self._forms

    @property
    def courses(self) -> Courses:
        READS.note("data")
        return self._courses

    @cached_property
    def synonyms(self) -> LoadedSynonyms:
        return self.tell(load_synonyms(self.site))

    @cached_property
    def pages(self) -> NotedPages:
        read = self.memory.read if self.memory else None
        loaded = load_pages(self.site, self._catalog, self._forms, read=read)
        return NotedPages(self.tell(loaded))

    @property
    def quizzes(self) -> Quizzes:
        return _quizzes(self)

    @cached_property
    def sources(self) -> Mapping[str, Page]:
        """Each page as its writer left it, by its path below the docs folder."""
        return self.pages.by_uri()

    @property
    def hubs(self) -> dict[str, Product]:
        """The product of each hub page, by the page's path."""
        READS.note("data")
        return self._hubs

    @property
    def terms(self) -> dict[str, Policy]:
        """The policy of each page of warranty terms, by the page's path."""
        READS.note("data")
        return self._terms

    @cached_property
    def _catalog(self) -> Catalog:
        return self.tell(load_catalog(self.site))

    @cached_property
    def _forms(self) -> Forms:
        return self.tell(load_forms(self.site))

    @cached_property
    def _courses(self) -> Courses:
        return self.tell(load_courses(self.site))

    @cached_property
    def _hubs(self) -> dict[str, Product]:
        products = self._catalog.products.values()
        return {f"{product.folder}/index.md": product for product in products}

    @cached_property
    def _terms(self) -> dict[str, Policy]:
        return {self.terms_uri(policy): policy for policy in self._catalog.policies.values()}

    def products_under(self, policy: Policy) -> list[Product]:
        """Give the products that name a policy."""
        return [
            product
            for product in self.catalog.products.values()
            if any(choice.policy == policy.name for choice in product.policy)
        ]

    @staticmethod
    def terms_uri(policy: Policy) -> str:
        """Give the path of the page that tells the terms of a policy (WARRANTY §1)."""
        return f"warranty/{policy.id}-{policy.version}.md"

    @property
    def course_guides(self) -> dict[str, Page]:
        """Each guide that a course shows as its lesson, by the path of the page in the course."""
        shown = _course_guides(self).items()
        return {uri: guide for uri, source in shown if (guide := self.sources.get(source))}

    def guide_shown(self, src_uri: str) -> Page | None:
        """Give the guide that a page below a course's address shows, else None."""
        source = _course_guides(self).get(src_uri)
        return self.sources.get(source) if source else None

    def page_of(self, page: SitePage) -> Page | None:
        """Give the source of a page, for a guide in a course that guide's.

        A page that a plugin made has none.
        """
        src_uri = page.file.src_uri
        return self.sources.get(src_uri) or self.guide_shown(src_uri)

    def is_graded(self, source: Page) -> bool:
        """Whether nothing that follows from a page may tell the right answers of its questions.

        So it is in the folder of a graded course, in a lesson of it that stands elsewhere, and in
        a folder whose course cannot be read.
        """
        courses = self.courses.by_id
        course = course_of_lesson(source.src_uri, source.course, courses)
        unread = source.course is not None and source.course not in courses
        return unread or (course is not None and course.grading == "graded")

    def address_of(self, src_uri: str) -> str:
        """Give the address of a page or file below the docs folder, ready for a link."""
        is_page = src_uri.endswith(".md")
        return quote(self.site.address_of(src_uri) if is_page else src_uri)

    def language_of(self, page: SitePage) -> str:
        """Give the language of a page, else that of the site."""
        source = self.page_of(page)
        return (source.front.lang if source else None) or self.site.language

    @property
    def placed(self) -> bool:
        """Whether the places of pages are known yet."""
        return self._places is not None

    @property
    def places(self) -> Places:
        """Where every page stands; known from the event `on_env` on."""
        if self._places is None:
            raise RuntimeError("pages are placed only after all have been read")
        return self._places

    @places.setter
    def places(self, places: Places) -> None:
        self._places = places

    def world(self) -> str:
        """Give the digest of all that pages can read of the sources but for texts."""
        return digest([READS.digest((name,)) for name in ("data", "day", "sources", "listing")])

    @cached_property
    def endpoint(self) -> str | None:
        """The endpoint's base address ending in `/`; a path is below the site's own address."""
        written = self.site.endpoint
        if written is None:
            return None
        below = self.site.base_path
        if f"{written.rstrip('/')}/".startswith(below):
            # Written from the root of the host, as people read a path.
            written = "/" + written.rstrip("/")[len(below) :]
        return written if written.endswith("/") else written + "/"

    def tell(self, loaded: Loaded) -> Loaded:
        """Log the problems of a part once, so that `--strict` counts them."""
        for problem in loaded.problems:
            if problem not in self.told:
                self.told.add(problem)
                log.warning(problem.as_text())
        return loaded


# What each page adds to, in dictionaries: a build gathers it page by page and keeps it.
GATHERED = ("troubleshooters",)
# The same for what is gathered while the text of a page is made, whether or not it shows there.
GATHERED_OF_TEXTS = ("remarks",)


def shared_by(config: MkDocsConfig) -> Shared:
    """Give the sources of this build, the same object to every plugin."""
    shared = getattr(config, _ATTRIBUTE, None)
    if not isinstance(shared, Shared) or shared.config is not config:
        shared = Shared(config)
        setattr(config, _ATTRIBUTE, shared)
        READS.begin(shared)
    return shared


@looked_up("data")
def _data(shared: Shared) -> str:
    return shared.data


@looked_up("quizzes")
def _quizzes(shared: Shared) -> Quizzes:
    return shared.tell(quizzes_of(shared.site, shared.pages.pages, shared.courses.by_id))


@looked_up("course_guides")
def _course_guides(shared: Shared) -> dict[str, str]:
    return {
        lesson.shown(course.id): lesson.source(course.id)
        for course in shared.courses.by_id.values()
        for lesson in course.lessons
        if lesson.guide is not None and lesson.shown(course.id) not in shared.sources
    }


@looked_up("day")
def _day(shared: Shared) -> str:
    return clock.today().isoformat()


@looked_up("source")
def _source(shared: Shared, uri: str) -> str | None:
    return shared.pages.card(uri)


@looked_up("sources")
def _sources(shared: Shared) -> list[tuple[str, str | None]]:
    return [(uri, shared.pages.card(uri)) for uri in shared.pages.held]


@looked_up("text")
def _text(shared: Shared, uri: str) -> str | None:
    return shared.pages.text_digest(uri)


@looked_up("content")
def _content(shared: Shared, uri: str) -> str | None:
    return shared.contents.get(uri)


@looked_up("listing")
def _listing(shared: Shared) -> Any:
    files = shared.pages.files
    return files.all, files.products, files.courses


def hide_sources(files: Files) -> Files:
    """Take the files that only say how the site is made out of what is published."""
    return Files(file for file in files if not _is_source(file))


def _is_source(file: File) -> bool:
    name = file.src_uri.rpartition("/")[2]
    return name == ".addresses" or _SOURCE.search(name) is not None
