"""`/v1/reminders.ics` over a real socket, read by a calendar library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.kb.endpoint_site import Client, make_site, serving

PLAN = """\
id: brio
name: Brio
models:
  - {id: brio-x1, name: Brio X1, sold_from: 2023-03-01}
policy: brio@1
components:
  - {id: pump, name: Pump}
service_plan:
  - {task: "Descale, and rinse; well", every: 3 months}
  - {task: Brush the group, every: 7 days}
  - {task: Replace the hose, every: 1 year}
  - {task: Clean with powder, every: 200 cups}
support_until: 2033-12-31
"""
POLICY = (
    "{id: brio, version: 1, start: [delivered, purchased],"
    " coverages: [{id: body, months: 24}, {id: pump, months: 36}, {id: seals, months: 24}]}\n"
)
SITE = {
    "docs/products/brio/product.yml": PLAN,
    "docs/warranty/policies/brio@1.yml": POLICY,
}
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    site = make_site(tmp_path_factory.mktemp("plan"), "https://care.example/", SITE)
    with serving(site, lambda: AT) as client:
        yield client


def ask(client: Client, **query: str) -> Any:
    pairs = {"product": "brio", "bought": "2024-12-31"} | query
    asked = "&".join(f"{name}={value}" for name, value in pairs.items())
    return client.get(f"/v1/reminders.ics?{asked}")


def events(answer: Any) -> dict[str, Any]:
    calendar = Calendar.from_ical(answer.body)
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def test_gives_the_tasks_and_the_ends_as_whole_days(client: Client) -> None:
    answer = ask(client)
    found = events(answer)

    assert (200, "text/calendar; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert {
        "Brio: Descale, and rinse; well": date(2025, 3, 31),
        "Brio: Brush the group": date(2025, 1, 7),
        "Brio: Replace the hose": date(2025, 12, 31),
        "Brio: last day of the warranty for Body and Seals": date(2026, 12, 31),
        "Brio: last day of the warranty for Pump": date(2027, 12, 31),
    } == {said: event["dtstart"].dt for said, event in found.items()}
    assert 'filename="brio.ics"' in answer.headers["content-disposition"]
    assert [] == client.rows()


def test_tasks_come_back_on_the_last_day_of_shorter_months(client: Client) -> None:
    rule = events(ask(client))["Brio: Descale, and rinse; well"]["rrule"]

    assert {
        "FREQ": ["MONTHLY"],
        "INTERVAL": [3],
        "UNTIL": [date(2033, 12, 31)],
        "BYMONTHDAY": [28, 29, 30, 31],
        "BYSETPOS": [-1],
    } == dict(rule)
    assert (
        "BYMONTHDAY"
        not in events(ask(client, bought="2024-12-28"))["Brio: Descale, and rinse; well"]["rrule"]
    )


def test_the_bell_rings_when_it_helps(client: Client) -> None:
    found = events(ask(client))
    bells = {
        said: [alarm["trigger"].dt for alarm in event.walk("VALARM")]
        for said, event in found.items()
    }

    assert [timedelta(hours=9)] == bells["Brio: Descale, and rinse; well"]
    assert [] == bells["Brio: Brush the group"]
    # Nine o'clock, thirty days before.
    assert [timedelta(hours=9, days=-30)] == bells["Brio: last day of the warranty for Pump"]


def test_it_stays_the_same_until_something_changes(client: Client) -> None:
    first, second = ask(client), ask(client)
    tag = first.headers["etag"]
    again = client.get(
        "/v1/reminders.ics?product=brio&bought=2024-12-31", {"If-None-Match": f'"x", {tag}'}
    )

    assert first.body == second.body
    assert (304, b"") == (again.status, again.body)
    assert "max-age" in first.headers["cache-control"]
    assert tag != ask(client, bought="2024-12-30").headers["etag"]
    german = ask(client, lang="de-AT")
    assert "Brio: letzter Garantietag für Pump" in events(german)
    ids = {str(event["uid"]) for event in events(first).values()}
    assert ids == {str(event["uid"]) for event in events(german).values()}
    assert 5 == len(ids)
    assert all(one.endswith("@care.example") for one in ids)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"product": "mira"}, "We do not know this product. Please choose one of ours."),
        ({"product": ""}, "Please choose an answer."),
        ({"bought": ""}, "Please give the date of purchase, such as 2026-03-14."),
        ({"bought": "2025-02-30"}, "Please give a date that exists, such as 2026-03-14."),
        ({"bought": "2025"}, "Please give a date that exists, such as 2026-03-14."),
        ({"bought": "2027-01-01"}, "This day is still to come. Please check the date."),
        (
            {"bought": "2021-01-01"},
            "The Brio X1 was not sold before 1 March 2023. Please check the date.",
        ),
        (
            {"product": "pip"},
            "Nothing is due by time for the Pip, so there is nothing to remind you of.",
        ),
        ({"bought": "morgen", "lang": "de"}, None),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_sentence(
    client: Client, query: dict[str, str], said: str | None
) -> None:
    answer = ask(client, **query)

    assert (422, "application/problem+json") == (answer.status, answer.headers["content-type"])
    assert (
        said or "Bitte geben Sie ein Datum an, das es gibt, zum Beispiel 2026-03-14."
    ) == answer.json["detail"]


def test_a_person_reads_a_page(client: Client) -> None:
    answer = client.get(
        "/v1/reminders.ics?product=brio&bought=2025-02-30&lang=fr", {"Accept": "text/html"}
    )

    assert (422, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert '<html lang="fr">' in answer.text
    assert "2026-03-14" in answer.words


def test_it_is_described(client: Client) -> None:
    described = client.get("/openapi.json").json["paths"]["/v1/reminders.ics"]["get"]

    assert ["product", "bought", "lang"] == [one["name"] for one in described["parameters"]]
    assert 405 == client.post_json("/v1/reminders.ics", {}).status
