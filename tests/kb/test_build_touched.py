"""What is noted of files while a page is made, with real files."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from carebase.build import touched as build_touched
from carebase.build.stamps import Stamps
from carebase.build.touched import LISTED, Touched


def touched() -> Touched:
    return Touched(Stamps())


def test_a_folder_that_is_listed_is_noted(tmp_path: Path) -> None:
    noting = touched()
    with noting.noted() as noted:
        assert [] == list(tmp_path.iterdir())

    assert noted[str(tmp_path)].startswith(LISTED)
    assert noting.hold(noted)
    (tmp_path / "new.md").write_text("")
    assert not noting.hold(noted)


def test_where_python_looks_for_modules_is_nothing_of_a_page(tmp_path: Path) -> None:
    (tmp_path / "carebase_a_module_of_a_test.py").write_text("VALUE = 1\n")
    program = """
import os
import sys

from carebase.build.stamps import Stamps
from carebase.build.touched import Touched

folder = sys.argv[1]
sys.path.insert(0, folder)
with Touched(Stamps()).noted() as noted:
    import carebase_a_module_of_a_test
assert folder not in noted, noted
with Touched(Stamps()).noted() as noted:
    os.listdir(folder)
assert folder in noted, noted
"""
    # Other programs in one process, such as pytest, look for modules in ways of their own.
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60
    )

    assert (0, "") == (done.returncode, done.stderr)


def test_noting_may_end_while_another_thread_lists_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As what watches the files of a large site does, when the last page has been made.
    begun, ended = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def slow() -> bool:
        begun.set()
        return not ended.wait(10)

    def look() -> None:
        try:
            list(tmp_path.iterdir())
        except BaseException as error:
            failed.append(error)

    monkeypatch.setattr(build_touched, "_imports", slow)
    other = threading.Thread(target=look)
    with touched().noted():
        other.start()
        assert begun.wait(10)
    ended.set()
    other.join()

    assert [] == failed
