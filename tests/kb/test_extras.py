"""Commands that need more than `pip install carebase` brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.process import run_carebase


@pytest.mark.parametrize(
    ("command", "who"),
    [
        ("inbox", "The inbox needs"),
        ("inbox signals", "The inbox needs"),
        ("worker list", "The worker needs"),
        ("units export", "Units need"),
        ("db check", "The database needs"),
        ("course results exam", "The results need"),
        ("canary", "The canary needs"),
        ("endpoint", "The endpoint needs"),
        ("doctor", "The doctor needs"),
    ],
)
def test_a_command_names_what_is_not_installed(tmp_path: Path, command: str, who: str) -> None:
    missing = 'raise ImportError("There is no such module.", name="sqlalchemy")\n'
    (tmp_path / "sqlalchemy.py").write_text(missing, encoding="utf-8")

    env = {"PYTHONPATH": str(tmp_path), "CAREBASE_SITE": str(tmp_path)}
    done = run_carebase(*command.split(), cwd=tmp_path, env=env)

    assert (
        f"{who} sqlalchemy, which is not installed: pip install 'carebase[endpoint]'\n"
        == done.stderr
    )
    assert 2 == done.returncode
