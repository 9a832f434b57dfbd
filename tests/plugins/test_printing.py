"""What a printed page shows: the article alone, with every answer open."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, make

pytestmark = pytest.mark.browser


def test_an_article_is_printed_alone_and_open(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    files = {
        "docs/products/brio/product.yml": BRIO,
        "docs/products/brio/faq.md": "# Questions\n\n## Is it loud?\n\nNo, it is quiet.\n",
        "docs/products/brio/set-up.md": "# Set up\n\n## Plug it in\n\nSo.\n",
    }
    page = open_page(width=1280)
    page.goto(serve_folder(make(tmp_path, files).folder) + "products/brio/faq/")
    answer = page.get_by_text("No, it is quiet.")
    expect(answer).not_to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    box = answer.bounding_box()
    assert box is not None
    assert box["height"] > 0
    for name in (".cb-header", ".cb-footer", ".cb-breadcrumbs", ".cb-feedback", ".md-sidebar"):
        for part in page.locator(name).all():
            expect(part).not_to_be_visible()
    # 10.5 points, whatever a screen has.
    assert 14 <= float(answer.evaluate("(p) => parseFloat(getComputedStyle(p).fontSize)")) < 15
