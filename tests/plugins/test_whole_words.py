"""What is read or typed as one is not cut in two, on a phone either."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, make
from tests.support.browser import overflow

pytestmark = pytest.mark.browser

PARTS = "parts:\n  - {sku: BR-140, name: Water filter cartridge}\n"
GUIDE = """\
---
kind: guide
parts: [{sku: BR-140, quantity: 1}]
tools: [Bowl]
---
# Set up

Something is wrong and you would like to call? Then it is [+43 1 555 0142](tel:+4315550142).

| Page | What it is called | Needed | What it says |
|---|---|---|---|
| every page but one | `BreadcrumbList`, [prerequisites](#fill) | no | the way to it |

| Water | Time | Pressure | Cups |
|---|--:|--:|--:|
| Hard | 30 s | 8.5 bar | 2 |

## Fill

![The tank](tank.svg)

| Seconds for a cup | What it tells you | What to change |
|---|---|---|
| More than 35 seconds, or only drops | The coffee is ground too fine | Two marks coarser |
"""
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><path d="M0 0h9v9z"/></svg>'
)


def lines(place: Locator) -> int:
    """Count the lines on which an inline element stands."""
    found: int = place.evaluate(
        "(found) => new Set([...found.getClientRects()].map(({ top }) => Math.round(top))).size"
    )
    return found


@pytest.fixture
def address(tmp_path: Path, serve_folder: ServeFolder) -> str:
    files = {"product.yml": BRIO + PARTS, "set-up.md": GUIDE, "tank.svg": PICTURE}
    site = make(tmp_path, {"docs": {"products": {"brio": files}, "index.md": "# Help\n"}})
    return serve_folder(site.folder) + "products/brio/set-up/"


@pytest.mark.parametrize("width", [320, 360, 390])
def test_codes_links_and_telephone_numbers_stay_whole(
    address: str, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    page.goto(address)
    whole = [
        page.locator(".cb-strip code", has_text="BR-140"),
        page.locator("main a[href^=tel]"),
        page.locator(".cb-table code").first,
        page.locator(".cb-table a").first,
    ]
    assert [1, 1, 1, 1] == [lines(place) for place in whole]
    assert 0 == overflow(page)
    # What does not fit scrolls into sight wide enough to be read.
    said = page.locator(".cb-table td:last-child").first.bounding_box()
    assert said and said["width"] >= 160


def test_a_column_of_numbers_takes_no_more_room_than_they_need(
    address: str, open_page: OpenPage
) -> None:
    page = open_page(360)
    page.goto(address)
    table = page.locator(".cb-table", has_text="Pressure")
    assert table.evaluate("(table) => table.scrollWidth === table.clientWidth")


def test_a_table_has_the_width_of_its_step(address: str, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(address)
    step, table = (
        page.locator(name).first.bounding_box() for name in (".cb-step", ".cb-step .cb-table")
    )
    assert step and table
    assert table["width"] > 0.8 * step["width"]
