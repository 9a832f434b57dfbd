"""`carebase course results`: what the endpoint stored, as a table, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carebase.training.words import digest
from tests.kb.endpoint_site import clean_environment, make_site, serving
from tests.kb.exam import EXAM, send

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ACID, VINEGAR = digest("Citric acid"), digest("Vinegar")
LEMON, COLA = digest("Lemon"), digest("Cola")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = make_site(tmp_path_factory.mktemp("results"), sources=EXAM)
    moments = iter(NOW + timedelta(minutes=number) for number in range(1000))
    one, other = ("a" * 32, "b" * 32)
    with serving(site, now=lambda: next(moments)) as client:
        send(client, site, {"acid": [VINEGAR]}, attempt=one)
        send(client, site, {"acid": [ACID], "lime": ["lime"], "acids": [LEMON]}, attempt=one)
        send(client, site, {"acid": [VINEGAR], "lime": ["sand"]}, attempt=other)
    yield f"sqlite:///{client.database}"


def results(address: str, *arguments: str, cwd: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "carebase", "course", "results", *arguments],
        env={**clean_environment(), "CAREBASE_DATABASE_URL": address},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_table_for_people(address: str, tmp_path: Path) -> None:
    code, said, wrong = results(address, "exam", cwd=tmp_path)

    assert (0, "") == (code, wrong)
    lines = re.sub(r"\b[0-9a-f]{8}  2026-11-22 \d\d:\d\d", "LEARNER", said).splitlines()
    assert [
        "exam: 2 attempts, 1 passed",
        "",
        "learner   last answer       answered    points  per cent",
        "LEARNER         2       0/5         0",
        "LEARNER         3     3.5/5        70  passed",
        "",
        "learners  right at once   right  per cent  question",
        "       2             0%     50%        50  acid",
        "       1             0%      0%        50  acids",
        "       2            50%     50%        50  lime",
    ] == lines


def test_rows_for_programs(address: str, tmp_path: Path) -> None:
    learners = results(address, "exam", "--format", "csv", cwd=tmp_path)[1]
    questions = results(address, "exam", "--format", "csv", "--by", "question", cwd=tmp_path)[1]
    found = json.loads(results(address, "exam", "--format", "json", cwd=tmp_path)[1])

    rows = list(csv.DictReader(io.StringIO(learners)))
    assert [("no", "0.0"), ("yes", "70.0")] == [(row["passed"], row["percent"]) for row in rows]
    rows = list(csv.DictReader(io.StringIO(questions)))
    assert {"question": "acid", "learners": "2", "tries": "3", "right_at_once": "0", "right": "1",
            "percent": "50.0"} == rows[0]  # fmt: skip
    assert ("exam", 2, 1) == (found["course"], found["attempts"], found["passed"])
    assert ["acid", "acids", "lime"] == [one["question"] for one in found["questions"]]
    assert 3.5 == found["learners"][1]["reached"]


def test_a_course_nobody_took(address: str, tmp_path: Path) -> None:
    code, said, wrong = results(address, "exams", cwd=tmp_path)

    assert (2, "") == (code, said)
    assert "There are no attempts at a course `exams`: did you mean `exam`?" in wrong
    missing = f"sqlite:///{tmp_path / 'none.db'}"
    code, said, wrong = results(missing, "exam", cwd=tmp_path)
    assert (2, "") == (code, said)
    assert "There is no database" in wrong
