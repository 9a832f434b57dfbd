"""The short form of three endpoints behind nginx; `make chaos` runs the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.instances import kill_one_by_one
from tests.support import postgres
from tests.support.own_server import program


def test_clients_see_nothing_of_an_endpoint_that_is_killed(tmp_path: Path) -> None:
    program("nginx")
    if postgres.find() is None:
        (pytest.fail if postgres.is_required() else pytest.skip)(postgres.MISSING)
    outcome = kill_one_by_one(tmp_path, kills=3, every=3, seed=1)

    assert [] == list(outcome.faults())
    assert 3 == outcome.kills
    assert len(outcome.refs) > 30
