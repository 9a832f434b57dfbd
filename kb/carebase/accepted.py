"""Warnings that a site takes as right, by the option `accepted` of `carebase-articles`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from carebase.errors import Problem
from carebase.site import Site

_CONFIGS = ("mkdocs.yml", "mkdocs.yaml")


def without_accepted(site: Site, problems: Iterable[Problem]) -> list[Problem]:
    """Leave out what the site accepts, and add a warning for each entry that accepts nothing."""
    met: set[tuple[str, str]] = set()
    kept = [problem for problem in problems if not _is_accepted(site, problem, met)]
    return [*kept, *_idle(site, met)]


def _is_accepted(site: Site, problem: Problem, met: set[tuple[str, str]]) -> bool:
    if problem.severity != "warning":
        return False
    found = False
    for pattern in site.accepted.get(problem.code, ()):
        if fnmatchcase(problem.file, pattern) or pattern == problem.found.strip("`"):
            met.add((problem.code, pattern))
            found = True
    return found


def _idle(site: Site, met: Collection[tuple[str, str]]) -> Iterator[Problem]:
    for code, patterns in site.accepted.items():
        for pattern in patterns:
            if (code, pattern) in met:
                continue
            name, line, column = _place(site, code, pattern)
            yield Problem(
                name,
                line,
                column,
                "accepted-nothing",
                f"There is no warning `{code}` about `{pattern}` to accept.",
                found=f"`{pattern}`",
                allowed="the code of a warning, with a file or a word it is told about",
                hint="delete it here, or correct it",
                severity="warning",
            )


def _place(site: Site, code: str, pattern: str) -> tuple[str, int, int]:
    """Find an entry in the configuration: the pattern below, or beside, the code."""
    for name in _CONFIGS:
        path: Path = site.root / name
        if not path.is_file():
            continue
        rows = path.read_text("utf-8", "replace").splitlines()
        below = False
        for number, row in enumerate(rows, 1):
            below = below or f"{code}:" in row
            if below and pattern in row:
                return name, number, row.index(pattern) + 1
        return name, 1, 1
    return _CONFIGS[0], 1, 1
