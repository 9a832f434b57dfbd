"""The proof of work: made by the endpoint, solved by the sender, and worth one submission."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import altcha
import pytest
from click.testing import CliRunner

from carebase.cli.inbox import command
from carebase.endpoint.challenge import COST, COUNTERS, LIFETIME, issue, read_proof
from carebase.endpoint.retention import RetentionJob
from carebase.endpoint.secret import Secret
from carebase.endpoint.service import Service
from carebase.endpoint.settings import Settings
from carebase.inbox.reasons import REASONS
from carebase.store import NewSubmission, Proof, Store, Unproven
from carebase.store.ids import new_id
from carebase.store.maintenance import upgrade as upgrade_database
from tests.kb.endpoint_site import Answer, Client, make_site, process, serving

SUPPORT = "/v1/forms/support-request"
FEEDBACK = "/v1/forms/page-feedback"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """A clock that a test sets; far from that of the machine."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[Client]:
    """An endpoint as it is where nothing is set."""
    with serving(make_site(tmp_path), now=clock, challenge="quarantine") as client:
        yield client


@pytest.fixture
def strict(tmp_path: Path, clock: Clock) -> Iterator[Client]:
    with serving(make_site(tmp_path), now=clock, challenge="required") as client:
        yield client


def challenge(client: Client, form: str = "support-request") -> dict[str, Any]:
    answer = client.get(f"/v1/challenge?form={form}")
    assert (200, "application/json") == (answer.status, answer.headers["content-type"])
    made: dict[str, Any] = answer.json
    return made


def solve(made: Mapping[str, Any]) -> str:
    """Do the work as any client of ALTCHA does it."""
    asked = altcha.Challenge.from_dict(dict(made))
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return altcha.Payload(asked, solution).to_base64()


def proof(client: Client, form: str = "support-request") -> str:
    return solve(challenge(client, form))


def outcome(client: Client, answer: Answer) -> tuple[str, list[str]]:
    """Give the state of what was stored, and the reasons for it."""
    assert 201 == answer.status, answer.text
    (row,) = [row for row in client.rows() if answer.json["ref"] == row["ref"]]
    (event,) = [one for one in client.rows("events") if row["id"] == one["submission_id"]]
    return row["state"], json.loads(event["data"]).get("reasons", [])


def test_a_challenge_is_for_one_form_and_an_hour(client: Client) -> None:
    answer = client.get("/v1/challenge?form=support-request")
    parameters = answer.json["parameters"]

    assert "no-store" == answer.headers["cache-control"]
    assert {"form": "support-request"} == parameters["data"]
    assert int((NOON + LIFETIME).timestamp()) == parameters["expiresAt"]
    assert ("PBKDF2/SHA-256", COST) == (parameters["algorithm"], parameters["cost"])
    assert 32 == len(parameters["keyPrefix"])
    assert parameters != challenge(client)["parameters"]
    assert [] == client.rows("challenges")


def test_which_form_must_be_said(client: Client) -> None:
    nameless, unknown = client.get("/v1/challenge"), client.get("/v1/challenge?form=nothing")

    assert (422, "A challenge is for one form: /v1/challenge?form=…") == (
        nameless.status,
        nameless.json["detail"],
    )
    assert [{"field": "form", "message": "Name the form that is to be sent."}] == (
        nameless.json["errors"]
    )
    assert (404, "There is no form `nothing`.") == (unknown.status, unknown.json["detail"])


def test_nothing_is_asked_where_it_is_off(tmp_path: Path) -> None:
    with serving(make_site(tmp_path), challenge="off") as client:
        asked = client.get("/v1/challenge?form=support-request")
        plain = outcome(client, client.post_json(SUPPORT, GOOD))
        junk = outcome(client, client.post_json(SUPPORT, GOOD | {"_proof": "x"}))

    assert (204, b"") == (asked.status, asked.body)
    assert [("received", [])] * 2 == [plain, junk]


def test_a_proof_is_received_and_counts_once(client: Client) -> None:
    solved = proof(client)
    first = client.post_json(SUPPORT, GOOD | {"_proof": solved}, key="one")
    second = client.post_json(SUPPORT, GOOD | {"_proof": solved, "name": "Eve"}, key="two")

    assert ("received", []) == outcome(client, first)
    assert ("quarantined", ["proof-reused"]) == outcome(client, second)
    assert 1 == len(client.rows("challenges"))
    assert "_proof" not in client.rows()[0]["values"]


def flawed(client: Client, clock: Clock) -> Iterator[tuple[str, str]]:
    """Give proofs that do not count, each with the reason."""
    made = challenge(client)
    parameters = made["parameters"]
    yield "", "proof-missing"
    yield proof(client, "page-feedback"), "proof-elsewhere"
    yield "not base64", "proof-forged"
    yield base64.b64encode(b"[1, 2]").decode(), "proof-forged"
    # Easier, longer good, for another form: none of it can be changed.
    for change in (
        {"keyPrefix": "00"},
        {"expiresAt": parameters["expiresAt"] + 1},
        {"data": {"form": "page-feedback"}},
    ):
        yield solve({**made, "parameters": parameters | change}), "proof-forged"
    theirs = issue(Secret("y" * 32), "support-request", clock())
    yield solve(theirs), "proof-forged"
    unsolved = {"challenge": made, "solution": {"counter": 3, "derivedKey": "00" * 32}}
    yield base64.b64encode(json.dumps(unsolved).encode()).decode(), "proof-forged"
    late = solve(made)
    clock.moment += LIFETIME
    yield late, "proof-expired"


def test_each_flaw_has_its_reason(client: Client, clock: Clock) -> None:
    found, wanted = [], []
    for text, reason in flawed(client, clock):
        body = GOOD | ({"_proof": text} if text else {})
        found.append(outcome(client, client.post_json(SUPPORT, body)))
        wanted.append(("quarantined", [reason]))

    assert wanted == found
    assert [] == client.rows("challenges")


def test_a_challenge_that_was_made_by_a_clock_ahead_counts_only_where_it_is_little(
    client: Client, clock: Clock
) -> None:
    found = []
    for ahead in (timedelta(minutes=50), timedelta(days=3650)):
        clock.moment += ahead
        solved = proof(client)
        clock.moment -= ahead
        found.append(outcome(client, client.post_json(SUPPORT, GOOD | {"_proof": solved})))

    assert [("received", []), ("quarantined", ["proof-expired"])] == found


def test_the_people_who_answer_see_why(client: Client, clock: Clock) -> None:
    solved = proof(client)
    refs = {"": client.post_json(SUPPORT, GOOD | {"_proof": solved}).json["ref"]}
    refs["proof-reused"] = client.post_json(SUPPORT, GOOD | {"_proof": solved}).json["ref"]
    for text, reason in flawed(client, clock):
        refs[reason] = client.post_json(SUPPORT, GOOD | {"_proof": text}).json["ref"]
    settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{client.database}", "COLUMNS": "100"}
    for reason, ref in refs.items():
        shown = CliRunner().invoke(command, ["show", ref], env=settings)
        assert 0 == shown.exit_code, shown.output
        said = f"in quarantine: {REASONS[reason]}" if reason else "received"
        assert said in shown.output
    with Store(f"sqlite:///{client.database}") as store:
        counted = store.count_quarantine(["support-request"]).by_reason
        none = store.count_quarantine(["page-feedback"]).by_reason

    assert {name for name in REASONS if name.startswith("proof-")} == set(counted)
    assert (7, 1) == (counted["proof-forged"], counted["proof-reused"])
    assert {} == none


def test_sending_again_needs_no_new_proof(client: Client) -> None:
    solved = proof(client)
    first = client.post_json(SUPPORT, GOOD | {"_proof": solved}, key="again")
    with_fresh = client.post_json(SUPPORT, GOOD | {"_proof": proof(client)}, key="again")
    with_none = client.post_json(SUPPORT, GOOD, key="again")
    with_same = client.post_json(SUPPORT, GOOD | {"_proof": solved}, key="again")
    other = client.post_json(SUPPORT, GOOD | {"name": "Eve", "_proof": solved}, key="again")

    assert [(201, first.json)] * 3 == [
        (answer.status, answer.json) for answer in (with_fresh, with_none, with_same)
    ]
    assert 422 == other.status
    assert (1, 1) == (len(client.rows()), len(client.rows("challenges")))
    assert "received" == client.rows()[0]["state"]


def test_a_required_proof_is_asked_for_in_one_sentence(strict: Client, clock: Clock) -> None:
    answer = strict.post_json(SUPPORT, GOOD | {"_lang": "de"}, key="k")

    assert (403, "application/problem+json") == (answer.status, answer.headers["content-type"])
    assert {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "This form needs a proof of work: no proof of work came with it, as from a"
        " browser without JavaScript. Solve a new challenge of /v1/challenge and send it again.",
        "errors": [
            {
                "field": "_proof",
                "message": "Unser Dienst konnte nicht sicherstellen, dass dies nicht von einem"
                " Programm kommt. Bitte senden Sie es noch einmal.",
            }
        ],
    } == answer.json
    assert [] == strict.rows()
    proven = strict.post_json(SUPPORT, GOOD | {"_lang": "de", "_proof": proof(strict)}, key="k")
    again = strict.post_json(SUPPORT, GOOD | {"_lang": "de"}, key="k")
    assert ("received", []) == outcome(strict, proven)
    assert (201, proven.json) == (again.status, again.json)


def test_where_it_is_required_every_flaw_is_refused(strict: Client, clock: Clock) -> None:
    used = proof(strict)
    strict.post_json(SUPPORT, GOOD | {"_proof": used})
    details = [strict.post_json(SUPPORT, GOOD | {"_proof": used}).json["detail"]]
    wanted = ["proof-reused"]
    for text, reason in flawed(strict, clock):
        answer = strict.post_json(SUPPORT, GOOD | {"_proof": text})
        assert 403 == answer.status
        details.append(answer.json["detail"])
        wanted.append(reason)

    assert all(REASONS[one] in said for one, said in zip(wanted, details, strict=True))
    assert 1 == len(strict.rows())


@pytest.mark.parametrize("mode", ["quarantine", "required"])
def test_a_person_without_javascript_is_never_dropped(tmp_path: Path, mode: str) -> None:
    with serving(make_site(tmp_path), challenge=mode) as client:
        answer = client.post_form(SUPPORT, GOOD)
        page = client.get(answer.headers["location"])
        (row,) = client.rows()
        (event,) = client.rows("events")

    assert (303, 200) == (answer.status, page.status)
    assert row["ref"] in page.words
    assert ("quarantined", {"reasons": ["proof-missing"]}) == (
        row["state"],
        json.loads(event["data"]),
    )


def test_mistakes_and_limits_use_nothing_up(tmp_path: Path, clock: Clock) -> None:
    site = make_site(tmp_path)
    with serving(site, now=clock, challenge="quarantine", rate_limits=True) as client:
        solved = proof(client)
        mistaken = client.post_json(SUPPORT, GOOD | {"email": "ana", "_proof": solved})
        for number in range(10):
            client.post_json(SUPPORT, GOOD | {"name": str(number)})
        busy = client.post_json(SUPPORT, GOOD | {"_proof": solved})
        used = client.rows("challenges")
        clock.moment += timedelta(minutes=3)
        taken = client.post_json(SUPPORT, GOOD | {"_proof": solved})

        assert (422, 429, []) == (mistaken.status, busy.status, used)
        assert ("received", []) == outcome(client, taken)


def test_one_of_several_processes_wins(tmp_path: Path) -> None:
    site, on = make_site(tmp_path), {"CAREBASE_CHALLENGE": "quarantine"}
    with process(site, settings=on) as (_, one), process(site, settings=on) as (_, two):
        proofs = [proof(one, "page-feedback") for _ in range(5)]

        def post(number: int) -> int:
            body = {"helpful": "yes", "_proof": proofs[number % 5]}
            return (one, two)[number % 2].post_json(FEEDBACK, body, key=f"key-{number}").status

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(post, range(40)))
        states = [row["state"] for row in one.rows()]

    assert {201} == set(statuses)
    assert (5, 35) == (states.count("received"), states.count("quarantined"))
    assert 5 == len(one.rows("challenges"))


def submission(proof: Proof) -> NewSubmission:
    made = new_id()
    return NewSubmission(
        id=made,
        form="demo",
        form_version="1",
        values={},
        token_hash=made,
        received_at=NOON,
        body_hash="",
        proof=proof,
    )


def test_two_processes_use_a_challenge_once(database: str) -> None:
    upgrade_database(database)
    good = [Proof(challenge=f"{number:064}", expires=NOON + LIFETIME) for number in range(20)]
    with Store(database) as one, Store(database) as two:
        # In opposite orders, so that each holds what the other is about to write.
        futures = [one.accept(submission(each)) for each in good]
        futures += [two.accept(submission(each)) for each in reversed(good)]
        states = [future.result(60).submission.state for future in futures]

    assert (20, 20) == (states.count("received"), states.count("quarantined"))


def test_what_is_refused_uses_nothing_up(database: str) -> None:
    upgrade_database(database)
    good = Proof(challenge="1" * 64, expires=NOON + LIFETIME, needed=True)
    with Store(database) as store:
        first = store.accept(submission(good)).result()
        with pytest.raises(Unproven) as told:
            store.accept(submission(good)).result()
        with pytest.raises(Unproven) as missing:
            store.accept(submission(Proof("proof-missing", needed=True))).result()
        rest = store.find_in_states(["demo"], ["received", "quarantined"])

    assert "received" == first.submission.state
    assert ("proof-reused", "proof-missing") == (told.value.reason, missing.value.reason)
    assert [first.submission] == rest


def test_expired_challenges_are_forgotten(database: str) -> None:
    upgrade_database(database)
    good = Proof(challenge="1" * 64, expires=NOON + LIFETIME)
    with Store(database) as store:
        store.accept(submission(good)).result()

        assert 0 == store.forget_challenges(NOON + LIFETIME - timedelta(seconds=1)).result()
        assert 1 == store.forget_challenges(NOON + LIFETIME).result()


def test_the_daily_job_forgets_them(tmp_path: Path, clock: Clock) -> None:
    settings = Settings(site=make_site(tmp_path), database_url=f"sqlite:///{tmp_path / 'c.db'}")
    service = Service(settings, now=clock)
    good = Proof(challenge="1" * 64, expires=NOON + LIFETIME)
    service.store.accept(submission(good)).result()
    clock.moment += timedelta(days=1)
    job = RetentionJob(service)
    job.start()
    end = time.monotonic() + 10
    kept = Client("", tmp_path / "c.db")
    while kept.rows("challenges") and time.monotonic() < end:
        time.sleep(0.02)
    job.stop()
    service.close()

    assert [] == kept.rows("challenges")


def test_the_work_has_an_end() -> None:
    """Every challenge has its solution among the counters that the handbook tells of."""
    secret = Secret("x" * 32)
    for _ in range(20):
        asked = altcha.Challenge.from_dict(issue(secret, "demo", NOON))
        solution = altcha.solve_challenge(asked)
        assert solution is not None
        assert COUNTERS[0] <= solution.counter <= COUNTERS[1]
        text = altcha.Payload(asked, solution).to_base64()
        assert "" == read_proof(secret, text, "demo", NOON).flaw
