"""Everything that is wrong in a site's files, gathered from all rooms and told in three formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from carebase import __version__
from carebase.articles import Renderer, check_pages, load_pages
from carebase.catalog import load_catalog
from carebase.errors import Problem
from carebase.forms import load_forms
from carebase.site import Site
from carebase.training import load_courses
from carebase.warranty.locking import check_lock

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """The problems of a site in the order of their places; `files` and `pages` were read."""

    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    pages: int = 0

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
            return f"no problems in {_count(self.pages, 'page')}"
        return (
            f"{_count(self.errors, 'error')}, {_count(self.warnings, 'warning')}"
            f" in {_count(self.files, 'file')}"
        )

    def as_json(self) -> str:
        """Give a list of objects with the keys of `Problem`."""
        return json.dumps(
            [problem.as_dict() for problem in self.problems], ensure_ascii=False, indent=2
        )

    def as_sarif(self) -> str:
        """Give the report as SARIF 2.1.0 (OASIS), which code hosts show beside the lines."""
        rules = sorted({problem.code for problem in self.problems})
        run: dict[str, Any] = {
            "tool": {
                "driver": {
                    "name": "carebase",
                    "version": __version__,
                    "rules": [{"id": rule} for rule in rules],
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": [_sarif_result(problem, rules) for problem in self.problems],
        }
        document = {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        }
        return json.dumps(document, ensure_ascii=False, indent=2)


def inspect_site(site: Site, today: date, progress: Progress | None = None) -> Report:
    """Read every file of a site and report every problem; `today` decides what is overdue.

    `progress` is told how many pages of how many have been rendered.
    """
    catalog = load_catalog(site)
    forms = load_forms(site)
    renderer = Renderer(site)
    pages = load_pages(site, catalog, forms, renderer)
    products = sorted({*catalog.products, *pages.files.products})
    courses = load_courses(site, products)
    problems = {
        *catalog.problems,
        *check_lock(site, catalog.policies),
        *forms.problems,
        *courses.problems,
        *pages.problems,
        *check_pages(site, catalog, pages, today, renderer, progress),
    }
    ordered = sorted(problems, key=lambda problem: (problem.place, problem.message))
    sources = sum(name.endswith((".yml", ".yaml")) for name in pages.files.all)
    return Report(ordered, files=len(pages.pages) + sources, pages=len(pages.pages))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _sarif_result(problem: Problem, rules: list[str]) -> dict[str, Any]:
    details = [
        f"{name}: {value}"
        for name in ("found", "allowed", "hint")
        if (value := getattr(problem, name))
    ]
    return {
        "ruleId": problem.code,
        "ruleIndex": rules.index(problem.code),
        "level": problem.severity,
        "message": {"text": "\n".join([problem.message, *details])},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(problem.file)},
                    "region": {"startLine": problem.line, "startColumn": problem.column},
                }
            }
        ],
    }
