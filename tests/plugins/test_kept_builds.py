"""A build that keeps what did not change gives what a build from nothing gives, to the byte."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from carebase.errors import ContentError
from carebase_plugins.engine.build import build_site
from carebase_plugins.engine.outcome import Outcome
from tests.plugins.edits import Editor, write_site

# What readers' search loads, and where programs' search keeps its own, in an order of its own.
SEARCH, INDEX = "pagefind/", "search/"
STEPS = int(os.environ.get("CAREBASE_EDITS", "12"))


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def built(
    root: Path, workers: int = 1, index: bool = False
) -> tuple[Outcome | str, dict[str, bytes]]:
    """Build a site; give what was said, and every public and private file.

    With `index` readers' search is one of them; else it is left out, however old it is.
    """
    try:
        outcome = build_site(root, index=index, workers=workers)
    except ContentError as error:
        return str(error), {}
    public = contents(root / "site")
    if not index:
        public = {name: data for name, data in public.items() if not name.startswith(SEARCH)}
    return outcome, public | {
        f"private/{name}": data
        for name, data in contents(root / "site.private").items()
        if not name.startswith(INDEX)
    }


def from_nothing(
    root: Path, fresh: Path, index: bool = False
) -> tuple[Outcome | str, dict[str, bytes]]:
    """Build a copy of a site's sources that has never been built."""
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("site", "site.private", ".cache"))
    return built(fresh, index=index)


def said(outcome: Outcome | str) -> list[str]:
    """Give everything that a build says of its sources."""
    if isinstance(outcome, str):
        return [outcome]
    return [*(problem.as_text() for problem in outcome.problems), *outcome.warnings]


def assert_same(
    root: Path, fresh: Path, what: str, workers: int = 1, index: bool = False
) -> Outcome | str:
    """Build both ways, and compare every file and every word."""
    outcome, files = built(root, workers, index)
    wanted, wanted_files = from_nothing(root, fresh, index)
    assert said(wanted) == said(outcome), what
    wrong = sorted(
        name
        for name in wanted_files.keys() | files.keys()
        if wanted_files.get(name) != files.get(name)
    )
    assert [] == wrong, what
    return outcome


@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    root, fresh = tmp_path / "same" / "site", tmp_path / "fresh" / "site"
    write_site(root)
    # The folders of snippets are looked for from where one is.
    monkeypatch.chdir(root)
    editor = Editor(root, seed)
    done: list[str] = []
    assert_same(root, fresh, "the first build")
    for step in range(STEPS):
        for _ in range(editor.chance.choice([1, 1, 1, 2, 5])):
            done.append(editor.edit())
        # With the index of readers' search after some that left it as it was.
        index = step % 4 == 3
        assert_same(root, fresh, "\n".join(done), workers=2 if step % 4 == 0 else 1, index=index)
    assert any(name.startswith(SEARCH) for name in contents(root / "site"))
