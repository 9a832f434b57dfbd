"""A customer reaches the withdrawal from any page of the example, and confirms it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenPage
from tests.site.test_forms_for_real import Care, built, care
from tests.support.browser import Watch

__all__ = ["built", "care"]
pytestmark = pytest.mark.browser
GOOD = {"Your name": "Ana Lind", "Which contract?": "FB-1142", "Your e-mail": "ana@example.com"}


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("start", ["", "products/brio/descale/", "handbook/", "support/"])
def test_two_steps_from_any_page_are_enough(
    care: Care, open_page: OpenPage, start: str, javascript: bool
) -> None:
    page = open_page(390, javascript=javascript)
    page.goto(care.address + start)
    page.get_by_role("link", name="Withdraw from contract here").click()
    expect(page.get_by_role("button", name="Confirm withdrawal")).to_be_visible()
    for label, answer in GOOD.items():
        page.get_by_label(label).fill(answer)
    page.get_by_role("button", name="Confirm withdrawal").click()

    expect(page.get_by_text("Thank you, we have received your message").first).to_be_visible(
        timeout=20_000
    )
    assert ["FB-1142"] == [one["contract"] for one in care.answers()]
    assert care.client
    assert ["received"] == [row["state"] for row in care.client.rows()]


def test_who_comes_to_return_something_is_led_there(care: Care, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(care.address + "support/return-request/")
    page.get_by_role("main").get_by_role("link", name="Withdraw from contract here").click()
    expect(page.get_by_role("button", name="Confirm withdrawal")).to_be_visible()


def test_what_is_asked_without_javascript_about_privacy_is_told(
    care: Care, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("status of 503")
    page = open_page(390, javascript=False)
    page.goto(care.address + "about/privacy/")
    page.get_by_label("Have it erased").check()
    page.get_by_label("Your e-mail address").fill("ana@example.com")
    page.get_by_role("button", name="Send me the link").click()

    # This endpoint has no mail server, and says so to everybody alike.
    expect(page.get_by_role("heading", level=1)).to_have_text("We cannot send a link at the moment")
