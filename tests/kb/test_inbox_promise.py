"""The day by which an answer was promised, read from the sentence of a form."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carebase.catalog.closed_days import closed_days
from carebase.forms.load import standard_forms
from carebase.inbox.promise import due_day
from tests.kb.endpoint_site import make_site, serving
from tests.support.process import run_carebase

FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("promise", "due"),
    [
        ("We answer within 2 working days.", "2026-11-24"),
        ("You have our return label within 1 working day.", "2026-11-23"),
        ("We answer within 2–3 business days.", "2026-11-25"),
        ("We answer within 2 to 3 days.", "2026-11-23"),
        ("We call you in 24 hours.", "2026-11-21"),
        ("We call you Within\n 4 hours, day and night.", "2026-11-20"),
        ("A technician comes within 2 weeks.", "2026-12-04"),
        ("Wir antworten innerhalb von 2 Arbeitstagen.", "2026-11-24"),
        ("Wir antworten binnen 2 Werktagen.", "2026-11-23"),
        ("Wir melden uns in 1 Woche.", "2026-11-27"),
        ("Respondemos en 2 días laborables.", "2026-11-24"),
        ("Respondemos en un plazo de 3 días hábiles.", "2026-11-25"),
        ("Nous répondons sous 2 jours ouvrés.", "2026-11-24"),
        ("Nous répondons dans les 2 jours ouvrables.", "2026-11-23"),
        ("Nous répondons dans un délai de 48 heures.", "2026-11-22"),
        ("We read every note.", None),
        ("Your registration counts from today, if the serial number is right.", None),
        ("We keep it for 3 days.", None),
        ("", None),
    ],
)
def test_reads_the_day(promise: str, due: str | None) -> None:
    assert (date.fromisoformat(due) if due else None) == due_day(promise, FRIDAY)


@pytest.mark.parametrize(
    ("promise", "due"),
    [
        ("We answer within 2 working days.", "2026-12-28"),
        ("Wir antworten binnen 2 Werktagen.", "2026-12-28"),
        ("We answer within 2 days.", "2026-12-25"),
    ],
)
def test_nobody_works_on_a_holiday(promise: str, due: str) -> None:
    # A Wednesday; Friday and Saturday are holidays.
    received = datetime(2026, 12, 23, 18, 0, tzinfo=UTC)

    assert date.fromisoformat(due) == due_day(promise, received, closed_days("AT", 2026, 2026))


def test_the_customer_is_told_the_day_after_the_holidays(tmp_path: Path) -> None:
    site = make_site(
        tmp_path, sources={"docs/contact.yml": "{time_zone: Europe/Vienna, holidays: AT}\n"}
    )
    good = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
    with serving(site, now=lambda: datetime(2026, 12, 23, 18, 0, tzinfo=UTC)) as client:
        sent = client.post_json("/v1/forms/support-request", good)
        page = client.get(sent.json["status_url"], {"Accept": "text/html"})
    listed = run_carebase(
        "inbox", "--json", env={"CAREBASE_DATABASE_URL": f"sqlite:///{client.database}"}
    )

    assert "You hear from us by 28 December 2026" in page.words
    # Without the site too.
    assert ["2026-12-28"] == [one["due"] for one in json.loads(listed.stdout)]


def test_standard_forms_promise_what_can_be_read() -> None:
    promises = {one.promise for one in standard_forms().values() if "within" in one.promise}

    assert promises
    assert all(due_day(promise, FRIDAY) for promise in promises)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 30))
def test_working_days_are_those_between_monday_and_friday(day: date, count: int) -> None:
    received = datetime(day.year, day.month, day.day, tzinfo=UTC)
    due = due_day(f"within {count} working days", received)

    assert due is not None
    assert due.weekday() < 5
    between = ((day + timedelta(days=step)).weekday() for step in range(1, (due - day).days + 1))
    assert count == sum(weekday < 5 for weekday in between)
