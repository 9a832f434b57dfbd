"""Graded courses at the endpoint: answers are graded, stored once, counted, told when due."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from carebase.store import KeyReused, Store, TooMany
from carebase.store.attempts import NewAnswer, NewAnswers, OtherCourse, UsedUp
from carebase.store.maintenance import upgrade as upgrade_database
from carebase.store.rates import Meter, Rate
from carebase.training.grading import Score, total
from carebase.training.words import digest
from tests.kb.endpoint_site import Client, make_site, process, run_endpoint, serving, wait_until
from tests.kb.exam import EXAM, ME, PATH, send, versions

ACID, VINEGAR = digest("Citric acid"), digest("Vinegar")
LEMON, COLA, SOAP = digest("Lemon"), digest("Cola"), digest("Soap")
OTHER = "you-0123456789-0123456789-012345"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path, sources=EXAM)


@pytest.fixture
def client(site: Path) -> Iterator[Client]:
    with serving(site) as client:
        yield client


def drawn(client: Client, site: Path) -> str:
    """Give the question of the pool that this learner is asked."""
    answers = [send(client, site, {name: ["9"]}, "probe") for name in ("bar", "hot")]
    (found,) = [one.json["results"][0]["question"] for one in answers if one.status == 201]
    return str(found)


def test_answers_are_graded_and_told(client: Client, site: Path) -> None:
    wrong = send(client, site, {"acid": [VINEGAR]})

    assert 201 == wrong.status
    assert "no-store" == wrong.headers["cache-control"]
    assert {
        "course": "exam",
        "results": [
            {
                "question": "acid",
                "version": versions(site)["acid"],
                "right": False,
                "share": "0/1",
                "points": "2/1",
                "attempts": 1,
                "left": 1,
                "feedback": ["<p>It attacks the seals.</p>"],
                "explanation": "",
            }
        ],
        "answered": 1,
        "asked": 4,
        "score": {"reached": "0/1", "possible": "5/1", "percent": "0"},
        "mark": 60,
        "passed": False,
    } == wrong.json

    right = send(client, site, {"acid": [ACID], "lime": ["LIME."], "acids": [LEMON]}).json
    assert [True, True, False] == [one["right"] for one in right["results"]]
    assert ["1/1", "1/1", "1/2"] == [one["share"] for one in right["results"]]
    assert [0, 0, None] == [one["left"] for one in right["results"]]
    assert "<p>Acids dissolve lime.</p>" == right["results"][0]["explanation"]
    assert {"reached": "7/2", "possible": "5/1", "percent": "70"} == right["score"]
    assert right["passed"]


def test_the_explanation_waits_for_the_last_attempt(client: Client, site: Path) -> None:
    first, last = (send(client, site, {"acid": [VINEGAR]}).json for _ in range(2))

    assert "" == first["results"][0]["explanation"]
    assert "<p>Acids dissolve lime.</p>" == last["results"][0]["explanation"]
    again = send(client, site, {"acid": [ACID]})
    assert 422 == again.status
    assert [
        {"field": "acid", "message": "You have no attempts left for this question."}
    ] == again.json["errors"]
    assert "0/1" == send(client, site, {}).json["score"]["reached"]


def test_nothing_is_stored_of_what_cannot_be_taken_whole(client: Client, site: Path) -> None:
    send(client, site, {"lime": ["sand"]})
    refused = send(client, site, {"acid": [ACID], "lime": ["lime"]})

    assert (422, ["lime"]) == (refused.status, [one["field"] for one in refused.json["errors"]])
    assert ["lime"] == [row["question"] for row in client.rows("attempt_answers")]


def test_the_same_key_counts_once(client: Client, site: Path) -> None:
    first = send(client, site, {"lime": ["sand"]}, "k1")
    again = send(client, site, {"lime": ["sand"]}, "k1")
    other = send(client, site, {"lime": ["lime"]}, "k1")

    assert (201, first.json) == (again.status, again.json)
    assert 422 == other.status
    assert "This Idempotency-Key has already been used" in other.json["detail"]
    assert 201 == send(client, site, {"lime": ["lime"]}, "k1", OTHER).status
    assert 2 == len(client.rows("attempt_answers"))


def test_no_answers_ask_for_the_result(client: Client, site: Path) -> None:
    before = send(client, site, {})
    send(client, site, {"acid": [ACID]})
    after = send(client, site, {})

    assert (200, [], 0) == (before.status, before.json["results"], before.json["answered"])
    assert (200, 1) == (after.status, after.json["answered"])
    assert ["acid"] == [one["question"] for one in after.json["results"]]
    assert 1 == len(client.rows("attempts"))


def test_a_pool_is_drawn_by_the_attempt(client: Client, site: Path) -> None:
    mine = drawn(client, site)
    other = "hot" if mine == "bar" else "bar"
    refused = send(client, site, {other: ["93"]})

    assert 422 == refused.status
    assert (
        "This question is not among those drawn for this attempt."
        == (refused.json["errors"][0]["message"])
    )


BAD: dict[str, tuple[Any, int, str, str]] = {
    "no object": ([], 422, "", "Answers are one JSON object with `attempt` and `answers`."),
    "no secret": ({"answers": []}, 422, "attempt", "An attempt is named by 32 letters"),
    "short secret": ({"attempt": "x", "answers": []}, 422, "attempt", "An attempt is named by 32"),
    "no list": ({"attempt": ME, "answers": {}}, 422, "answers", "Answers are a list of up to 500."),
    "further key": ({"attempt": ME, "answers": [], "score": 1}, 422, "score", "Only `attempt`,"),
    "no answer": ({"attempt": ME, "answers": [1]}, 422, "answers", "An answer has `question`,"),
    "unknown question": (
        {"attempt": ME, "answers": [{"question": "no", "version": "v", "given": ["x"]}]},
        *(422, "answers", "There is no question `no` in this course."),
    ),
    "older words": (
        {"attempt": ME, "answers": [{"question": "lime", "version": "v", "given": ["x"]}]},
        *(422, "lime", "This question was updated, please answer again."),
    ),
    "older words, in German": (
        {
            "attempt": ME,
            "answers": [{"question": "lime", "version": "v", "given": ["x"]}],
            "_lang": "de",
        },
        *(422, "lime", "Diese Frage wurde aktualisiert, bitte antworten Sie noch einmal."),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_taken_is_told(client: Client, name: str) -> None:
    body, status, field, message = BAD[name]
    answer = client.post_json(PATH, body)

    assert (status, "application/problem+json") == (answer.status, answer.headers["content-type"])
    (error,) = answer.json["errors"]
    assert field == error["field"]
    assert error["message"].startswith(message)
    assert [] == client.rows("attempts")


@pytest.mark.parametrize("given", [[], [""] * 101, ["x" * 501], "lime", [1]])
def test_an_answer_has_a_size(client: Client, site: Path, given: Any) -> None:
    answer = send(client, site, {"lime": given})

    assert 422 == answer.status
    assert "`given` is a list of 1 to 100 texts" in answer.json["errors"][0]["message"]


def test_a_question_is_answered_once_at_once(client: Client, site: Path) -> None:
    one = {"question": "lime", "version": versions(site)["lime"], "given": ["lime"]}
    answer = client.post_json(PATH, {"attempt": ME, "answers": [one, one]})

    assert (422, "lime") == (answer.status, answer.json["errors"][0]["field"])


def test_other_requests_are_refused_as_everywhere(client: Client) -> None:
    body = json.dumps({"attempt": ME, "answers": []})
    origin = {"Content-Type": "application/json", "Origin": "https://elsewhere.example"}

    assert 404 == client.post_json("/v1/courses/none/attempts", {}).status
    assert 405 == client.get(PATH).status
    assert 403 == client.send("POST", PATH, body, origin).status
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        refused = client.send("POST", PATH, body, {"Content-Type": kind})
        assert (415, 415) == (refused.status, refused.json["status"])
    assert 400 == client.send("POST", PATH, "{", {"Content-Type": "application/json"}).status
    long = json.dumps({"attempt": ME, "answers": [], "x": "y" * 100_000})
    assert 413 == client.send("POST", PATH, long, {"Content-Type": "application/json"}).status


def test_one_learner_answers_only_so_often(site: Path) -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    with serving(site, now=lambda: now, rate_limits=True) as client:
        statuses = [send(client, site, {"acids": [SOAP]}).status for _ in range(61)]
        asked = send(client, site, {})

    assert [201] * 60 + [429] == statuses
    # The result is always told.
    assert (200, 1) == (asked.status, asked.json["answered"])


def test_a_missing_key_is_told_to_everyone(site: Path) -> None:
    (site.parent / "site.private/courses/exam.json").unlink()
    with process(site) as (ran, client):
        answer = client.post_json(PATH, {"attempt": ME, "answers": []})
        ready = client.get("/readyz")
        assert ran.stdout is not None
        said = ran.stdout.readline()

    told = "The course `exam` is graded, and its key is missing in the private folder"
    assert (503, "The course `exam` cannot be graded: its key is not on the server.") == (
        *(answer.status, answer.json["detail"]),
    )
    assert (200, "ready") == (ready.status, ready.json["status"])
    assert ready.json["notices"][0].startswith(told)
    assert said.startswith(told)


@pytest.mark.parametrize("text", ["{}", "[]", "{", '{"id": "exam", "questions": 3}'])
def test_a_damaged_key_stops_the_endpoint(site: Path, text: str) -> None:
    (site.parent / "site.private/courses/exam.json").write_text(text, "utf-8")
    ended = run_endpoint("--port", "0", cwd=site.parent, settings={"CAREBASE_SITE": str(site)})

    assert 2 == ended.returncode
    assert "Build the site again." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_words_that_changed_keep_the_points_and_are_asked_again(tmp_path: Path) -> None:
    site = make_site(tmp_path, sources=EXAM)
    with serving(site) as client:
        send(client, site, {"lime": ["lime"]})
    page = EXAM["docs/courses/exam/01.md"].replace("Scale is made of", "Scale consists of")
    site = make_site(tmp_path, sources={**EXAM, "docs/courses/exam/01.md": page})
    with serving(site) as client:
        kept = send(client, site, {}).json
        again = send(client, site, {"lime": ["sand"]}).json

    assert ("1/1", 1) == (kept["score"]["reached"], kept["results"][0]["left"])
    assert kept["results"][0]["version"] != versions(site)["lime"]
    assert ("0/1", 0) == (again["score"]["reached"], again["results"][0]["left"])


def test_answers_survive_the_end_of_the_process(site: Path) -> None:
    with process(site) as (ran, client):
        assert 201 == send(client, site, {"acid": [ACID]}, "k").status
        ran.kill()
    with process(site) as (_, client):
        again = send(client, site, {"acid": [ACID]}, "k")
        now = send(client, site, {"lime": ["lime"]})

    assert (201, 1) == (again.status, again.json["results"][0]["attempts"])
    assert {"reached": "3/1", "possible": "5/1", "percent": "60"} == now.json["score"]
    assert now.json["passed"]


def test_the_database_knows_no_secret_and_no_address(client: Client, site: Path) -> None:
    send(client, site, {"acid": [ACID]})
    database = sqlite3.connect(f"file:{client.database}?mode=ro", uri=True)
    dump = "\n".join(database.iterdump())
    database.close()

    assert ME not in dump
    assert "127.0.0.1" not in dump


def test_attempts_are_deleted_when_the_course_says_so(site: Path) -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    with serving(site, now=lambda: now) as client:
        send(client, site, {"acid": [ACID]})
    later = now + timedelta(days=732)
    with serving(site, now=lambda: later) as client:
        wait_until(lambda: not client.rows("attempts"))
        assert [] == client.rows("attempt_answers")
        assert 0 == send(client, site, {}).json["answered"]


# The store, on each kind of database.


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    upgrade_database(database)
    with Store(database) as store:
        yield store


NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def weigh(shares: Any) -> Score:
    return total((Fraction(1), shares.get(name, Fraction(0))) for name in ("a", "b"))


def new(*shares: tuple[str, str], key: str = "k", **more: Any) -> NewAnswers:
    answers = tuple(
        NewAnswer(name, "v1", ("größe",), Fraction(share), more.get("limit"))
        for name, share in shares
    )
    more.pop("limit", None)
    known = {"token_hash": "t", "course": "c", "course_version": "1", "mark": 50, "at": NOW}
    return NewAnswers(
        **{**known, "answers": answers, "weigh": weigh, "key": key, "body_hash": "h", **more}
    )


def test_an_attempt_adds_up(store: Store) -> None:
    first = store.take_answers(new(("a", "1/3"))).result()
    later = NOW + timedelta(hours=1)
    second = store.take_answers(new(("b", "2/3"), key="k2", at=later)).result()
    third = store.take_answers(new(("a", "0"), key="k3", at=later)).result()

    assert (Fraction(1, 3), None) == (first.attempt.score.reached, first.attempt.passed_at)
    assert (Fraction(1), later) == (second.attempt.score.reached, second.attempt.passed_at)
    assert (Fraction(2, 3), False) == (third.attempt.score.reached, third.attempt.passed)
    assert 2 == third.answers["a"].attempts
    found = store.find_standing("t")
    assert found is not None
    assert third.attempt == found.attempt
    assert store.find_standing("nobody") is None


def test_what_is_stored_once_stays_so(store: Store) -> None:
    store.take_answers(new(("a", "1"), limit=1)).result()
    assert store.take_answers(new(("a", "1"), limit=1)).result().again
    with pytest.raises(KeyReused):
        store.take_answers(new(("a", "1"), body_hash="other")).result()
    with pytest.raises(UsedUp) as told:
        store.take_answers(new(("b", "1"), ("a", "1"), key="k2", limit=1)).result()
    with pytest.raises(OtherCourse):
        store.take_answers(new(("a", "1"), key="k3", course="d")).result()
    assert ("a",) == told.value.questions
    standing = store.find_standing("t")
    assert standing is not None
    assert {"a"} == set(standing.answers)


def test_only_so_many_begin(store: Store) -> None:
    meters = (Meter("m", Rate(1, timedelta(minutes=1)), NOW + timedelta(days=1)),)
    store.take_answers(new(("a", "1"), starting=meters)).result()
    store.take_answers(new(("b", "1"), starting=meters, key="k2")).result()
    with pytest.raises(TooMany):
        store.take_answers(new(("a", "1"), starting=meters, token_hash="u")).result()


def test_many_at_once_answer_one_question_once(database: str) -> None:
    upgrade_database(database)
    with Store(database) as one, Store(database) as other:
        futures = [
            store.take_answers(new(("a", "1"), key=f"k{number}{name}", limit=1))
            for number in range(20)
            for name, store in (("a", one), ("b", other))
        ]
        failures = [future.exception() for future in futures]
        standing = one.find_standing("t")

    assert 39 == sum(isinstance(one, UsedUp) for one in failures), failures
    assert standing is not None
    assert 1 == standing.answers["a"].attempts


def test_old_attempts_are_deleted_with_their_answers(store: Store) -> None:
    store.take_answers(new(("a", "1"))).result()
    store.take_answers(new(("a", "1"), token_hash="u", at=NOW + timedelta(days=9))).result()

    assert 0 == store.delete_older_attempts("d", NOW + timedelta(days=5)).result()
    assert 1 == store.delete_older_attempts("c", NOW + timedelta(days=5)).result()
    assert store.find_standing("t") is None
    assert store.find_standing("u") is not None
