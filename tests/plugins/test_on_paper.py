"""What a page is on paper: everything to read, and nothing to press."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, make

pytestmark = pytest.mark.browser

NEXT = "Does Brio switch on when you hold the power button for two seconds, or does it stay dark?"
TROUBLESHOOTER = f"""\
---
kind: troubleshooter
reviewed: 2026-11-20
---
# Brio does not work

## Does the socket work? {{ #socket }}

- [The lamp works and shines](#hold)
- [The lamp stays dark](#power)

## {NEXT} {{ #hold }}

- [Yes](#power)
- [No](#inside)

## The socket has no power {{ #power .solved }}

Check the fuse.

## Brio has no power inside {{ #inside .escalate form=repair-request }}

It must be found in the workshop.
"""
# Millimetres of A4 between usual margins, at 96 dots an inch.
PAPER = round(180 / 25.4 * 96)


def style(place: Locator, name: str) -> str:
    found: str = place.evaluate("(found, name) => getComputedStyle(found)[name]", name)
    return found


def test_a_troubleshooter_can_be_followed(
    tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    files = {"product.yml": BRIO, "no-coffee.md": TROUBLESHOOTER}
    site = make(tmp_path, {"docs": {"products": {"brio": files}, "index.md": "# Help\n"}})
    page = open_page(PAPER)
    page.goto(serve_folder(site.folder) + "products/brio/no-coffee/")
    page.locator("carebase-troubleshooter:defined").wait_for(state="attached")
    page.emulate_media(media="print")

    answers = page.locator(".cb-choices a")
    expect(answers.first).to_be_visible()
    for answer in answers.all():
        assert 1 == answer.evaluate(
            "(found) => { const range = document.createRange();"
            " range.selectNodeContents(found);"
            " return new Set([...range.getClientRects()].map(({ top }) => top)).size; }"
        )
    ask = page.locator("a.cb-button")
    expect(ask).to_be_visible()
    for place in (ask, *page.locator(".cb-node").all()):
        assert "rgba(0, 0, 0, 0)" == style(place, "backgroundColor")
    assert "0px" == style(ask, "borderTopWidth")
    expect(page.locator("button:visible")).to_have_count(0)
    assert "avoid" == style(page.locator(".cb-reviewed"), "breakBefore")
