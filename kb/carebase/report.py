"""Everything that is wrong in a site's files, gathered from all rooms and told in three formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from carebase.accepted import without_accepted
from carebase.articles import Renderer, check_pages, load_pages
from carebase.articles.ledger import check_ledger
from carebase.catalog import load_catalog
from carebase.catalog.promises import check_promises
from carebase.counting import counted
from carebase.errors import Problem, UsageError, nearest
from carebase.forms import load_forms
from carebase.sarif import folder_in_repository, write_sarif
from carebase.search.synonyms import load_synonyms
from carebase.site import Site
from carebase.training import load_courses
from carebase.training.freshness import check_freshness
from carebase.training.outline import check_outlines
from carebase.training.quizzes import load_quizzes
from carebase.warranty.locking import check_lock
from carebase.withdrawal.check import check_withdrawal

Progress = Callable[[int, int], None]

# What says that a page waits for its reviewer.
REVIEW_CODES = frozenset(("review-due", "review-overdue", "lesson-outdated", "question-outdated"))


@dataclass(frozen=True, slots=True)
class Report:
    """The problems of a site in the order of their places; `files` and `pages` were read.

    `owners` has the owner of each page that names one, by its file. `folder` is the site's, from
    the top of its repository.
    """

    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    pages: int = 0
    owners: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""

    def only_stale(self) -> Report:
        """Give the part that says which pages are to be reviewed."""
        return self._only(lambda problem: problem.code in REVIEW_CODES)

    def only_of(self, owner: str) -> Report:
        """Give the part about the pages of one owner; UsageError when no page names them."""
        if owner not in self.owners.values():
            names = sorted(set(self.owners.values()))
            match = nearest(owner, names)
            known = ", ".join(names) or "no page has an `owner` yet"
            way_out = f"did you mean `{match}`?" if match else f"there are: {known}."
            raise UsageError(f"No page has the owner `{owner}`: {way_out}")
        return self._only(lambda problem: self.owners.get(problem.file) == owner)

    def _only(self, wanted: Callable[[Problem], bool]) -> Report:
        return replace(self, problems=[problem for problem in self.problems if wanted(problem)])

    @property
    def errors(self) -> int:
        """How many problems break a page or a form."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many problems break nothing."""
        return len(self.problems) - self.errors

    @property
    def summary(self) -> str:
        """One line that says it all."""
        if not self.problems:
            return f"no problems in {counted(self.pages, 'page')}"
        return (
            f"{counted(self.errors, 'error')}, {counted(self.warnings, 'warning')}"
            f" in {counted(self.files, 'file')}"
        )

    def as_json(self) -> str:
        """Give a list of objects with the keys of `Problem`."""
        return json.dumps(
            [problem.as_dict() for problem in self.problems], ensure_ascii=False, indent=2
        )

    def as_sarif(self) -> str:
        """Give the report as SARIF 2.1.0."""
        return json.dumps(write_sarif(self.problems, self.folder), ensure_ascii=False, indent=2)


def inspect_site(
    site: Site, today: date, progress: Progress | None = None, remember: bool = False
) -> Report:
    """Read every file of a site and report every problem; `today` decides what is overdue.

    `progress` is told how many pages of how many have been rendered; with `remember` those that
    were rendered in an earlier check are not rendered again.
    """
    catalog = load_catalog(site)
    forms = load_forms(site)
    renderer = Renderer(site)
    pages = load_pages(site, catalog, forms, renderer)
    products = sorted({*catalog.products, *pages.files.products})
    courses = load_courses(site, products)
    quizzes = load_quizzes(site, pages.pages, courses.by_id)
    problems = {
        *catalog.problems,
        *check_promises(site, catalog),
        *check_lock(site, catalog.policies),
        *forms.problems,
        *courses.problems,
        *load_synonyms(site).problems,
        *pages.problems,
        *quizzes.problems,
        *check_freshness(site, pages, courses.by_id, quizzes),
        *check_outlines(site, pages, courses.by_id),
        *check_pages(site, catalog, pages, today, renderer, progress, remember),
        *check_ledger(site, catalog, pages),
        *check_withdrawal(pages.pages, catalog.country),
    }
    told = without_accepted(site, problems)
    ordered = sorted(told, key=lambda problem: (problem.place, problem.message))
    sources = sum(name.endswith((".yml", ".yaml")) for name in pages.files.all)
    folder = folder_in_repository(site.root)
    owners = {page.file: page.front.owner for page in pages.pages if page.front.owner}
    return Report(ordered, len(pages.pages) + sources, len(pages.pages), owners, folder)
