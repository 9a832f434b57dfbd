"""Opening hours on a page: open or closed now, the next opening past holidays, the own zone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenPage
from tests.plugins.making import CONFIG, make
from tests.support.sites import BuiltSite
from tests.support.static_server import serve_folder

pytestmark = pytest.mark.browser

CONTACT = """\
time_zone: Europe/Vienna
holidays: AT
hours:
  monday: "09:00-17:00"
  tuesday: "09:00-17:00"
  wednesday: "09:00-12:00, 13:00-17:00"
  thursday: "09:00-19:00"
  friday: "09:00-15:00"
channels:
  - {kind: phone, name: Call us, number: "+43 1 555 0142"}
  - kind: phone
    name: Night line
    number: "+43 1 555 0143"
    hours: {friday: "20:00-24:00", saturday: "00:00-06:00"}
  - {kind: phone, name: Always, number: "+43 1 555 0144", hours: always}
"""
VIENNA = ZoneInfo("Europe/Vienna")


def built(folder: Path, language: str = "en") -> BuiltSite:
    config = CONFIG.replace("name: material", f"name: material\n  language: {language}", 1)
    with pytest.MonkeyPatch.context() as patch:
        # 2026-10-20: what the page knows does not depend on the day on which this test runs.
        patch.setenv("SOURCE_DATE_EPOCH", "1792454400")
        return make(
            folder,
            {
                "docs/index.md": "# Home\n",
                "docs/help.md": "# Help\n\n/// contact-hours\n///\n",
                "docs/contact.yml": CONTACT,
            },
            config,
        )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = built(tmp_path_factory.mktemp("hours"))
    with serve_folder(site.folder, headers=True) as address:
        yield f"{address}help/"


def said(open_page: OpenPage, address: str, at: str, zone: str = "Europe/Vienna") -> list[str]:
    """Give what each channel says at a moment in Vienna, to a reader in a zone."""
    page = open_page(width=1280, timezone_id=zone)
    page.clock.set_fixed_time(datetime.fromisoformat(at).replace(tzinfo=VIENNA))
    page.goto(address)
    lines = page.locator("carebase-hours")
    expect(lines.locator(".cb-hours").first).to_be_visible(timeout=20_000)
    expect(lines.last.locator(".cb-hours").first).to_be_visible(timeout=20_000)
    return [" ".join(text.split()) for text in lines.all_inner_texts()]


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-11-23T10:00", "Open now, until 17:00. Today 09:00–17:00"),
        ("2026-11-23T16:59", "Open now, until 17:00. Today 09:00–17:00"),
        ("2026-11-23T17:00", "Closed now. Opens tomorrow at 09:00. Today 09:00–17:00"),
        ("2026-11-25T12:30", "Closed now. Opens today at 13:00. Today 09:00–12:00, 13:00–17:00"),
        ("2026-11-27T18:00", "Closed now. Opens on Monday 30 November at 09:00. Today 09:00–15:00"),
        ("2026-11-28T18:00", "Closed now. Opens on Monday 30 November at 09:00."),
        ("2026-12-08T10:00", "Closed today: Immaculate Conception. Opens tomorrow at 09:00."),
        (
            "2026-12-24T20:00",
            "Closed now. Closed on Friday 25 December: Christmas Day."
            " Opens on Monday 28 December at 09:00. Today 09:00–19:00",
        ),
        # The holidays of the next year are known too.
        ("2027-01-06T10:00", "Closed today: Epiphany. Opens tomorrow at 09:00."),
        # Later none are known, and nobody is told that it is open.
        ("2028-01-06T10:00", "Today 09:00–19:00"),
    ],
)
def test_a_moment_has_its_sentence(address: str, open_page: OpenPage, at: str, first: str) -> None:
    assert first == said(open_page, address, at)[0]


def test_a_night_ends_on_the_next_day(address: str, open_page: OpenPage) -> None:
    evening = said(open_page, address, "2026-11-27T21:00")
    morning = said(open_page, address, "2026-11-28T05:59")

    assert "Open now, until 06:00. Today 20:00–24:00" == evening[1]
    assert "Open now, until 06:00. Today 00:00–06:00" == morning[1]
    assert "Open day and night." == evening[2] == morning[2]


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("America/New_York", "Open now, until 17:00, that is 11:00 where you are."),
        ("Asia/Tokyo", "Open now, until 17:00, that is Tuesday 24 November, 01:00 where you are."),
        ("Europe/Berlin", "Open now, until 17:00."),
    ],
)
def test_readers_elsewhere_are_told_their_own_time(
    address: str, open_page: OpenPage, zone: str, first: str
) -> None:
    assert f"{first} Today 09:00–17:00" == said(open_page, address, "2026-11-23T10:00", zone)[0]


def test_the_clocks_may_change_in_between(address: str, open_page: OpenPage) -> None:
    # Vienna leaves summer time on 25 October 2026, New York on 1 November.
    assert "Opens on Monday 26 October at" not in " ".join(
        said(open_page, address, "2026-10-23T18:00")
    )
    found = said(open_page, address, "2026-10-24T18:00", "America/New_York")[0]
    assert found.endswith("Opens on Tuesday 27 October at 09:00, that is 04:00 where you are.")


def test_it_changes_while_one_looks(address: str, open_page: OpenPage) -> None:
    page = open_page(timezone_id="Europe/Vienna")
    page.clock.install(time=datetime(2026, 11, 23, 16, 59, 30, tzinfo=VIENNA))
    page.goto(address)
    state = page.locator("carebase-hours").first
    expect(state).to_contain_text("Open now", timeout=20_000)
    page.clock.run_for(60_000)
    expect(state).to_contain_text("Closed now", timeout=20_000)


def test_without_javascript_plan_and_holidays_are_read(address: str, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(address)
    page.locator("details.cb-week > summary").last.click()
    days = page.locator(".cb-holidays li")

    assert 18 == days.count()
    expect(days.filter(has_text="25 December 2026")).to_contain_text(
        "Christmas Day", timeout=20_000
    )
    expect(page.locator(".cb-contact")).to_contain_text(
        "Closed on public holidays.", timeout=20_000
    )


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("de", "Heute geschlossen: Mariä Empfängnis. Öffnet morgen um 09:00."),
        ("es", "Cerrado hoy: Immaculate Conception. Abre mañana a las 09:00."),
        ("fr", "Fermé aujourd’hui : Immaculate Conception. Ouvre demain à 09:00."),
    ],
)
def test_it_speaks_the_language_of_the_site(
    tmp_path: Path, open_page: OpenPage, language: str, first: str
) -> None:
    site = built(tmp_path, language)
    with serve_folder(site.folder, headers=True) as address:
        assert first == said(open_page, f"{address}help/", "2026-12-08T10:00")[0]


def test_every_language_has_all_its_words() -> None:
    folder = Path(__file__).parents[2] / "plugins/carebase_plugins/theme/i18n"
    words = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    hours = {
        code: {name for name in known if name.startswith("hours.")} for code, known in words.items()
    }
    assert {"de", "en", "es", "fr"} == set(hours)
    assert all(len(names) == 9 and names == hours["en"] for names in hours.values())
