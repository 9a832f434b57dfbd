"""A command ends at once when its work is done, and still as a process should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HOOK = """\
import atexit
from pathlib import Path

def on_post_build(config):
    atexit.register(lambda: Path("told").write_text("the end"))
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Write a site of one page."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Help\n\nHow to go on.\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Help\nsite_url: https://help.example/\ntheme:\n  name: material\n"
        "plugins: [carebase-catalog, carebase-articles]\n",
        "utf-8",
    )
    return tmp_path


def run(site: Path, *words: str, stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a site's folder, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "carebase", *words],
        cwd=site,
        text=True,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )


def test_what_asked_to_be_told_of_the_end_is_told(site: Path) -> None:
    (site / "hook.py").write_text(HOOK, "utf-8")
    with (site / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("hooks: [hook.py]\n")
    built = run(site, "build")
    assert built.returncode == 0, built.stderr
    assert built.stdout.splitlines()[-1].startswith("Built ")
    assert (site / "told").read_text() == "the end"


def test_codes_are_those_of_the_command(site: Path) -> None:
    assert run(site, "check").returncode == 0
    (site / "docs" / "index.md").write_text("# Help\n\nSee [more](more.md).\n", "utf-8")
    checked = run(site, "check")
    assert checked.returncode == 1
    assert "docs/index.md:3" in checked.stdout
    assert run(site, "build", "--no-such-option").returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("command", ["build", "check"])
def test_output_that_nobody_takes_is_one_sentence(site: Path, command: str) -> None:
    (site / "docs" / "index.md").write_text("# Help\n\nSee [more](more.md).\n", "utf-8")
    with Path("/dev/full").open("w") as full:
        ended = run(site, command, stdout=full.fileno())
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == "No more can be written: No space left on device."
    assert "Traceback" not in ended.stderr


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    command = 'rmdir "$PWD" && exec "$0" -m carebase check'
    ended = subprocess.run(
        ["sh", "-c", command, sys.executable], cwd=folder, capture_output=True, text=True
    )
    said = "The folder that you are in has been deleted: go to another one.\n"
    assert (2, said) == (ended.returncode, ended.stderr)


def test_whoever_reads_the_output_may_leave(site: Path) -> None:
    lines = "".join(f"See [more {number}](more-{number}.md).\n\n" for number in range(2000))
    (site / "docs" / "index.md").write_text(f"# Help\n\n{lines}", "utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "carebase", "check"],
        cwd=site,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"docs/index.md:")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
