"""What is noted of files while a page is made, with real files."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

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


def test_where_python_looks_for_modules_is_nothing_of_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "carebase_a_module_of_a_test.py").write_text("VALUE = 1\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    with touched().noted() as noted:
        found = importlib.import_module("carebase_a_module_of_a_test")

    assert (1, False) == (found.VALUE, str(tmp_path) in noted)
