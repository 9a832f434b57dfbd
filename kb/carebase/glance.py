"""What is wrong in a few files of a site, told in a moment: the others are taken as they were read.

What only a look at all pages can tell, such as a word that the site writes otherwise elsewhere, is
left to a whole check (`carebase.report`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from carebase.accepted import without_accepted
from carebase.articles import Pages, Renderer
from carebase.articles.checks import check_page
from carebase.articles.duplicates import check_titles
from carebase.articles.files import list_files
from carebase.articles.filling import Filling
from carebase.articles.generated import generated_pages
from carebase.articles.links import Targets
from carebase.articles.load import known_to_blocks, read_page
from carebase.articles.markdown import Outline
from carebase.articles.page import Page
from carebase.articles.redirects import check_aliases, file_of
from carebase.catalog import Catalog, load_catalog
from carebase.catalog.promises import check_promises
from carebase.errors import Problem
from carebase.forms import Forms, load_forms
from carebase.search.synonyms import load_synonyms
from carebase.site import Site
from carebase.training import Courses, load_courses
from carebase.training.quizzes import load_quizzes
from carebase.warranty.locking import check_lock

# So many pages at most are rendered for the headings that a page links to.
_RENDERED = 20
_UNREAD = Outline(complete=False)


class Glance:
    """Looks at files of a site of which the rest was read already: by a build, most of all.

    `pages` may be edited from outside; what is looked at is read anew each time.
    """

    def __init__(
        self, site: Site, catalog: Catalog, forms: Forms, courses: Courses, pages: Pages
    ) -> None:
        self.site = site
        self._catalog = catalog
        self._forms = forms
        self._courses = courses
        self._pages = pages
        self._files = pages.files
        self._renderer: Renderer | None = None
        self._targets: Targets | None = None
        self._outlines = _Outlines(self)

    @property
    def renderer(self) -> Renderer:
        """What renders pages as the site does."""
        if self._renderer is None:
            self._renderer = Renderer(self.site)
        return self._renderer

    @property
    def targets(self) -> Targets:
        """Everything that a link can lead to."""
        if self._targets is None:
            made = generated_pages(self._catalog, self._files)
            self._targets = Targets(self.site, self._files, made, self._outlines)
        return self._targets

    def look(self, files: Collection[str], today: date) -> list[Problem]:
        """Give what is wrong in files, named as problems name them; `today` is for reviews."""
        docs = self.site.name_of(self.site.docs_dir)
        uris = {name.removeprefix(f"{docs}/"): name for name in files}
        self._follow(uris)
        found: set[Problem] = set()
        if any(name.endswith((".yml", ".yaml")) for name in files):
            found.update(self._read_data())
        for uri in sorted(uris):
            if uri in self._files.pages:
                found.update(self._look_at(uri, today))
        told = [problem for problem in found if problem.file in files]
        told = [one for one in without_accepted(self.site, told) if one.file in files]
        return sorted(told, key=lambda problem: (problem.place, problem.message))

    def page(self, uri: str) -> Page | None:
        """Give a page as it was read for the build."""
        return self._pages.by_uri().get(uri)

    def _follow(self, uris: Collection[str]) -> None:
        """Notice what came and went."""
        self._outlines.begin(uris)
        known = set(self._files.all)
        if any((self.site.docs_dir / uri).is_file() != (uri in known) for uri in uris):
            self._files = list_files(self.site)
            self._targets = None

    def _read_data(self) -> Iterator[Problem]:
        self._catalog = load_catalog(self.site)
        self._forms = load_forms(self.site)
        self._courses = load_courses(
            self.site, sorted({*self._catalog.products, *self._files.products})
        )
        self._targets = None
        yield from self._catalog.problems
        yield from check_promises(self.site, self._catalog)
        yield from check_lock(self.site, self._catalog.policies)
        yield from self._forms.problems
        yield from self._courses.problems
        yield from load_synonyms(self.site).problems

    def _look_at(self, uri: str, today: date) -> Iterator[Problem]:
        files, catalog = self._files, self._catalog
        known = known_to_blocks(catalog, self._forms, files, self.renderer)
        filling = Filling(self.site, catalog, self.renderer.markdown)
        page, problems, unknown = read_page(self.site, uri, files, known, filling)
        yield from problems
        yield from (problem for key, problem in unknown if not self._is_custom(key))
        outline, problems = self.renderer.outline(page)
        yield from problems
        self._outlines.keep(uri, outline)
        around = Pages(files=files, forms=tuple(known.forms))
        yield from check_page(page, outline, self.site, catalog, around, self.targets, today)
        yield from load_quizzes(self.site, [page], self._courses.by_id).problems
        others = [other for other in self._pages.pages if other.src_uri != uri]
        if page.product is not None:
            beside = [other for other in others if other.product == page.product]
            yield from check_titles(sorted([*beside, page], key=lambda one: one.src_uri))
        if page.front.aliases:
            yield from check_aliases([page], self._taken(page, others))

    def _is_custom(self, key: str) -> bool:
        """Tell whether a key was told about for many pages at once."""
        return any(
            problem.code == "unknown-key" and problem.found.startswith(f"`{key}` here and on")
            for problem in self._pages.problems
        )

    def _taken(self, page: Page, others: Collection[Page]) -> Mapping[str, str]:
        """Give the files of the site that a page's old addresses cannot be."""
        taken = {
            file: other.src_uri
            for other in others
            if other.src_uri < page.src_uri
            for alias in other.front.aliases
            if (file := file_of(alias)) is not None
        }
        return taken | {self.site.output_of(uri): uri for uri in self._files.pages}


class _Outlines(dict[str, Outline]):
    """The outlines of pages, read when a link asks for a heading."""

    def __init__(self, glance: Glance) -> None:
        super().__init__()
        self._glance = glance
        self._left = 0

    def begin(self, edited: Collection[str]) -> None:
        """Begin a look at edited files."""
        self._left = _RENDERED
        for uri in edited:
            self.pop(uri, None)

    def keep(self, uri: str, outline: Outline) -> None:
        """Keep what was read of a page."""
        self[uri] = outline

    def __contains__(self, uri: object) -> bool:
        return super().__contains__(uri) or self._glance.page(str(uri)) is not None

    def __missing__(self, uri: str) -> Outline:
        page = self._glance.page(uri)
        if page is None or not self._left:
            return _UNREAD
        self._left -= 1
        self[uri], _ = self._glance.renderer.outline(page)
        return self[uri]
