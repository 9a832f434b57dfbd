"""What stands below `docs/` and is no file: it is told, and never opened."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from carebase.articles.files import list_files
from carebase.build.samples import write_sample
from carebase.errors import UsageError
from carebase.sources import read_text
from carebase_plugins.engine.site import load_site

# Whoever opens a pipe that nobody writes to waits for ever.
_PATIENCE = 120


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write_sample(tmp_path, 2)
    return tmp_path


def run(site: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "carebase", *arguments],
        cwd=site, capture_output=True, text=True, timeout=_PATIENCE, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["check", "build"])
def test_pipes_sockets_and_devices_are_told_and_not_opened(site: Path, command: str) -> None:
    docs = site / "docs"
    for name in ("x.md", "pic.png", "contact.yml", "synonyms.yml", "products/p000/more.yml"):
        os.mkfifo(docs / name)
    (docs / "products" / "p001").mkdir()
    os.mkfifo(docs / "products" / "p001" / "product.yml")
    (docs / "endless.md").symlink_to("/dev/zero")
    (docs / "endless.jpg").symlink_to("/dev/zero")
    here = Path.cwd()
    os.chdir(docs)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("talk.md")
    finally:
        os.chdir(here)
    code, said = run(site, command)
    assert code == 1
    for name, kind in {
        "x.md": "a named pipe",
        "pic.png": "a named pipe",
        "contact.yml": "a named pipe",
        "synonyms.yml": "a named pipe",
        "products/p000/more.yml": "a named pipe",
        "products/p001/product.yml": "a named pipe",
        "endless.md": "a device",
        "endless.jpg": "a device",
        "talk.md": "a socket",
    }.items():
        line = f"docs/{name}:1:1: error file-unreadable: This is {kind} and no file"
        assert said.count(line) == 1, said
    assert "remove it, rename it, or put a file in its place" in said
    assert not (site / "site").exists()


def test_a_folder_may_be_named_like_a_page(site: Path) -> None:
    for name in ("x.md", "products/p000/guide-77.md", "more.png"):
        (site / "docs" / name).mkdir()
    (site / "docs" / "x.md" / "in.md").write_text("# Within\n", "utf-8")
    code, said = run(site, "check")
    assert code == 0, said
    code, said = run(site, "build", "--no-index")
    assert code == 0, said
    assert (site / "site" / "x.md" / "in" / "index.html").is_file()


@pytest.mark.parametrize("command", ["check", "build"])
def test_names_that_no_address_can_hold_are_told(site: Path, command: str) -> None:
    bytes_, sign = "bytes that are not UTF-8", "a line break or another control sign"
    for name, shown, wrong in (
        (b"caf\xe9.md", r"caf\xe9.md", bytes_),
        (b"caf\xe9.png", r"caf\xe9.png", bytes_),
        (b"caf\xe9", r"caf\xe9", bytes_),
        (b"two\nlines.md", r"two\nlines.md", sign),
    ):
        path = site / "docs" / os.fsdecode(name)
        if path.suffix:
            path.write_text("# Coffee\n", "utf-8")
        else:
            path.mkdir()
        code, said = run(site, command)
        line = f"docs/{shown}:1:1: error file-name: The name of this file or folder holds {wrong}."
        assert (code, said.count(line)) == (1, 1), said
        assert "hint: rename it; letters may have accents" in said
        path.unlink() if path.suffix else path.rmdir()
    assert not (site / "site").exists()


def test_a_folder_that_may_not_be_read_is_told_and_not_taken_for_empty(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, scan = site / "docs" / "products", os.scandir

    def guarded(folder: str) -> object:
        if folder == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", folder)
        return scan(folder)

    monkeypatch.setattr("os.scandir", guarded)
    (problem,) = list_files(load_site(site)).problems
    assert problem.as_text() == (
        "docs/products:1:1: error file-unreadable: This folder cannot be read: Permission denied.\n"
        "    hint: whoever builds the site must be allowed to read it and all in it"
    )


def test_a_config_that_may_not_be_read_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: str, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr("carebase_plugins.engine.site.load_config", closed)
    with pytest.raises(UsageError, match=r"^mkdocs\.yml cannot be used: Permission denied\.$"):
        load_site(site)


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_lock_of_policies_that_cannot_be_read_is_told(site: Path, command: str) -> None:
    lock = site / "docs" / "warranty" / "policies.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    # Reading it fails as a worn disk does: Input/output error.
    lock.symlink_to("/proc/self/mem")
    code, said = run(site, command)
    assert code == 1
    assert (
        "docs/warranty/policies.lock:1:1: error file-unreadable: The file cannot be read:"
        " Input/output error.\n"
        "    hint: whoever builds the site must be allowed to read it; else put it back from a copy"
    ) in said
    assert "policy-unlocked" not in said
    code, said = run(site, "check", "--fix")
    assert code == 2
    assert "docs/warranty/policies.lock cannot be read: nothing was locked. Mend it first." in said

    lock.unlink()
    lock.mkdir()
    code, said = run(site, command)
    assert (code, said.count("policies.lock:1:1: error file-unreadable: This is a folder")) == (
        1,
        1,
    )


@pytest.mark.parametrize("command", ["check", "build"])
def test_texts_of_a_gigabyte_are_told_and_not_read(site: Path, command: str) -> None:
    for name in ("dump.md", "contact.yml"):
        with (site / "docs" / name).open("wb") as file:
            file.truncate(2**30)
    code, said = run(site, command)
    assert code == 1
    for name in ("dump.md", "contact.yml"):
        line = f"docs/{name}:1:1: error file-too-long: The file is too long for a text.\n"
        assert said.count(f"{line}    found: 1,073,741,824 bytes\n") == 1, said


def test_a_film_is_published_without_being_held_in_memory(site: Path) -> None:
    size = 2**29
    with (site / "docs" / "film.mp4").open("wb") as file:
        file.truncate(size)
    measured = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'carebase', 'build', '--no-index'], check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", measured], cwd=site, capture_output=True, text=True, check=True
    )
    assert (site / "site" / "film.mp4").stat().st_size == size
    assert int(done.stdout.splitlines()[-1]) < 0.7 * size


def test_names_may_be_of_any_script(site: Path) -> None:
    # Persian joins letters with a sign that is not printed; emoji do as well.
    for name in ("می‌خواهم", "👩‍🔧 help", "e\u0301te\u0301", "a\u00a0b"):
        (site / "docs" / f"{name}.md").write_text(f"# {name}\n", "utf-8")
    code, said = run(site, "build", "--no-index")
    assert code == 0, said
    assert (site / "site" / "می‌خواهم" / "index.html").is_file()


def test_a_pipe_that_is_left_out_is_not_opened(site: Path) -> None:
    os.mkfifo(site / "docs" / ".hidden.md")
    os.mkfifo(site / "docs" / "draft.md")
    with (site / "mkdocs.yml").open("a") as config:
        config.write("exclude_docs: draft.md\n")
    code, said = run(site, "build", "--no-index")
    assert code == 0, said


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    text, (problem,) = read_text(tmp_path, "docs/contact.yml")
    assert text == ""
    assert (problem.code, problem.file) == ("file-unreadable", "docs/contact.yml")
    assert "a folder and no file" in problem.message
