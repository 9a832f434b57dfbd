"""How often one client may post: counted in the database, by the address that can be trusted."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from carebase.endpoint import limits
from carebase.endpoint.limits import network_of
from carebase.endpoint.secret import Secret
from carebase.store import Meter, Rate, Store, TooMany
from carebase.store.maintenance import upgrade as upgrade_database
from carebase.store.rates import charge
from carebase.store.tables import rates
from tests.kb.endpoint_site import Answer, Client, make_site, process, serving

SUPPORT = "/v1/forms/support-request"
FEEDBACK = "/v1/forms/page-feedback"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
ASKED = {"product": "brio", "bought": "2025-03-14", "country": "AT"}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> Watch:
    return Watch()


@pytest.fixture
def client(tmp_path: Path, clock: Watch) -> Iterator[Client]:
    with serving(make_site(tmp_path), now=clock, rate_limits=True) as client:
        yield client


@pytest.fixture
def proxied(tmp_path: Path, clock: Watch) -> Iterator[Client]:
    proxies = ("127.0.0.1", "10.0.0.0/8")
    site = make_site(tmp_path)
    with serving(site, now=clock, rate_limits=True, trusted_proxies=proxies) as client:
        yield client


def vote(client: Client, forwarded: str = "", note: str = "") -> Answer:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    body = {"helpful": "yes"} | ({"comment": note} if note else {})
    return client.post_json(FEEDBACK, body, headers=headers)


def test_ten_at_once_then_one_each_three_minutes(client: Client, clock: Watch) -> None:
    assert [201] * 10 == [vote(client).status for _ in range(10)]
    refused = vote(client)
    clock.pass_by(seconds=int(refused.headers["retry-after"]))
    later = [vote(client).status for _ in range(2)]
    clock.pass_by(seconds=179)
    short = vote(client)
    clock.pass_by(hours=1)

    assert (429, "application/problem+json") == (refused.status, refused.headers["content-type"])
    assert "180" == refused.headers["retry-after"]
    assert {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Too many requests have come from this address. Try again in 180 seconds.",
        "errors": [],
    } == refused.json
    assert [201, 429] == later
    assert ("1", "Try again in 1 second.") == (
        short.headers["retry-after"],
        short.json["detail"].partition(". ")[2],
    )
    assert [201] * 10 == [vote(client).status for _ in range(10)]
    assert 21 == len(client.rows())


def test_a_clock_that_is_set_back_shuts_nobody_out(client: Client, clock: Watch) -> None:
    clock.pass_by(hours=2)
    assert [201] * 10 == [vote(client).status for _ in range(10)]
    clock.pass_by(hours=-1)

    # What was paid for until an hour ahead is not waited for, and counting goes on.
    assert [201] * 10 + [429] == [vote(client).status for _ in range(11)]


def test_clocks_of_endpoints_that_differ_a_little_give_nothing_away(
    client: Client, clock: Watch
) -> None:
    assert [201] * 10 == [vote(client).status for _ in range(10)]
    clock.pass_by(minutes=-4)
    assert 429 == vote(client).status
    clock.pass_by(minutes=4)
    assert 429 == vote(client).status


def test_another_form_and_the_same_once_more_are_never_too_many(client: Client) -> None:
    first = client.post_json(FEEDBACK, {"helpful": "yes"}, key="first")
    for _ in range(9):
        vote(client)
    again = client.post_json(FEEDBACK, {"helpful": "yes"}, key="first")

    assert 429 == vote(client).status
    assert (201, first.json) == (again.status, again.json)
    assert 201 == client.post_json(SUPPORT, GOOD).status


def test_mistakes_do_not_count(client: Client) -> None:
    for _ in range(15):
        assert 422 == client.post_json(SUPPORT, {"topic": "fault"}).status

    assert 201 == client.post_json(SUPPORT, GOOD).status


def test_a_plain_post_keeps_what_was_written(client: Client) -> None:
    for _ in range(10):
        client.post_json(SUPPORT, GOOD)
    answer = client.post_form(SUPPORT, [*GOOD.items(), ("_lang", "de")])

    assert (429, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert "180" == answer.headers["retry-after"]
    assert "Bitte warten Sie etwas" in answer.words
    assert "Alles, was Sie eingegeben haben, steht noch hier." in answer.words
    assert ">\nIt hums.</textarea>" in answer.text
    assert 'value="ana@example.com"' in answer.text
    assert 'action="/v1/forms/support-request"' in answer.text
    assert 10 == len(client.rows())


def test_a_made_up_address_helps_nobody(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    limits._warn_of_proxy.cache_clear()
    with caplog.at_level(logging.WARNING, "carebase.endpoint"):
        statuses = [vote(client, f"203.0.113.{number}").status for number in range(12)]

    assert [201] * 10 + [429] * 2 == statuses
    assert [
        "Requests come through a proxy, but CAREBASE_TRUSTED_PROXIES is not set: all clients"
        " behind it are limited as one."
    ] == [record.getMessage() for record in caplog.records]


def test_behind_proxies_the_last_address_that_is_not_theirs_counts(proxied: Client) -> None:
    made_up = [vote(proxied, f"198.51.100.{n}, 203.0.113.9, 10.0.0.2").status for n in range(12)]
    another = vote(proxied, "203.0.113.9, 203.0.113.10")

    assert [201] * 10 + [429] * 2 == made_up
    assert 201 == another.status


def test_a_network_of_ipv6_counts_as_one_client(proxied: Client) -> None:
    own = [vote(proxied, f"2001:db8:1:2::{n:x}").status for n in range(12)]

    assert [201] * 10 + [429] * 2 == own
    assert 201 == vote(proxied, "2001:db8:1:3::1").status


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_what_counts_as_one_client(address: str, network: str) -> None:
    assert network == network_of(address)


def test_no_address_is_stored_and_keys_change_each_day(proxied: Client, clock: Watch) -> None:
    vote(proxied, "203.0.113.9")
    clock.pass_by(days=1)
    vote(proxied, "203.0.113.9")
    secret = Secret("x" * 32)
    keys = {
        secret.pseudonym(kind, what, day)
        for kind in ("a", "b")
        for what in ("c", "d")
        for day in (date(2026, 11, 21), date(2026, 11, 22))
    }

    assert 2 == len(proxied.rows("rates"))
    assert b"203.0.113.9" not in proxied.database.read_bytes()
    assert 8 == len(keys)


def test_warranty_checks_have_limits_of_their_own(client: Client, clock: Watch) -> None:
    def check() -> Answer:
        return client.post_json("/v1/warranty", ASKED)

    assert [200] * 30 == [check().status for _ in range(30)]
    refused = check()
    plain = client.post_form("/v1/warranty", ASKED | {"serial": "BR24100042"})

    assert (429, "30") == (refused.status, refused.headers["retry-after"])
    assert (429, "30") == (plain.status, plain.headers["retry-after"])
    assert "everything you entered is still here" in plain.words
    assert 'value="BR24100042"' in plain.text
    assert 422 == client.post_json("/v1/warranty", {"product": "nothing"}).status
    assert 201 == vote(client).status
    clock.pass_by(seconds=30)
    assert [200, 429] == [check().status, check().status]


def test_warranty_checks_end_for_the_day(
    client: Client, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOOK_UPS_A_DAY", Rate(40, timedelta(days=1)))
    statuses = []
    for _ in range(41):
        statuses.append(client.post_json("/v1/warranty", ASKED).status)
        clock.pass_by(minutes=1)
    refused = client.post_json("/v1/warranty", ASKED)
    until = MIDNIGHT - clock.moment
    clock.pass_by(seconds=until.total_seconds())

    assert [200] * 40 + [429] == statuses
    assert str(int(until.total_seconds())) == refused.headers["retry-after"]
    assert 200 == client.post_json("/v1/warranty", ASKED).status


def test_one_text_many_times_goes_to_quarantine(proxied: Client, clock: Watch) -> None:
    note = "Buy the finest pumps  from our shop, cheap, today"
    for number in range(8):
        written = note.upper() if number % 2 else note
        assert 201 == vote(proxied, f"203.0.113.{number}", written).status
    for number in range(8):
        vote(proxied, f"203.0.113.{number}", "Thank you!")
    rows = sorted(proxied.rows(), key=lambda row: str(row["id"]))
    event = next(one for one in proxied.rows("events") if one["kind"] == "quarantined")
    clock.pass_by(hours=1)
    vote(proxied, "203.0.113.1", note)

    assert ["received"] * 5 + ["quarantined"] * 3 == sorted(
        (row["state"] for row in rows if "Thank" not in row["values"]), reverse=True
    )
    assert {"received"} == {row["state"] for row in rows if "Thank" in row["values"]}
    assert {"reasons": ["repeated"]} == json.loads(event["data"])
    assert "received" == max(proxied.rows(), key=lambda row: str(row["received_at"]))["state"]


def test_several_processes_and_a_restart_count_together(tmp_path: Path) -> None:
    site, on = make_site(tmp_path), {"CAREBASE_RATE_LIMITS": "on"}
    with process(site, "--workers", "2", settings=on) as (_, client), ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: vote(client).status, range(16)))
    with process(site, settings=on) as (_, client):
        after = vote(client).status

    assert [201] * 10 + [429] * 6 == sorted(statuses)
    assert 429 == after


def test_500_posts_of_programs_are_stored_or_refused(proxied: Client) -> None:
    def post(number: int) -> Answer:
        sent = GOOD | {"message": f"Cheap pumps {number}", "_website": "https://example.com"}
        headers = {"X-Forwarded-For": f"203.0.113.{number % 25}"}
        return proxied.post_json(SUPPORT, sent, headers=headers)

    began = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(500)))
    took = time.monotonic() - began
    stored = {row["ref"]: row["state"] for row in proxied.rows()}

    assert {201: 250, 429: 250} == {
        status: sum(status == answer.status for answer in answers) for status in (201, 429)
    }
    refs = {answer.json["ref"] for answer in answers if 201 == answer.status}
    assert dict.fromkeys(refs, "quarantined") == stored
    assert took < 60


def meter(key: str = "k", at_once: int = 3, seconds: float = 60) -> Meter:
    return Meter(key, Rate(at_once, timedelta(seconds=seconds)), MIDNIGHT)


def test_a_charge_counts_on_all_meters_or_none(database: str) -> None:
    upgrade_database(database)
    with Store(database) as store:
        store.charge([meter("narrow", 1)], NOON).result()
        with pytest.raises(TooMany):
            store.charge([meter("broad", 2), meter("narrow", 1)], NOON).result()
        for _ in range(2):
            store.charge([meter("broad", 2)], NOON).result()
        with pytest.raises(TooMany) as told:
            store.charge([meter("broad", 2)], NOON + timedelta(seconds=0.1)).result()

    assert 60 == told.value.seconds


def test_two_processes_never_take_more_than_the_rate_says(database: str) -> None:
    upgrade_database(database)
    keys = ["a", "b", "c"]
    with Store(database) as one, Store(database) as two:
        futures = [
            store.charge([meter(key, 20, 600)], NOON)
            for _ in range(15)
            for store, order in ((one, keys), (two, keys[::-1]))
            for key in order
        ]
        failures = [future.exception(30) for future in futures]

    assert 60 == failures.count(None)
    assert 30 == sum(isinstance(failure, TooMany) for failure in failures)


def test_days_that_are_over_are_forgotten(database: str) -> None:
    upgrade_database(database)
    with Store(database) as store:
        store.charge([meter()], NOON).result()

        assert 0 == store.forget_rates(MIDNIGHT - timedelta(seconds=1)).result()
        assert 1 == store.forget_rates(MIDNIGHT).result()


@contextmanager
def memory_store() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        rates.create(connection)
        yield connection
    engine.dispose()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(0, 200), max_size=60), st.integers(1, 5), st.integers(1, 50))
def test_no_more_than_the_rate_says_in_any_span(
    steps: list[float], at_once: int, every: int
) -> None:
    """The bound that defines GCRA: in any span no more than a burst and what it has earned."""
    taken: list[datetime] = []
    now = NOON
    with memory_store() as connection:
        for step in steps:
            now += timedelta(seconds=int(step))
            try:
                charge(connection, [meter("k", at_once, every)], now)
            except TooMany as told:
                assert 0 < told.seconds <= every * at_once
            else:
                taken.append(now)
    for start, first in enumerate(taken):
        for end in range(start, len(taken)):
            span = (taken[end] - first).total_seconds()
            assert end - start + 1 <= at_once + span / every
