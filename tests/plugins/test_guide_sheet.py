"""A guide on paper: the steps alone, and a code that leads back to the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import zxingcpp
from playwright.sync_api import Locator, expect

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, CONFIG, article, make
from tests.support.browser import Scheme

pytestmark = pytest.mark.browser

FILES = {
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/réglages d’eau.md": (
        "---\ntitle: Descale\ntime: 20 min\n---\n\n# Descale\n\n"
        "## Mix it\n\nStir.\n\n!!! caution\n    It is hot.\n\n## Rinse\n\nTwice.\n"
    ),
}
GUIDE = "products/brio/r%C3%A9glages%20d%E2%80%99eau/"
# Draws what the browser shows of a picture and gives it in shades of grey, row by row.
DRAW = """async (svg) => {
  const image = new Image();
  const text = new XMLSerializer().serializeToString(svg);
  image.src = "data:image/svg+xml," + encodeURIComponent(text);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 400;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, 400, 400);
  const { data } = context.getImageData(0, 0, 400, 400);
  return [...data].filter((_, at) => at % 4 === 0);
}"""
COLOUR = "(one) => getComputedStyle(one).color.match(/[0-9.]+/g).slice(0, 3).map(Number)"


def read_code(svg: Locator) -> list[str]:
    """Give what a scanner reads in a picture."""
    svg.evaluate("(svg) => { svg.setAttribute('width', 400); svg.setAttribute('height', 400); }")
    shades: Sequence[int] = svg.evaluate(DRAW)
    picture = memoryview(bytes(shades)).cast("B", (400, 400))
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_code_leads_to_the_page(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder, scheme: Scheme
) -> None:
    config = CONFIG.replace("http://127.0.0.1/", "https://care.example/help/")
    site = make(tmp_path, FILES, config)
    page = open_page(width=794, scheme=scheme)
    page.goto(serve_folder(site.folder, prefix="/help/") + GUIDE)
    code = page.locator(".cb-sheet svg")
    expect(code).not_to_be_visible()

    page.emulate_media(media="print")

    expect(code).to_be_visible()
    box = code.bounding_box()
    assert box is not None
    # At least two centimetres, for a phone to read.
    assert 76 <= box["width"] == box["height"]
    assert [f"https://care.example/help/{GUIDE}"] == read_code(code)
    expect(page.get_by_text(f"https://care.example/help/{GUIDE}")).to_be_visible()


def test_without_an_address_of_the_site_there_is_no_code(tmp_path: Path) -> None:
    config = CONFIG.replace("site_url: http://127.0.0.1/\n", "")
    guide = article(make(tmp_path, FILES, config), "products/brio/réglages d’eau/")
    assert [] == guide.xpath("//*[@class='cb-sheet']")


def test_the_sheet_holds_the_steps_and_nothing_to_press(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    dark = CONFIG.replace("name: material", "name: material\n  palette: {scheme: slate}")
    page = open_page(width=794, scheme="dark")
    page.goto(serve_folder(make(tmp_path, FILES, dark).folder) + GUIDE)
    page.get_by_label("Step 1 done").check()

    page.emulate_media(media="print")

    for shown in (page.locator(".cb-strip"), page.locator(".cb-step").nth(1)):
        expect(shown).to_be_visible()
    caution = page.locator(".cb-mark")
    expect(caution.get_by_text("Caution")).to_be_visible()
    for part in page.locator(".cb-progress, .cb-step__foot, .cb-feedback, .md-header").all():
        expect(part).not_to_be_visible()
    # The sheet is for the next time: a step that is done keeps its number.
    number = page.locator(".cb-step--done .cb-step__number [aria-hidden]")
    assert "none" == number.evaluate("(one) => getComputedStyle(one, '::after').content")
    assert "1" == number.inner_text()
    # Dark on white, whatever the screen has.
    for name in ("h1", ".cb-step__text p", ".cb-mark p:last-child", ".cb-strip dd"):
        red, green, blue = page.locator(name).first.evaluate(COLOUR)
        assert red + green + blue < 200
