"""The loss test in small, on both databases; `make chaos` runs it with 200 kills."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.storm import Storm
from tests.support.process import run_carebase

KILLS = 6


def test_nothing_acknowledged_is_lost_and_nothing_comes_twice(
    database: str, tmp_path: Path
) -> None:
    run_carebase("db", "upgrade", env={"CAREBASE_DATABASE_URL": database})
    verdict = Storm(tmp_path, database, KILLS, seed=3).run()

    assert [] == verdict.faults, verdict.figures
    assert int(verdict.figures["submissions acknowledged"]) > KILLS
