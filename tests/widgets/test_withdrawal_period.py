"""The question on the withdrawal's page: until which day somebody can withdraw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from carebase.catalog.closed_days import closed_days
from tests.conftest import OpenPage
from tests.plugins.making import CONFIG, article, make, texts
from tests.support.sites import BuiltSite
from tests.support.static_server import serve_folder

pytestmark = pytest.mark.browser

PAGE = "# Withdraw\n\n/// form | withdrawal\n///\n"
PERIOD = "//carebase-withdrawal"


def built(folder: Path, country: str, language: str = "en") -> BuiltSite:
    config = CONFIG.replace("name: material", f"name: material\n  language: {language}", 1)
    files = {"docs/index.md": "# Home\n", "docs/withdraw.md": PAGE}
    if country:
        files["docs/contact.yml"] = f"time_zone: Europe/Vienna\nholidays: {country}\n"
    with pytest.MonkeyPatch.context() as patch:
        # 2026-10-20: what the page knows does not depend on the day on which this test runs.
        patch.setenv("SOURCE_DATE_EPOCH", "1792454400")
        return make(folder, files, config)


@pytest.fixture(scope="module")
def austria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = built(tmp_path_factory.mktemp("austria"), "AT")
    with serve_folder(site.folder, headers=True) as address:
        yield f"{address}withdraw/"


def opened(open_page: OpenPage, address: str, now: str, width: int = 390) -> Page:
    page = open_page(width, timezone_id="Europe/Vienna")
    page.clock.set_fixed_time(datetime.fromisoformat(f"{now}T12:00:00+00:00"))
    page.goto(address)
    expect(page.locator("carebase-withdrawal input")).to_be_visible(timeout=20_000)
    return page


def answered(page: Page, received: str, said: str) -> None:
    page.locator("carebase-withdrawal input").fill(received)
    expect(page.locator("carebase-withdrawal [role=status]")).to_have_text(said, timeout=20_000)


AGAIN = "You can send your withdrawal all the same."
OPEN = "The period is open up to and including {}."


@pytest.mark.parametrize(
    ("now", "received", "said"),
    [
        # A Wednesday: the day itself does not count, the last one belongs to the period.
        ("2026-11-18", "2026-11-04", OPEN.format("18 November 2026")),
        ("2026-11-19", "2026-11-04", f"The period ended on 18 November 2026. {AGAIN}"),
        # A Saturday and a Sunday wait for Monday.
        ("2026-11-23", "2026-11-07", OPEN.format("23 November 2026")),
        ("2026-11-23", "2026-11-08", OPEN.format("23 November 2026")),
        # Christmas, Saint Stephen's Day, Saturday and Sunday.
        ("2025-12-29", "2025-12-11", OPEN.format("29 December 2025")),
        # Over the end of a year, and past New Year's Day to the next working day, Friday.
        ("2026-01-02", "2025-12-18", OPEN.format("2 January 2026")),
        # Easter Monday moves.
        ("2026-04-07", "2026-03-22", OPEN.format("7 April 2026")),
        # Received today, and a day that is still to come.
        ("2026-11-22", "2026-11-22", OPEN.format("7 December 2026")),
        ("2026-11-22", "2026-11-23", "This day is still to come."),
        # Whoever reads a page that is years old, or asks of years ago, is told what is not known.
        ("2028-03-01", "2028-02-29", OPEN.format("14 March 2028 at least")),
        (
            "2026-11-22",
            "2024-02-15",
            "The period ended on 29 February 2024, or a little later if that was a public holiday."
            f" {AGAIN}",
        ),
    ],
)  # fmt: skip
def test_the_last_day_is_told(
    austria: str, open_page: OpenPage, now: str, received: str, said: str
) -> None:
    page = opened(open_page, austria, now)
    answered(page, received, said)
    # Whatever it says, the form is there.
    expect(page.get_by_role("button", name="Confirm withdrawal")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm withdrawal")).to_be_enabled()


def test_the_answer_goes_when_the_day_is_deleted(austria: str, open_page: OpenPage) -> None:
    page = opened(open_page, austria, "2026-11-18")
    answered(page, "2026-11-04", OPEN.format("18 November 2026"))
    answered(page, "", "")


def last_day(received: date, length: int, holidays: set[date]) -> date:
    """Count as Regulation 1182/71 says, day by day."""
    day = received
    for _ in range(length):
        day += timedelta(days=1)
    while day.weekday() in (5, 6) or day in holidays:
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("country", ["AT", "DE-BY", "ES", "PL"])
def test_every_day_of_some_years_is_counted_right(
    austria: str, open_page: OpenPage, country: str
) -> None:
    page = opened(open_page, austria, "2026-11-18")
    holidays = {*closed_days(country, 2023, 2029)}
    days = [date(2023, 12, 1) + timedelta(days=number) for number in range(1_800)]
    epoch = date(1970, 1, 1)
    found = page.evaluate(
        """async ([days, holidays]) => {
          const { lastDay } = await import("/assets/carebase/js/withdrawal.js");
          const closed = new Set(holidays);
          return days.map((day) => [lastDay(day, 14, closed), lastDay(day, 30, closed),
            lastDay(day, 14, null)]);
        }""",
        [[(day - epoch).days for day in days], [(day - epoch).days for day in holidays]],
    )

    assert [
        [
            (last_day(day, 14, holidays) - epoch).days,
            (last_day(day, 30, holidays) - epoch).days,
            (day + timedelta(days=14) - epoch).days,
        ]
        for day in days
    ] == found


def test_a_visit_has_its_own_last_day(tmp_path: Path, open_page: OpenPage) -> None:
    with serve_folder(built(tmp_path, "IT").folder, headers=True) as address:
        page = opened(open_page, f"{address}withdraw/", "2026-11-20")
        answered(
            page,
            "2026-11-02",
            "If it was sold to you on an unsolicited visit or a sales trip, the period is open up"
            " to and including 2 December 2026. The period ended on 16 November 2026."
            f" {AGAIN}",
        )
        answered(page, "2026-10-05", f"The period ended on 19 October 2026. {AGAIN}")


def test_a_country_that_waits_for_no_working_day(tmp_path: Path, open_page: OpenPage) -> None:
    with serve_folder(built(tmp_path, "GB").folder, headers=True) as address:
        page = opened(open_page, f"{address}withdraw/", "2026-11-20")
        answered(page, "2026-11-08", OPEN.format("22 November 2026"))


def test_without_a_country_only_the_least_is_promised(tmp_path: Path, open_page: OpenPage) -> None:
    with serve_folder(built(tmp_path, "").folder, headers=True) as address:
        page = opened(open_page, f"{address}withdraw/", "2026-11-20")
        expect(page.locator("carebase-withdrawal")).to_contain_text("European Union: you can")
        answered(
            page, "2026-11-08", "The period is open up to and including 23 November 2026 at least."
        )


def test_a_country_without_a_row_says_nothing(tmp_path: Path) -> None:
    assert [] == article(built(tmp_path, "CH"), "withdraw/").xpath(PERIOD)


def test_the_sentence_is_there_without_javascript(austria: str, open_page: OpenPage) -> None:
    page = open_page(390, javascript=False)
    page.goto(austria)
    period = page.locator("carebase-withdrawal")
    expect(period).to_contain_text("Austria: you can withdraw within 14 days after the day")
    expect(period).to_contain_text("the period is 12 months longer")
    expect(period.get_by_role("link", name="FAGG §§ 11, 12")).to_be_visible()
    expect(period.locator("input")).to_have_count(0)
    expect(page.get_by_role("button", name="Confirm withdrawal")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "sentence", "said"),
    [
        ("de", "Österreich: Sie können innerhalb von 14 Tagen", "bis einschließlich 1. Dezember"),
        ("es", "Austria: puede desistir en los 14 días", "hasta el 1 de diciembre de 2026 inclus"),
        ("fr", "Autriche : vous pouvez vous rétracter dans", "jusqu’au 1er décembre 2026 inclus"),
    ],
)
def test_it_speaks_the_language_of_the_page(
    tmp_path: Path, open_page: OpenPage, language: str, sentence: str, said: str
) -> None:
    site = built(tmp_path, "AT", language)
    assert sentence in texts(article(site, "withdraw/"), PERIOD)[0]
    with serve_folder(site.folder, headers=True) as address:
        page = opened(open_page, f"{address}withdraw/", "2026-11-22")
        page.locator("carebase-withdrawal input").fill("2026-11-17")
        expect(page.locator("carebase-withdrawal [role=status]")).to_contain_text(
            said, timeout=20_000
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_use_it(
    austria: str, open_page: OpenPage, axe: Callable[..., list[Any]], width: int, scheme: Any
) -> None:
    page = open_page(width, scheme=scheme)
    page.goto(austria)
    field = page.get_by_label("When did you receive it?")
    expect(field).to_be_visible(timeout=20_000)
    field.fill("2026-01-07")
    expect(page.locator("carebase-withdrawal [role=status]")).not_to_be_empty()
    assert [] == axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_row_of_the_site_is_shown_at_the_next_build(tmp_path: Path) -> None:
    site = built(tmp_path, "AT")
    row = "countries: [AT], contract_from: 2026-01-01, law: Our terms, seen: 2026-11-22"
    (tmp_path / "docs/withdrawal.yml").write_text(
        f"- {{id: at-2014, days: 21, {row}, source: 'https://example.org/terms'}}\n", "utf-8"
    )
    assert "14 days" in texts(article(site, "withdraw/"), PERIOD)[0]
    again = built(tmp_path, "AT")

    said = texts(article(again, "withdraw/"), PERIOD)[0]
    assert "within 21 days" in said
    assert "longer" not in said
