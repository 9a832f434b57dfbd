"""What is noted of files while a page is made, with real files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
