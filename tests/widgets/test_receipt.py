"""The reference of a form that was sent is still there after a reload, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.support.browser import Violation
from tests.widgets.conftest import Support
from tests.widgets.test_form import fill, ready, send

pytestmark = pytest.mark.browser

KEPT = "() => JSON.stringify({ ...sessionStorage })"


def sent(support: Support, page: Page) -> None:
    """Send a request, and load the page again, as a phone does that was short of memory."""
    page.goto(support.form("support-request", language="en"))
    ready(page)
    fill(page)
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible()
    page.reload()
    ready(page)


def test_the_reference_stands_above_the_empty_form_after_a_reload(
    support: Support, page: Page, axe: Callable[..., list[Violation]]
) -> None:
    sent(support, page)

    note = page.locator(".cb-sent")
    expect(note).to_contain_text("Your message has arrived")
    expect(note).to_contain_text(f"Ask for help, {datetime.now().strftime('%b')}")
    expect(note.locator(".cb-ref")).to_have_text("CB-0001")
    status = note.get_by_role("link", name="See where your request stands")
    assert f"{support.address}requests/x" == status.get_attribute("href")
    expect(page.get_by_label("Your name")).to_have_value("")
    assert [] == axe(page)
    # Nothing of what was written is kept, and nothing for another tab.
    kept = page.evaluate(KEPT)
    assert "CB-0001" in kept
    assert not [said for said in ("Ada", "ada@", "hums") if said in kept]
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    expect(other.get_by_label("Your name")).to_be_visible()
    expect(other.locator(".cb-sent")).to_have_count(0)


def test_the_next_one_takes_its_place(support: Support, page: Page) -> None:
    sent(support, page)
    fill(page)
    page.get_by_label("What happens").fill("And it leaks.")
    send(page)

    expect(page.locator(".cb-ref")).to_have_text(["CB-0002"])
    page.reload()
    expect(page.locator(".cb-ref")).to_have_text(["CB-0002"])


def test_it_can_be_closed_by_keyboard(support: Support, page: Page) -> None:
    sent(support, page)
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".cb-sent")).to_have_count(0)
    expect(page.locator("carebase-form form")).to_be_focused()
    assert "CB-0001" not in page.evaluate(KEPT)
    page.reload()
    ready(page)
    expect(page.get_by_label("Your name")).to_be_visible()
    expect(page.locator(".cb-sent")).to_have_count(0)


def test_after_a_day_it_is_gone(support: Support, open_page: OpenPage) -> None:
    page = open_page()
    page.clock.install()
    sent(support, page)
    expect(page.locator(".cb-sent")).to_be_visible()
    page.clock.set_system_time(datetime.now() + timedelta(hours=25))
    page.reload()
    ready(page)

    expect(page.get_by_label("Your name")).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.locator(".cb-sent")).to_have_count(0)
    assert "CB-0001" not in page.evaluate(KEPT)
