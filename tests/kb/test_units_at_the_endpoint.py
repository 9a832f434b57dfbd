"""Units and registrations as the warranty check and the registration form know them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carebase.endpoint.app import create_app
from carebase.endpoint.server import run_in_thread
from carebase.endpoint.settings import Settings
from carebase.store.inbox import Inbox
from carebase.store.maintenance import upgrade
from tests.kb.databases import read, write
from tests.kb.endpoint_site import Answer, Client, make_site

CHECK = "/v1/warranty"
REGISTER = "/v1/forms/product-registration"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SOURCES = {
    "docs/warranty/policies/brio@2.yml": (
        "{id: brio, version: 2, start: [delivered, purchased, {of: made, plus_days: 90}],"
        " coverages: [{id: body, months: 24, on_registration: {within_days: 60, months: 36}}]}"
    )
}
PERSON = {"name": "Ana Lind", "email": "ana@example.org"}


@pytest.fixture
def address(database: str) -> str:
    upgrade(database)
    return database


@pytest.fixture
def client(address: str, tmp_path: Path) -> Iterator[Client]:
    settings = Settings(
        site=make_site(tmp_path, sources=SOURCES),
        database_url=address,
        secret="s" * 32,
        rate_limits=False,
        challenge="off",
    )
    running = run_in_thread(create_app(settings, now=lambda: NOW), settings=settings)
    try:
        yield Client(running.address, tmp_path)
    finally:
        running.stop()


def add_unit(address: str, serial: str, model: str = "brio-x2", **columns: Any) -> None:
    """Add a unit of the maker's as another program would."""
    number = {"brio-x1": 1, "brio-x2": 2}[model]
    write(
        address,
        f"INSERT INTO unit_models VALUES ({number}, 'brio', '{model}') ON CONFLICT DO NOTHING",
    )
    names = ", ".join(("serial", "model_id", "stated", *columns))
    values = ", ".join(map(repr, (serial, number, 0, *columns.values())))
    write(address, f"INSERT INTO units ({names}) VALUES ({values})")


def check(client: Client, serial: str, **more: Any) -> Any:
    answer = client.post_json(CHECK, {"product": "brio", "serial": serial, **more})
    assert 200 == answer.status
    return answer.json


def body_of(verdict: Any) -> tuple[str, str]:
    """Give the day from which the one coverage counts, and its last one."""
    return verdict["start"]["date"], verdict["coverages"][0]["until"]


def register(client: Client, serial: str, bought: str, **more: Any) -> Answer:
    sent = {"product": "brio", "serial": serial, "bought": bought, **PERSON, **more}
    answer = client.post_json(REGISTER, sent)
    assert 201 == answer.status
    return answer


def test_the_units_own_days_policy_and_model_count(client: Client, address: str) -> None:
    add_unit(address, "BR26100042", delivered=20260401, purchased=20260329)
    add_unit(address, "BR26100043", "brio-x1", purchased=20260300, policy="brio@1")

    assert ("2026-04-01", "2028-04-01") == body_of(check(client, "br26 10-0042"))
    assert ("2026-04-01", "2028-04-01") == body_of(
        check(client, "BR26100042", bought="2026-10-01", delivered="2026-10-02")
    )
    own = check(client, "BR26100043", model="brio-x2")
    assert ("brio@1", "2026-03-31", "estimated") == (
        own["policy"],
        own["start"]["date"],
        own["start"]["certainty"],
    )


def test_a_serial_of_two_models_is_known_only_with_the_model(client: Client, address: str) -> None:
    add_unit(address, "BR26100042", "brio-x1", purchased=20260301)
    add_unit(address, "BR26100042", "brio-x2", purchased=20260401)

    assert "made" == check(client, "BR26100042")["start"]["from"]
    assert "2026-03-01" == body_of(check(client, "BR26100042", model="brio-x1"))[0]
    assert "2026-04-01" == body_of(check(client, "BR26100042", model="brio-x2"))[0]


def test_a_registration_extends_what_the_next_check_says(client: Client, address: str) -> None:
    add_unit(address, "BR26100042", shipped=20260920)
    register(client, "br2610 0042", "2026-10-01")

    assert ("2026-10-01", "2029-10-01") == body_of(check(client, "BR26100042"))
    assert ("2026-10-03", "2029-10-03") == body_of(
        check(client, "BR26100042", delivered="2026-10-03")
    )
    assert [(5, 20261121, 1), (3, 20261001, 1)] == read(
        address, "SELECT kind, on_day, stated FROM unit_events ORDER BY number"
    )


@pytest.mark.parametrize("serial", ["BR2610042", "BR26540042", "BR27100042", "none"])
def test_who_registers_what_can_never_count_is_told(
    client: Client, address: str, serial: str
) -> None:
    answer = register(client, serial, "2026-10-01")

    promise = answer.json["promise"]
    assert promise.startswith("This does not look like a serial number of Brio.")
    assert promise.endswith(" If the label says exactly this, please write to us.")
    page = client.get(answer.json["status_url"], {"Accept": "text/html"})
    assert promise in page.words
    assert "counts from today" not in page.words
    # A person can look at it; the register knows nothing of it.
    assert [(0,)] == read(address, "SELECT count(*) FROM units")
    assert [(1,)] == read(address, "SELECT count(*) FROM submissions")


def test_who_registers_what_counts_is_promised_it(client: Client) -> None:
    answer = register(client, "BR26100042", "2026-10-01")

    assert answer.json["promise"].startswith("Your registration counts from today")
    page = client.get(answer.json["status_url"], {"Accept": "text/html"})
    assert answer.json["promise"] in page.words


def test_the_customer_is_told_in_the_language_of_the_form(client: Client) -> None:
    promise = register(client, "BR2610042", "2026-10-01", _lang="de").json["promise"]

    assert "Steht es genau so auf dem Etikett, schreiben Sie uns bitte." in promise


def test_a_late_registration_extends_nothing(client: Client) -> None:
    register(client, "BR26100042", "2026-04-01")

    assert ("2026-04-01", "2028-04-01") == body_of(check(client, "BR26100042"))


def test_the_makers_day_is_not_overwritten(client: Client, address: str) -> None:
    add_unit(address, "BR26100042", purchased=20260929)
    register(client, "BR26100042", "2026-11-20")

    assert ("2026-09-29", "2029-09-29") == body_of(check(client, "BR26100042"))
    assert [(20260929,)] == read(address, "SELECT purchased FROM units")


def test_an_unknown_serial_number_registers_too(client: Client, address: str) -> None:
    register(client, "BR26100042", "2026-10-01")

    assert ("2026-10-01", "2029-10-01") == body_of(check(client, "BR26100042"))
    assert ("2026-10-01", "2029-10-01") == body_of(check(client, "BR26100042", model="brio-x1"))
    assert [("BR26100042", "", 1, None)] == read(
        address,
        "SELECT serial, model, stated, purchased FROM units JOIN unit_models ON id = model_id",
    )


def test_only_the_first_registration_counts_and_the_second_does_not_tell(
    client: Client, address: str
) -> None:
    first = register(client, "BR26100042", "2026-10-01")
    second = register(client, "BR26100042", "2026-11-20")
    unknown = register(client, "BR26100043", "2026-10-01")

    assert ("2026-10-01", "2029-10-01") == body_of(check(client, "BR26100042"))
    for one in (second, unknown):
        assert first.json.keys() == one.json.keys()
        assert first.json["promise"] == one.json["promise"]
        assert first.headers.keys() == one.headers.keys()
        assert len(first.body) == len(one.body)


def test_a_registration_in_quarantine_counts_once_it_is_restored(
    client: Client, address: str
) -> None:
    add_unit(address, "BR26100042")
    ref = register(client, "BR26100042", "2026-10-01", _website="x").json["ref"]

    assert "made" == check(client, "BR26100042")["start"]["from"]
    assert [(0,)] == read(address, "SELECT count(*) FROM unit_events")
    with Inbox(address) as inbox:
        inbox.restore(ref)
    assert ("2026-10-01", "2029-10-01") == body_of(check(client, "BR26100042"))
    with Inbox(address) as inbox:
        inbox.change(ref, "quarantined")
    assert "made" == check(client, "BR26100042")["start"]["from"]
    with Inbox(address) as inbox:
        inbox.restore(ref)
    assert ("2026-10-01", "2029-10-01") == body_of(check(client, "BR26100042"))
    assert [(2,)] == read(address, "SELECT count(*) FROM unit_events")


def test_a_registration_outlives_its_submission_and_tells_nothing_of_anyone(
    client: Client, address: str
) -> None:
    register(client, "BR26100042", "2026-10-01")
    linked = read(address, "SELECT count(*) FROM unit_events WHERE submission_id IS NOT NULL")
    write(address, "DELETE FROM submissions")

    assert [(2,)] == linked
    assert [(None,)] == read(address, "SELECT DISTINCT submission_id FROM unit_events")
    assert ("2026-10-01", "2029-10-01") == body_of(check(client, "BR26100042"))


def test_events_of_the_unit_count(client: Client, address: str) -> None:
    add_unit(address, "BR26100042", purchased=20260301, policy="brio@1")
    write(
        address,
        "INSERT INTO unit_events"
        " (serial, model_id, number, kind, on_day, stated, data, value) VALUES"
        """ ('BR26100042', 2, 1, 12, 20260401, 0, '{"reason"\\:"opened"}', NULL),"""
        """ ('BR26100042', 2, 2, 0, 20260402, 0, NULL, 1),"""
        """ ('BR26100042', 2, 3, 12, 20260501, 0,"""
        """ '{"coverage"\\:"body","reason"\\:"wear"}', NULL)""",
    )
    (row,) = check(client, "BR26100042")["coverages"]

    assert ("void", "wear") == (row["status"], row["reason"])


def test_a_plain_form_is_answered_with_the_units_days(client: Client, address: str) -> None:
    add_unit(address, "BR26100042", delivered=20260401)
    answer = client.post_form(CHECK, {"product": "brio", "serial": "BR26100042", "country": "AT"})

    assert 200 == answer.status
    assert "1 April 2028" in answer.words


def test_shape_and_time_do_not_tell_whether_a_unit_is_known(client: Client, address: str) -> None:
    add_unit(address, "BR26100001")
    add_unit(address, "BR26100002")
    register(client, "BR26100002", "2026-11-01")
    kinds = {"unknown": "BR26100003", "unregistered": "BR26100001", "registered": "BR26100002"}
    # The day is said, so that the registration's own changes nothing; the policy of the day of
    # making has no extension.
    more = {"bought": "2025-12-01", "country": "AT"}

    answers = {
        kind: client.post_json(CHECK, {"product": "brio", "serial": serial, **more})
        for kind, serial in kinds.items()
    }
    assert 1 == len({one.body for one in answers.values()})
    assert 1 == len({tuple(sorted(one.headers)) for one in answers.values()})

    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for round_ in range(120):
        for kind, serial in kinds.items():
            start = time.perf_counter()
            check(client, serial, **more)
            if round_ >= 20:
                times[kind].append(time.perf_counter() - start)
    # Taken in turn, so that all meet the same machine; the noise is how much one kind differs
    # from itself between its odd and even rounds.
    middle = {kind: statistics.median(found) for kind, found in times.items()}
    halves = [
        abs(statistics.median(found[::2]) - statistics.median(found[1::2]))
        for found in times.values()
    ]
    apart = max(middle.values()) - min(middle.values())
    assert apart <= max(3 * max(halves), 0.15 * min(middle.values())), (middle, halves)
