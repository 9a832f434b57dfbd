"""A form sent without JavaScript, then the way back, then sent again: one record, one receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carebase.store.maintenance import upgrade
from tests.kb.databases import read, write
from tests.kb.endpoint_site import Answer, Client, make_site, serving
from tests.kb.test_uploads import multipart
from tests.support import attacks

SUPPORT = "/v1/forms/support-request"
FEEDBACK = "/v1/forms/page-feedback"
GOOD = {
    "topic": "fault",
    "message": "It hums.",
    "name": "Ana Lind",
    "email": "ana@example.com",
    "_page": "support/",
    "_lang": "en",
}
CALL_BACK = """\
title: Call me back
fields:
  - {id: phone, type: phone, label: Telephone number}
  - {id: bill, type: file, label: Bill, limits: {max: 2, max_megabytes: 1}}
"""


class Watch:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@contextmanager
def house(folder: Path, watch: Watch, database: str, **settings: object) -> Iterator[Client]:
    folder.mkdir(exist_ok=True)
    site = make_site(folder, sources={"docs/forms/call-back.yml": CALL_BACK})
    with serving(site, watch, database_url=database, secret="s" * 40, **settings) as client:
        yield Client(client.address, client.database, database)


@pytest.fixture
def client(tmp_path: Path, watch: Watch, database: str) -> Iterator[Client]:
    upgrade(database)
    with house(tmp_path, watch, database) as client:
        yield client


def places(*answers: Answer) -> list[str]:
    """Give the pages that posts led to, each once."""
    assert {303} == {answer.status for answer in answers}
    return sorted({answer.headers["location"] for answer in answers})


def test_the_first_receipt_is_given_again_for_an_hour(client: Client, watch: Watch) -> None:
    first = client.post_form(SUPPORT, GOOD)
    watch.pass_by(minutes=59)
    again = client.post_form(SUPPORT, GOOD)

    assert 1 == len(places(first, again))
    assert 1 == len(client.rows())
    assert [1, 1] == [len(client.rows(one)) for one in ("submissions", "events")]
    assert "CB-" in client.get(places(first)[0]).words

    watch.pass_by(minutes=2)
    later = client.post_form(SUPPORT, GOOD)
    assert 2 == len(places(first, later))
    watch.pass_by(minutes=30)
    assert 2 == len(places(first, later, client.post_form(SUPPORT, GOOD)))
    assert 2 == len(client.rows())


@pytest.mark.parametrize(
    "other",
    [
        {"message": "It hums!"},
        {"email": "ben@example.com"},
        {"_page": "products/brio/"},
        {"phone": "+43 1 555 0142"},
    ],
    ids=str,
)
def test_what_differs_in_anything_is_another(client: Client, other: dict[str, str]) -> None:
    client.post_form(SUPPORT, GOOD)
    client.post_form(SUPPORT, GOOD | other)

    assert 2 == len(client.rows())


def test_sixteen_at_the_same_moment_at_two_endpoints_are_one(
    tmp_path: Path, watch: Watch, database: str
) -> None:
    upgrade(database)
    with ExitStack() as stack:
        both = [
            stack.enter_context(house(tmp_path / name, watch, database)) for name in ("one", "two")
        ]
        for number in range(3):
            body = GOOD | {"message": f"It hums, {number}."}
            with ThreadPoolExecutor(16) as pool:
                answers = list(
                    pool.map(
                        lambda one, body=body: both[one % 2].post_form(SUPPORT, body), range(16)
                    )
                )
            assert 1 == len(places(*answers))
            # What is known by the key of an hour ago is stored anew, and that once too.
            watch.pass_by(hours=2)
            with ThreadPoolExecutor(16) as pool:
                later = list(
                    pool.map(
                        lambda one, body=body: both[one % 2].post_form(SUPPORT, body), range(16)
                    )
                )
            assert 2 == len(places(*answers, *later))
            assert 2 * (number + 1) == len(both[0].rows())


def test_votes_that_name_nobody_are_never_one(client: Client) -> None:
    votes = [client.post_form(FEEDBACK, {"helpful": "yes", "_page": "x/"}) for _ in range(3)]

    assert 3 == len(places(*votes))
    assert 3 == len(client.rows())


def test_json_without_a_key_is_stored_each_time(client: Client) -> None:
    refs = {client.post_json(SUPPORT, GOOD).json["ref"] for _ in range(2)}

    assert 2 == len(refs)


def test_a_program_that_posts_plainly_gets_the_first_number(client: Client) -> None:
    asked = {"Accept": "application/json"}
    first, again = (client.post_form(SUPPORT, GOOD, asked) for _ in range(2))

    assert (201, first.json) == (again.status, again.json)


def test_the_same_from_another_network_is_another(tmp_path: Path, watch: Watch) -> None:
    """Whoever guesses what somebody wrote is not led to the page of that request."""
    database = f"sqlite:///{tmp_path / 'c.db'}"
    with house(tmp_path, watch, database, trusted_proxies=("127.0.0.1",)) as client:
        answers = [
            client.post_form(SUPPORT, GOOD, {"X-Forwarded-For": address})
            for address in ("192.0.2.7", "198.51.100.9", "192.0.2.7")
        ]

    assert 2 == len(places(*answers))


def test_what_was_taken_back_or_erased_is_sent_anew(client: Client) -> None:
    first = client.post_form(SUPPORT, GOOD)
    path = first.headers["location"]
    assert 303 == client.post_form(f"{path}/take-back", {}).status
    second = client.post_form(SUPPORT, GOOD)
    assert 2 == len(places(first, second))

    assert 200 == client.post_form(f"{second.headers['location']}/erase", {}).status
    third = client.post_form(SUPPORT, GOOD)
    assert 3 == len(places(first, second, third))
    assert ["received", "taken-back"] == sorted(row["state"] for row in client.rows())


def test_what_was_answered_is_sent_anew(client: Client) -> None:
    first = client.post_form(SUPPORT, GOOD)
    write(client.url, "UPDATE submissions SET state = 'done'")

    assert 2 == len(places(first, client.post_form(SUPPORT, GOOD)))


def test_what_waits_in_quarantine_is_not_there_twice(tmp_path: Path, watch: Watch) -> None:
    database = f"sqlite:///{tmp_path / 'c.db'}"
    with house(tmp_path, watch, database, challenge="quarantine", rate_limits=True) as client:
        # Of what is the same nothing is counted: the limit is 10 at once.
        answers = [client.post_form(SUPPORT, GOOD) for _ in range(12)]
        rows = client.rows()

    assert 1 == len(places(*answers))
    assert ["quarantined"] == [row["state"] for row in rows]


def call_back(client: Client, *files: bytes, phone: str = "+43 1 555 0142") -> Answer:
    sent = [("bill", "bill.pdf" if one[:4] == b"%PDF" else "bill.jpg", one) for one in files]
    body, headers = multipart([("phone", phone)] if phone else [], sent)
    return client.send("POST", "/v1/forms/call-back", body, headers)


@pytest.fixture
def with_files(tmp_path: Path, watch: Watch) -> Iterator[Client]:
    with house(tmp_path, watch, f"sqlite:///{tmp_path / 'c.db'}") as client:
        yield client


def test_files_are_compared_by_what_is_in_them(with_files: Client) -> None:
    client = with_files
    first = call_back(client, attacks.pdf(), attacks.jpeg())
    again = call_back(client, attacks.pdf(), attacks.jpeg())

    assert 1 == len(places(first, again))
    assert ["bill.pdf", "bill.jpg"] == json.loads(client.rows()[0]["values"])["bill"]
    # What came a second time is neither kept nor held against whoever sent it.
    names = {row["stored"] for row in client.rows("files")}
    (folder,) = {path.parent for path in client.database.parent.rglob("*") if path.name in names}
    assert (2, []) == (len(names), client.rows("uploads"))
    assert names == {path.name for path in folder.rglob("*") if path.is_file()}

    fewer = call_back(client, attacks.pdf())
    other = call_back(client, attacks.jpeg(), attacks.jpeg())
    assert 3 == len(places(first, again, fewer, other))


def test_files_without_a_sender_are_never_one(with_files: Client) -> None:
    answers = [call_back(with_files, attacks.pdf(), phone="") for _ in range(2)]

    assert 2 == len(places(*answers))


def test_nothing_that_was_written_stands_in_the_key(client: Client) -> None:
    client.post_form(SUPPORT, GOOD)
    (key,) = read(client.url, "SELECT idempotency_key FROM submissions")[0]

    assert ("same-", 69) == (key[:5], len(key))
