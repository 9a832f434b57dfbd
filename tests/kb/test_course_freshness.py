"""Guides that changed after a course was reviewed: its lessons and questions are named."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from carebase.report import inspect_site
from carebase_plugins.engine.site import load_site
from tests.support.sites import write_files

GUIDE = "---\ntitle: Descale\nreviewed: {reviewed}\n---\n\n# Descale\n\n## Fill\n\n{text}\n"
FILES = {
    "mkdocs.yml": "site_name: S\ntheme: material\nplugins: [carebase-articles, carebase-courses]\n",
    "docs/index.md": "# Home\n",
    "docs/more/other.md": GUIDE.format(reviewed="2026-02-01", text="Other.").replace(
        "title: Descale", "title: Other\nkind: guide"
    ),
    "docs/more/descale.md": GUIDE.format(reviewed="2026-02-01", text="Cold water.").replace(
        "title:", "kind: guide\ntitle:"
    ),
    "docs/courses/care/course.yml": (
        "title: Care\nreviewed: 2026-03-01\nlessons:\n  - 01.md\n"
        "  - {guide: more/descale.md}\n  - {guide: more/other.md}\n"
    ),
    "docs/courses/care/01.md": (
        "# One\n\n/// quiz\n\n### Which water? {#water}\n\n- [x] Cold\n- [ ] Warm\n\n"
        "Explanation: See [Descale](../../more/descale.md).\n\n"
        "### Which cup? {#cup}\n\n- [x] Blue\n- [ ] Red\n\n///\n"
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    return tmp_path


def git(root: Path, *arguments: str, day: str = "") -> None:
    """Call git, for a commit on a day."""
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00", "GIT_COMMITTER_DATE": f"{day}T12:00:00"}
    who = ("-c", "user.name=A", "-c", "user.email=a@a.example")
    subprocess.run(
        ["git", *who, *arguments],
        cwd=root,
        check=True,
        capture_output=True,
        env={**os.environ, **(when if day else {})},
    )


def commit(root: Path, day: str) -> None:
    git(root, "add", "docs")
    git(root, "commit", "-qm", "x", day=day)


def outdated(root: Path) -> list[str]:
    """Give what is told of lessons and questions whose guide has changed."""
    report = inspect_site(load_site(root), date(2026, 11, 1)).only_stale()
    said = (problem.as_text().partition("\n")[0] for problem in report.problems)
    return [line for line in said if "outdated" in line]


def edit(root: Path, text: str, reviewed: str = "2026-02-01") -> None:
    page = GUIDE.format(reviewed=reviewed, text=text).replace("title:", "kind: guide\ntitle:")
    (root / "docs/more/descale.md").write_text(page, encoding="utf-8")


BOTH = [
    "docs/courses/care/01.md:5:1: warning question-outdated: The question leads to the guide"
    " `more/descale.md`, which has changed since the course was reviewed.",
    "docs/courses/care/course.yml:5:13: warning lesson-outdated: Lesson 2 is the guide"
    " `more/descale.md`, which has changed since the course was reviewed.",
]


def test_what_git_says_decides(root: Path) -> None:
    git(root, "init", "-q")
    commit(root, "2026-02-01")
    assert [] == outdated(root)
    # Reviewed again, and not changed.
    edit(root, "Cold  water.", reviewed="2026-05-01")
    commit(root, "2026-05-01")
    assert [] == outdated(root)
    # Changed, and not committed.
    edit(root, "Warm water.")
    assert outdated(root) == BOTH
    commit(root, "2026-06-01")
    assert outdated(root) == BOTH
    # The course was reviewed since.
    course = root / "docs/courses/care/course.yml"
    course.write_text(course.read_text("utf-8").replace("2026-03-01", "2026-06-01"), "utf-8")
    assert [] == outdated(root)


def test_a_review_of_the_index_page_counts_too(root: Path) -> None:
    git(root, "init", "-q")
    commit(root, "2026-02-01")
    edit(root, "Warm water.")
    commit(root, "2026-06-01")
    assert outdated(root) == BOTH
    index = root / "docs/courses/care/index.md"
    index.write_text("---\nreviewed: 2026-07-01\n---\n\n# Care\n", "utf-8")
    assert [] == outdated(root)


def test_a_history_that_begins_later_tells_its_own_changes(root: Path) -> None:
    git(root, "init", "-q")
    commit(root, "2026-08-01")
    assert [] == outdated(root)
    edit(root, "Warm water.")
    commit(root, "2026-09-01")
    assert outdated(root) == BOTH


def test_without_git_the_review_of_the_guide_counts(root: Path) -> None:
    assert [] == outdated(root)
    edit(root, "Cold water.", reviewed="2026-03-02")
    assert outdated(root) == BOTH
