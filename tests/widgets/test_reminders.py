"""The calendar of a service plan, made in a real browser and read by a calendar library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from carebase.endpoint.calendar import write_calendar
from carebase.i18n import strings
from carebase.warranty.public import public_product
from carebase.warranty.reminders import reminders
from tests.conftest import OpenPage
from tests.support.browser import Violation, Watch, overflow
from tests.widgets.conftest import Support, catalog, policy, products

pytestmark = pytest.mark.browser

VELA = products()[2]
TODAY = date.today()


def download(page: Page, bought: str) -> tuple[str, str]:
    """Give a day of purchase and take the file: its name and what stands in it."""
    page.evaluate("customElements.whenDefined('carebase-reminders').then(() => true)")
    page.get_by_label("Date of purchase").fill(bought)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download calendar file").click()
    got = waiting.value
    return got.suggested_filename, Path(got.path()).read_bytes().decode("utf-8")


def facts(text: str | bytes) -> list[dict[str, Any]]:
    """Give what a calendar program makes of each entry."""
    entries: Any = Calendar.from_ical(text).walk("VEVENT")
    return [
        {
            "uid": str(event["uid"]),
            "stamp": event["dtstamp"].dt,
            "day": event["dtstart"].dt,
            "summary": str(event["summary"]),
            "rule": dict(event["rrule"]) if "rrule" in event else None,
            "bells": [alarm["trigger"].dt for alarm in event.walk("VALARM")],
        }
        for event in entries
    ]


@pytest.mark.parametrize("served", [True, False])
def test_the_browser_makes_the_file(support: Support, page: Page, served: bool) -> None:
    page.goto(support.reminders(endpoint="../" if served else None))
    name, text = download(page, "2024-05-31")

    assert "vela.ics" == name
    assert {
        "Vela: Inspect the bike": date(2025, 5, 31),
        "Vela: Check the tyres": date(2024, 6, 14),
        "Vela: last day of the warranty for Battery": date(2025, 5, 31),
        "Vela: last day of the warranty for Body and Pump": date(2027, 5, 31),
    } == {fact["summary"]: fact["day"] for fact in facts(text)}
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert [] == support.endpoint.got
    subscribe = page.get_by_role("link", name="Subscribe in my calendar")
    if served:
        address = "/help/v1/reminders.ics?product=vela&lang=en&bought=2024-05-31"
        href = subscribe.get_attribute("href") or ""
        assert href.startswith("webcal://")
        assert href.endswith(address)
        assert page.get_by_label("Address of the calendar").input_value().endswith(address)
    else:
        expect(subscribe).to_have_count(0)


WRITE = """async ([product, bought, words]) => {
  const address = new URL("../assets/carebase/js/calendar.js", location.href);
  const { reminders, writeCalendar } = await import(address);
  return writeCalendar("x", reminders(product, bought, words), bought, "care.example");
}"""


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_browser_and_endpoint_make_the_same(support: Support, page: Page, language: str) -> None:
    page.goto(support.page("empty", "<p>Nothing</p>"))
    given = public_product(VELA, catalog())
    words = dict(strings(language))
    for bought in ("2024-02-29", "2024-05-31", "2025-01-01", "2026-11-30"):
        day = date.fromisoformat(bought)
        mine = write_calendar(
            "x", reminders(VELA, policy(), day, language), day, "care.example", language
        )
        assert facts(mine) == facts(page.evaluate(WRITE, [given, bought, words]))


@pytest.mark.parametrize("served", [True, False])
def test_what_comes_next_is_told_with_its_day(support: Support, page: Page, served: bool) -> None:
    page.goto(support.reminders(endpoint="../" if served else None))
    # Bought 400 days ago: tyres every two weeks, an inspection every twelve months.
    bought = TODAY - timedelta(days=400)
    download(page, bought.isoformat())
    rows = page.locator(".cb-due li")
    days = [
        date.fromisoformat(str(row.locator("time").get_attribute("datetime"))) for row in rows.all()
    ]
    said = rows.all_inner_texts()

    assert days == sorted(days)
    assert days[0] == bought + timedelta(days=406)
    assert "Vela: Check the tyres" in said[0]
    inspection = next(day for day, row in zip(days, said, strict=True) if "Inspect" in row)
    assert TODAY <= inspection <= TODAY + timedelta(days=366)
    # The battery's year is over; the warranty of the rest is not.
    assert not any("Battery" in row for row in said)
    assert any("Body and Pump" in row for row in said)


def test_without_javascript_and_endpoint_nothing_is_offered(
    support: Support, open_page: OpenPage
) -> None:
    page = open_page(javascript=False)
    page.goto(support.reminders(endpoint=None))
    expect(page.get_by_role("button")).to_have_count(0)


def test_what_is_wrong_is_told(support: Support, page: Page) -> None:
    page.goto(support.reminders())
    page.evaluate("customElements.whenDefined('carebase-reminders').then(() => true)")
    page.get_by_role("button", name="Download calendar file").click()
    expect(page.locator(".cb-error")).to_have_text("Please fill this in.")
    page.get_by_label("Date of purchase").fill((TODAY + timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Download calendar file").click()
    expect(page.locator(".cb-error")).to_have_text(
        "This day is still to come. Please check the date."
    )


def test_without_javascript_the_endpoint_is_asked(
    support: Support, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("status of 404")
    page = open_page(javascript=False)
    page.goto(support.reminders())
    page.get_by_label("Date of purchase").fill("2024-05-31")
    with page.expect_request("**/v1/reminders.ics?**") as waiting:
        page.get_by_role("button", name="Download calendar file").click()

    assert waiting.value.url.endswith("?product=vela&lang=en&bought=2024-05-31")


def test_a_cover_that_ends_soon_is_put_into_the_calendar(support: Support, page: Page) -> None:
    # Three years less 30 days ago: body and pump end in a month, the battery did long ago.
    end = TODAY + timedelta(days=30)
    if (end.month, end.day) == (2, 29):
        end += timedelta(days=1)
    bought = end.replace(year=end.year - 3)
    page.goto(support.check(endpoint=None))
    page.evaluate("customElements.whenDefined('carebase-warranty-check').then(() => true)")
    page.get_by_role("radio", name="Brio").check()
    page.get_by_label("Date of purchase").fill(bought.isoformat())
    page.get_by_role("button", name="Check my warranty").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Put the end into my calendar").click()
    (fact,) = facts(Path(waiting.value.path()).read_bytes())

    assert "brio.ics" == waiting.value.suggested_filename
    assert (end, "Brio: last day of the warranty") == (fact["day"], fact["summary"])


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_everyone_can_use_it(
    support: Support,
    open_page: OpenPage,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: str,
) -> None:
    page = open_page(width=width)
    page.goto(support.reminders(scheme=scheme))
    assert [] == axe(page)
    download(page, "2024-05-31")
    assert [] == axe(page)
    assert 0 == overflow(page)
