"""Pages that were not checked in time: a quiet note to readers, and a lower place in the search."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from carebase import clock
from carebase.i18n import date_text
from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, CONFIG, WITH_LUNR, article, make, texts
from tests.support.browser import Scheme, Violation, overflow
from tests.support.sites import BuiltSite

TODAY = clock.today()
YESTERDAY = TODAY - timedelta(days=1)
NOTE = "//p[@class='cb-late']"


def guide(head: str) -> str:
    """Write a guide with more in its head."""
    return f"---\ntitle: Descale\n{head}---\n\n# Descale\n\n## Mix\n\nStir the citric powder.\n"


FILES = {
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/late.md": guide(f"review_by: {YESTERDAY}\n"),
    "docs/products/brio/due.md": guide(f"review_by: {TODAY}\n"),
    "docs/products/brio/free.md": guide(""),
    "docs/products/brio/low.md": guide(f"review_by: {YESTERDAY}\nsearch: {{boost: 0.1}}\n"),
    "docs/products/brio/silent.md": guide(f"review_by: {YESTERDAY}\nfeedback: false\n"),
    "docs/products/brio/spaet.md": guide(f"review_by: {YESTERDAY}\nlang: de\n"),
    "docs/products/brio/tard.md": guide(f"review_by: {YESTERDAY}\nlang: fr\n"),
    "docs/products/brio/tarde.md": guide(f"review_by: {YESTERDAY}\nlang: es\n"),
    "docs/support/ask.md": "# Ask us\n\n/// form | support-request\n///\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The same guide, reviewed late, in time and never to be."""
    return make(tmp_path_factory.mktemp("late"), FILES)


def test_a_late_page_says_so(site: BuiltSite) -> None:
    page = article(site, "products/brio/late/")
    day = date_text("en", YESTERDAY)
    assert [
        f"This page was due for review on {day} and may be out of date. Tell us if something is off"
    ] == texts(page, NOTE)
    assert ["#cb-feedback"] == page.xpath(f"{NOTE}/a/@href")
    assert 1 == len(page.xpath("//*[@id='cb-feedback']//*[@data-carebase='page-feedback']"))


@pytest.mark.parametrize("name", ["due", "free"])
def test_a_page_in_time_says_nothing(site: BuiltSite, name: str) -> None:
    assert [] == article(site, f"products/brio/{name}/").xpath(NOTE)


def test_without_feedback_the_link_leads_to_the_ways_of_contact(site: BuiltSite) -> None:
    page = article(site, "products/brio/silent/")
    assert ["../../../support/ask/"] == page.xpath(f"{NOTE}/a/@href")


@pytest.mark.parametrize(
    ("name", "language", "begin", "link"),
    [
        ("spaet", "de", "Diese Seite sollte bis zum ", "Sagen Sie uns, wenn etwas nicht stimmt"),
        ("tarde", "es", "Esta página debía revisarse antes del ", "Díganos si algo no es correcto"),
        ("tard", "fr", "Cette page devait être vérifiée avant le ", "Dites-nous si quelque chose"),
    ],
)
def test_the_note_speaks_the_language_of_the_page(
    site: BuiltSite, name: str, language: str, begin: str, link: str
) -> None:
    (said,) = texts(article(site, f"products/brio/{name}/"), NOTE)
    assert said.startswith(begin + date_text(language, YESTERDAY))
    assert link in said


def test_a_late_page_counts_less_in_materials_search(tmp_path: Path) -> None:
    site = make(tmp_path, FILES, WITH_LUNR)
    index = json.loads((site.folder / "search/search_index.json").read_text(encoding="utf-8"))
    boosts = {
        entry["location"].split("/")[2]: entry.get("boost", 1)
        for entry in index["docs"]
        if entry["location"].startswith("products/brio/") and "#" not in entry["location"]
    }
    assert {"late": 0.5, "due": 1, "free": 1, "low": 0.1} == {
        name: boosts[name] for name in ("late", "due", "free", "low")
    }


@pytest.mark.browser
def test_of_equal_pages_the_one_in_time_is_found_first(
    site: BuiltSite, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    page = open_page(width=1280)
    page.goto(serve_folder(site.folder))
    page.locator("carebase-search input[type=search]").first.fill("citric powder")
    results = page.locator(".cb-results a[href*='products/brio/']")
    results.first.wait_for()
    found = [str(link.get_attribute("href")).split("/")[-2] for link in results.all()]

    assert {"due", "free"} == set(found[:2])


def test_the_day_is_that_of_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    site = make(tmp_path, FILES)
    assert [] == article(site, "products/brio/late/").xpath(NOTE)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_readers_get_from_the_note_to_the_feedback(
    tmp_path: Path,
    open_page: OpenPage,
    serve_folder: ServeFolder,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: Scheme,
) -> None:
    name = "slate" if scheme == "dark" else "default"
    config = CONFIG.replace("name: material", f"name: material\n  palette: {{scheme: {name}}}")
    page = open_page(width=width, scheme=scheme)
    page.goto(serve_folder(make(tmp_path, FILES, config).folder) + "products/brio/late/")
    assert [] == axe(page)
    assert 0 == overflow(page)

    page.get_by_role("link", name="Tell us if something is off").click()

    expect(page.locator("carebase-form")).to_be_in_viewport()
