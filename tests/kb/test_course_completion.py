"""`course-completion`: a learner's word is kept as such, a graded result comes from the store."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carebase.training.words import digest
from tests.kb.endpoint_site import Answer, Client, clean_environment, make_site, serving
from tests.kb.exam import EXAM, ME, send

ACID, LEMON = digest("Citric acid"), digest("Lemon")
LIE = {"_course_version": "x", "_score": "100", "_points": "5/5", "_passed": "yes"}
ASKED = {
    "course": "Exam",
    "finished": "2026-11-20",
    "name": "Zoë O’Neil",
    "email": "zoe@firm.example",
    "_lang": "en",
}
LIST = ("course", "results", "exam")
SECOND = {
    "docs/courses/other/course.yml": "title: Other\ngrading: graded\nlessons: [01.md]\n",
    "docs/courses/other/01.md": "# O\n\n/// quiz\n\n### Is it [[red]]? {#red}\n\n///\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path, sources={**EXAM, **SECOND})


@pytest.fixture
def client(site: Path) -> Iterator[Client]:
    with serving(site) as client:
        yield client


def tell(client: Client, key: str = "", **context: str) -> Answer:
    return client.post_json("/v1/forms/course-completion", {**ASKED, **context}, key)


def stored(client: Client) -> dict[str, Any]:
    (row,) = client.rows()
    values: dict[str, Any] = json.loads(row["values"])
    return {name: value for name, value in values.items() if name.startswith("_")}


def everything(client: Client) -> str:
    """Read all tables, in whatever column something may stand."""
    connection = sqlite3.connect(client.database)
    try:
        dump = "\n".join(connection.iterdump())
    finally:
        connection.close()
    assert "attempt_answers" in dump
    return dump


def command(client: Client, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "carebase", *arguments],
        env={**clean_environment(), "CAREBASE_DATABASE_URL": f"sqlite:///{client.database}"},
        cwd=client.database.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


def test_the_result_of_a_self_check_is_kept_as_told(client: Client) -> None:
    told = {"_course": "care", "_course_version": "2026-11", "_score": "62.5", "_points": "5/8"}
    sent = tell(client, **told, _passed="yes", _grading="graded")

    assert 201 == sent.status
    # Nobody makes a result look graded.
    assert {**told, "_passed": "yes", "_grading": "self-check"} == stored(client)
    shown = command(client, "inbox", "show", sent.json["ref"])
    for said in ("62.5 %", "5 of 8 points", "Passed", "as the learner’s browser tells it"):
        assert said in shown


def test_of_a_graded_course_the_stored_result_counts(client: Client, site: Path) -> None:
    send(client, site, {"acid": [ACID], "acids": [LEMON]})
    (attempt,) = client.rows("attempts")
    sent = tell(client, **LIE, _course="exam", _attempt=ME)

    assert 201 == sent.status
    assert {
        "_course": "exam",
        "_course_version": attempt["course_version"],
        "_score": "50",
        "_points": "2.5/5",
        "_passed": "no",
        "_grading": "graded",
        "_attempt": attempt["id"][-8:],
    } == stored(client)
    assert ME not in everything(client)
    assert client.rows()[0]["id"] == client.rows("attempts")[0]["submission_id"]

    shown = command(client, "inbox", "show", sent.json["ref"])
    for said in ("50 %", "2.5 of 5 points", "Not passed yet", "graded by the endpoint"):
        assert said in shown
    assert "100" not in shown
    learners = command(client, *LIST).splitlines()
    (line,) = [line for line in learners if line.startswith(attempt["id"][-8:])]
    assert line.endswith(f"  {sent.json['ref']} Zoë O’Neil")


def test_a_name_is_no_formula(client: Client, site: Path) -> None:
    send(client, site, {"acid": [ACID]})
    sent = tell(client, _course="exam", _attempt=ME, name="=1+1")

    rows = list(csv.DictReader(io.StringIO(command(client, *LIST, "--format", "csv"))))
    assert [(sent.json["ref"], "'=1+1")] == [(row["ref"], row["name"]) for row in rows]
    found = json.loads(command(client, *LIST, "--format", "json"))["learners"]
    assert [(sent.json["ref"], "=1+1")] == [(one["ref"], one["name"]) for one in found]


def test_the_same_sent_again_is_one(client: Client, site: Path) -> None:
    send(client, site, {"acid": [ACID]})
    first = tell(client, "k1", _course="exam", _attempt=ME)
    # Answers that came in between change nothing of what has been sent.
    send(client, site, {"lime": ["lime"]})
    again = tell(client, "k1", _course="exam", _attempt=ME)

    assert (201, first.json) == (again.status, again.json)
    assert "40" == stored(client)["_score"]


@pytest.mark.parametrize(
    "context",
    [
        pytest.param({"_course": "other", "_attempt": ME}, id="another course"),
        pytest.param({"_course": "care", "_attempt": ME}, id="a course that is not graded"),
        pytest.param({"_attempt": ME}, id="no course"),
        pytest.param({"_course": "exam", "_attempt": "y" * 32}, id="no such attempt"),
        pytest.param({"_course": "exam", "_attempt": "x"}, id="no secret"),
        pytest.param({"_course": "exam"}, id="no attempt"),
    ],
)
def test_a_result_that_nobody_graded_is_refused(
    client: Client, site: Path, context: dict[str, str]
) -> None:
    send(client, site, {"acid": [ACID]})
    refused = tell(client, **LIE, **context)

    assert 422 == refused.status
    assert [
        {
            "field": "_attempt",
            "message": "Our service has no result of yours in this course: answer its questions"
            " first, then send again.",
        }
    ] == refused.json["errors"]
    assert [] == client.rows()
    assert ME not in everything(client)


def test_a_course_without_its_key_is_no_self_check(client: Client, site: Path) -> None:
    (site.parent / "site.private/courses/exam.json").unlink()
    with serving(site) as other:
        assert 422 == tell(other, **LIE, _course="exam").status


def test_a_form_without_a_course_says_nothing_of_a_result(client: Client) -> None:
    assert 201 == tell(client, **LIE).status
    assert {} == stored(client)


def test_a_score_is_a_number(client: Client) -> None:
    refused = tell(client, _course="care", _score="<b>all</b>")

    assert (422, ["_score"]) == (refused.status, [one["field"] for one in refused.json["errors"]])
