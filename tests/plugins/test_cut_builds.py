"""Builds that are ended at once, by `kill -9` or a full disk, and what the next one makes good."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carebase.build import leftovers
from carebase.errors import CarebaseError
from carebase.search import pagefind
from carebase_plugins.engine import build as building
from carebase_plugins.engine.build import build_site
from tests.plugins.making import CONFIG
from tests.plugins.test_kept_builds import contents
from tests.support.process import start_carebase
from tests.support.sites import Picture, write_files

PAGES: Picture = {
    "mkdocs.yml": CONFIG,
    "docs": {"index.md": "# Home\n", "one.md": "# One\n", "two.md": "# Two\n"},
}
# A build whose process is gone as soon as it has moved this folder away, or, where folders can
# change places in one step, as soon as they have.
CUT = """
import os, sys
from pathlib import Path
from carebase.build import draft
from carebase_plugins.engine.build import build_site

exchange = draft.exchange

def exchanged(one, other):
    if sys.argv[1] != "both":
        return False
    if exchange(one, other):
        os._exit(9)

draft.exchange = exchanged

rename = Path.rename

def cut(path, target):
    done = rename(path, target)
    if path.name == sys.argv[1]:
        os._exit(9)
    return done

Path.rename = cut
build_site(Path.cwd())
"""


def _entries(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} | {
        f"{folder}/{path.name}"
        for folder in ("site", "site.private")
        for path in (root / folder).iterdir()
        if path.name.startswith(".")
    }


@pytest.mark.parametrize("moved", ["site", "both", "site.private"])
def test_what_a_build_had_moved_aside_is_put_back(tmp_path: Path, moved: str) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    (tmp_path / "site" / ".git").write_text("ours", encoding="utf-8")
    (tmp_path / "site.private" / "certificate.key").write_text("secret", encoding="utf-8")
    entries = _entries(tmp_path)
    wanted = contents(tmp_path / "site")
    # So that the whole site takes the place of the old one.
    (tmp_path / ".cache" / "carebase" / "build.sqlite").unlink()
    cut = subprocess.run([sys.executable, "-c", CUT, moved], cwd=tmp_path, check=False)
    assert 9 == cut.returncode
    assert moved == "both" or not (tmp_path / moved).exists()

    build_site(tmp_path)

    assert "ours" == (tmp_path / "site" / ".git").read_text("utf-8")
    assert "secret" == (tmp_path / "site.private" / "certificate.key").read_text("utf-8")
    assert entries == _entries(tmp_path)
    assert wanted == contents(tmp_path / "site")


def test_drafts_of_processes_that_have_ended_are_cleared(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    site = tmp_path / "site"
    mine = site.with_name(leftovers.draft_of(site).name)
    (tmp_path / ".site.2024").mkdir()
    mine.mkdir(parents=True)
    for name in (f".carebase-{ended.pid}-search-x", f".carebase-{ended.pid}"):
        (site / name / "one").mkdir(parents=True)
    (tmp_path / f".site.carebase-{ended.pid}" / "one").mkdir(parents=True)

    leftovers.make_good(site)

    assert {"site", ".site.2024", mine.name} == {path.name for path in tmp_path.iterdir()}
    assert [] == list(site.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_build_that_is_told_to_end_leaves_nothing(tmp_path: Path, number: int) -> None:
    write_files(tmp_path, PAGES)
    wait = "def on_page_markdown(text, **rest):\n    import time\n    print('here', flush=True)\n"
    (tmp_path / "hooks.py").write_text(wait + "    time.sleep(60)\n", encoding="utf-8")
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "hooks: [hooks.py]\n", encoding="utf-8")
    with start_carebase("build", cwd=tmp_path) as running:
        running.wait_for("here", timeout=60)
        running.process.send_signal(number)
        assert 130 == running.process.wait(30)

    assert [] == [path.name for path in tmp_path.iterdir() if "site" in path.name]


def test_a_link_to_the_folder_of_the_site_stays(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "old.html").write_text("old", encoding="utf-8")
    (tmp_path / "site").symlink_to("www")

    build_site(tmp_path)

    assert (tmp_path / "site").is_symlink()
    assert (tmp_path / "www" / "one" / "index.html").is_file()
    assert not (tmp_path / "www" / "old.html").exists()


def test_a_folder_on_another_disk_is_drafted_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    wanted = contents(tmp_path / "site")
    rename = Path.rename

    def mounted(path: Path, target: Path) -> Path:
        if path.name in ("site", "site.private"):
            raise OSError("busy")
        return rename(path, target)

    monkeypatch.setattr(leftovers, "_is_apart", lambda folder: folder.name.startswith("site"))
    monkeypatch.setattr(Path, "rename", mounted)
    (tmp_path / "docs" / "three.md").write_text("# Three\n", encoding="utf-8")
    build_site(tmp_path)
    (tmp_path / "docs" / "three.md").unlink()
    (tmp_path / ".cache" / "carebase" / "build.sqlite").unlink()
    build_site(tmp_path)

    assert wanted == contents(tmp_path / "site")
    assert [] == [name for name in _entries(tmp_path) if "carebase-" in name]


def _fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> str:
    def full(*values: Any, **named: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, full)
        with pytest.raises(CarebaseError) as raised:
            build_site(tmp_path)
    return str(raised.value)


def test_a_disk_that_is_full_once_the_pages_are_new_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, PAGES)

    said = _fails(tmp_path, monkeypatch, building, "write_private_of")

    site = tmp_path / "site"
    assert (
        f"The disk is full. The pages in {site} are new; what follows them (the search index and"
        " the private folder of the endpoint) is not whole: mend that and build again."
    ) == said
    assert (site / "one" / "index.html").is_file()


def test_an_index_that_a_full_disk_cut_off_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, PAGES)
    finish: Callable[..., None] = pagefind.finish_index

    def cut(language: str, pages: Any, counts: Any, folder: Path, *rest: Any) -> None:
        (folder / "pagefind-entry.json").write_text("", encoding="utf-8")
        finish(language, pages, counts, folder, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(pagefind, "finish_index", cut)
        with pytest.raises(CarebaseError) as raised:
            build_site(tmp_path)

    assert (
        "What Pagefind wrote for the language en is not whole: is the disk full? The pages are"
        " new, the search index is the old one: make room and build again."
    ) == str(raised.value)
    build_site(tmp_path)
    assert (tmp_path / "site" / "pagefind" / "en" / "start.pf_pack").is_file()


def test_an_index_of_which_a_part_is_gone_is_made_anew(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    wanted = contents(tmp_path / "site")
    shutil.rmtree(tmp_path / "site" / "pagefind" / "en")

    build_site(tmp_path)

    assert wanted == contents(tmp_path / "site")


def test_damaged_and_locked_data_of_the_index_are_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    wanted = contents(tmp_path / "site")
    store = tmp_path / ".cache" / "carebase" / "search" / "pages.db"
    # Its first page is whole.
    store.write_bytes(store.read_bytes()[:4096] + b"\xa5" * (store.stat().st_size - 4096))
    build_site(tmp_path)
    assert wanted == contents(tmp_path / "site")

    class ReadOnly(sqlite3.Connection):
        def executemany(self, *values: Any) -> sqlite3.Cursor:
            raise sqlite3.OperationalError("attempt to write a readonly database")

    connect = sqlite3.connect
    monkeypatch.setattr(
        "carebase.search.store.sqlite3.connect",
        lambda path, **named: connect(path, factory=ReadOnly, **named),
    )
    (tmp_path / "docs" / "one.md").write_text("# One\n\nMore.\n", encoding="utf-8")
    with pytest.raises(CarebaseError) as raised:
        build_site(tmp_path, workers=1)
    assert (
        f"{store} cannot be written: attempt to write a readonly database. The pages are new, the"
        " search index is the old one: mend that and build again."
    ) == str(raised.value)
