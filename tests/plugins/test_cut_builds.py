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
from carebase.search.index import is_whole
from carebase.search.pagefind import START
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
# A build whose process is gone at one moment of putting a folder into its place.
CUT = """
import os, sys
from pathlib import Path
from carebase.build import exchange
from carebase_plugins.engine.build import build_site

moment, name = sys.argv[1:]
rename, at_once = Path.rename, exchange._exchange

def change(one, other):
    here = other.name == name
    if here and moment == "before the exchange":
        os._exit(9)
    done = not moment.endswith("rename") and at_once(one, other)
    if here and done:
        os._exit(9)
    return done

def cut(path, target):
    done = rename(path, target)
    if moment == {path.name: "first rename", target.name: "second rename"}.get(name):
        os._exit(9)
    return done

Path.rename, exchange._exchange = cut, change
build_site(Path.cwd())
"""
# The same for systems that cannot let two folders change places, and for those that can.
MOMENTS = ["first rename", "second rename", "before the exchange", "after the exchange"]


def _entries(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} | {
        f"{folder}/{path.name}"
        for folder in ("site", "site.private")
        for path in (root / folder).iterdir()
        if path.name.startswith(".")
    }


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("moved", ["site", "site.private", "site/pagefind"])
def test_a_build_that_is_ended_while_it_moves_a_folder_is_made_good(
    tmp_path: Path, moved: str, moment: str
) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    (tmp_path / "site" / ".git").write_text("ours", encoding="utf-8")
    key = tmp_path / "site.private" / "certificate.key"
    key.write_text("secret", encoding="utf-8")
    entries, before = _entries(tmp_path), contents(tmp_path / "site")
    page = tmp_path / "docs" / "one.md"
    page.write_text("# One\n\nMore.\n", encoding="utf-8")
    if "/" not in moved:
        # So that the whole folders take the places of the old ones.
        (tmp_path / "mkdocs.yml").write_text(f"{CONFIG}copyright: Ours\n", encoding="utf-8")
        (tmp_path / ".cache" / "carebase" / "build.sqlite").unlink()
    name = moved.rpartition("/")[2]
    cut = subprocess.run([sys.executable, "-c", CUT, moment, name], cwd=tmp_path, check=False)
    there = moment != "first rename"
    assert (9, there) == (cut.returncode, (tmp_path / moved).exists())

    build_site(tmp_path)

    assert "ours" == (tmp_path / "site" / ".git").read_text("utf-8")
    assert "secret" == key.read_text("utf-8")
    assert entries == _entries(tmp_path)
    wanted = contents(tmp_path / "site")
    shutil.rmtree(tmp_path / ".cache")
    build_site(tmp_path)
    assert wanted == contents(tmp_path / "site")
    assert before != wanted


@pytest.mark.parametrize("moment", ["first rename", "second rename"])
@pytest.mark.parametrize("moved", ["site/pagefind", "site.private/search"])
def test_a_build_without_an_index_makes_good_that_of_one_that_was_ended(
    tmp_path: Path, moved: str, moment: str
) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    entries = _entries(tmp_path)
    (tmp_path / "docs" / "one.md").write_text("# One\n\nMore.\n", encoding="utf-8")
    name = moved.rpartition("/")[2]
    cut = subprocess.run([sys.executable, "-c", CUT, moment, name], cwd=tmp_path, check=False)
    assert 9 == cut.returncode

    build_site(tmp_path, index=False)

    assert (tmp_path / "site" / "pagefind" / "en" / START).is_file()
    assert is_whole(tmp_path / "site.private" / "search")
    assert entries == _entries(tmp_path)


def test_what_a_build_of_the_same_number_had_moved_aside_is_put_back(tmp_path: Path) -> None:
    # As in a container, where each build may be the first process.
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    site = tmp_path / "site"
    (site / ".git").write_text("ours", encoding="utf-8")
    entries = _entries(tmp_path)
    site.rename(tmp_path / f"{leftovers.draft_of(site).name}.old")

    build_site(tmp_path)

    assert "ours" == (site / ".git").read_text("utf-8")
    assert entries == _entries(tmp_path)


def test_what_cannot_be_put_back_is_not_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    old = tmp_path / f"{leftovers.draft_of(site).name}.old"
    write_files(tmp_path, {"site": {"index.html": "new"}, old.name: {".git": "ours"}})

    def refused(path: Path, target: Path) -> Path:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refused)
        leftovers.make_good(site)
    assert "ours" == (old / ".git").read_text("utf-8")
    leftovers.make_good(site)

    assert "ours" == (site / ".git").read_text("utf-8")
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


def test_a_site_that_is_made_anew_is_there_at_every_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    (tmp_path / ".cache" / "carebase" / "build.sqlite").unlink()
    names = ("site/one/index.html", "site/pagefind/index.json", "site.private/site.json")
    rename = Path.rename
    seen: list[tuple[str, bool]] = []

    def looked(path: Path, target: Path) -> Path:
        done = rename(path, target)
        seen.extend((name, (tmp_path / name).is_file()) for name in names)
        return done

    monkeypatch.setattr(Path, "rename", looked)
    build_site(tmp_path)

    assert {(name, True) for name in names} == set(seen)


def test_hidden_files_of_the_sources_follow_them_and_those_of_others_stay(tmp_path: Path) -> None:
    config = f"{CONFIG}exclude_docs: |\n  !.well-known\n"
    files: Picture = {"mkdocs.yml": config, "docs": {"index.md": "# Home\n"}}
    write_files(tmp_path, files)
    written = tmp_path / "docs" / ".well-known" / "security.txt"
    known = tmp_path / "site" / ".well-known"

    def build(text: str, whole: bool = False) -> str:
        written.parent.mkdir(exist_ok=True)
        written.write_text(text, encoding="utf-8")
        if whole:
            (tmp_path / ".cache" / "carebase" / "build.sqlite").unlink()
        build_site(tmp_path)
        return (known / "security.txt").read_text("utf-8")

    assert "one" == build("one")
    # What a program for certificates has put there.
    (known / "acme-challenge").mkdir()
    (known / "acme-challenge" / "token").write_text("ours", encoding="utf-8")
    assert ["two", "three"] == [build("two"), build("three", whole=True)]
    written.unlink()
    build_site(tmp_path)

    assert [known / "acme-challenge"] == list(known.iterdir())
    assert "ours" == (known / "acme-challenge" / "token").read_text("utf-8")


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


# Opening it goes well, and reading it meets an error of the device, as on a disk that is worn out.
WORN = Path("/proc/self/mem")


@pytest.mark.skipif(not WORN.exists(), reason="needs a file that cannot be read, as Linux has")
@pytest.mark.parametrize("hooks", ["", "hooks: [hook.py]\n"])
def test_a_file_that_cannot_be_read_to_its_end_is_named(tmp_path: Path, hooks: str) -> None:
    snippets = f"  - pymdownx.snippets: {{base_path: [{tmp_path}/parts]}}\n"
    own = CONFIG.replace("  name: material", "  name: material\n  custom_dir: own")
    write_files(
        tmp_path,
        {**PAGES, "mkdocs.yml": own + snippets + hooks, "hook.py": ""},
    )
    for folder in ("own", "parts"):
        (tmp_path / folder).mkdir()
    two = tmp_path / "docs" / "two.md"
    two.write_text('# Two\n\n--8<-- "part.md"\n', encoding="utf-8")
    said = []
    for name in ("docs/dot.png", "own/main.html", "parts/part.md"):
        (tmp_path / name).symlink_to(WORN)
        with pytest.raises(CarebaseError) as raised:
            build_site(tmp_path)
        said.append(str(raised.value).splitlines()[-1])
        (tmp_path / name).unlink()

    left, reason = f"{tmp_path / 'site'} is as it was.", "Input/output error"
    assert [
        f"docs/dot.png cannot be read: {reason}. {left}",
        f"own/main.html cannot be read: {reason}. {left}",
        "docs/two.md:3:1: error render-failed: The page cannot be rendered:"
        f" OSError: [Errno 5] {reason}",
    ] == said


@pytest.mark.skipif(not WORN.exists(), reason="needs a file that cannot be read, as Linux has")
def test_a_hook_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {**PAGES, "mkdocs.yml": f"{CONFIG}hooks: [hook.py]\n"})
    (tmp_path / "hook.py").symlink_to(WORN)

    with pytest.raises(CarebaseError) as raised:
        build_site(tmp_path)

    said = "mkdocs.yml, or a file that it names, cannot be used: Input/output error."
    assert said == str(raised.value)
