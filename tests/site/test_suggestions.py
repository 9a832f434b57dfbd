"""Articles that are offered while a customer writes into a form, in the example site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.support.browser import Scheme, Violation, Watch, overflow

pytestmark = pytest.mark.browser

FORM = "support/contact/"
ASKED = "The power light turned orange and I think there is limescale in the boiler"


@pytest.fixture(autouse=True)
def without_endpoint(watch: Watch) -> None:
    """No endpoint answers here, and none is needed: forms ask it for a proof of work, and tell it
    of an article that was opened.
    """
    watch.allow("v1/challenge")
    watch.allow("v1/signals")


def message(page: Page) -> str:
    """Give the selector of the field for one's own words."""
    # The form is at work, and hears what is typed.
    expect(
        page.locator("carebase-form[data-form=support-request] form[novalidate]")
    ).to_be_attached()
    return "carebase-form[data-form=support-request] textarea"


def write(page: Page, address: str, text: str = ASKED) -> None:
    """Open the form and write into it."""
    page.goto(address + FORM)
    page.locator(message(page)).fill(text)


def test_articles_are_offered_and_open_beside_the_form(address: str, open_page: OpenPage) -> None:
    page = open_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(address + FORM)
    area = page.locator(message(page))
    area.click()
    page.keyboard.type("My ")
    page.wait_for_load_state("networkidle")
    assert [] == [url for url in seen if "pagefind" in url or "suggest" in url]
    area.fill(ASKED)
    offered = page.locator(".cb-suggest")
    # The index and what reads it are loaded now, which a cold and busy machine takes its time for.
    said = offered.get_by_role("status")
    expect(said).to_have_text("These may answer it", timeout=20_000)
    links = offered.get_by_role("link")
    expect(links.filter(has_text="Descale Brio")).to_have_count(1)
    assert 1 <= links.count() <= 4
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("h1")).to_be_visible(timeout=20_000)
    expect(area).to_have_value(ASKED)
    expect(page).to_have_url(address + FORM)


def test_whoever_does_not_want_them_is_left_alone(address: str, open_page: OpenPage) -> None:
    page = open_page()
    write(page, address)
    offered = page.locator(".cb-suggest")
    offered.get_by_role("button", name="Hide").click()
    expect(offered).to_have_count(0)
    expect(page.locator(message(page))).to_be_focused()


def test_words_of_no_article_offer_nothing(address: str, open_page: OpenPage) -> None:
    page = open_page()
    write(page, address)
    links = page.locator(".cb-suggest").get_by_role("link")
    expect(links.first).to_be_visible()
    page.locator(message(page)).fill("zzyzx qwrtpl xxvvb")
    expect(links).to_have_count(0)
    expect(page.locator(".cb-suggest").get_by_role("status")).to_have_text("")


def test_without_an_index_the_form_is_as_it_was(
    address: str, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("Failed to load resource")
    watch.allow("request failed: .*/pagefind/")
    page = open_page()
    page.route("**/pagefind/**", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        write(page, address)
    expect(page.locator(".cb-suggest")).to_have_count(0)
    expect(page.locator(message(page))).to_have_value(ASKED)


def test_a_form_that_asks_for_no_help_offers_none(address: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address + "support/register/")
    expect(page.locator("carebase-form")).to_be_attached()
    expect(page.locator("carebase-form[data-suggest]")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_what_is_offered_can_be_read_by_all(
    address: str,
    open_page: OpenPage,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: Scheme,
) -> None:
    page = open_page(width, scheme=scheme)
    write(page, address)
    expect(page.locator(".cb-suggest").get_by_role("link").first).to_be_visible()
    # Nothing lies half below the header then.
    page.evaluate("scrollTo(0, 0)")
    assert [] == axe(page)
    assert 0 == overflow(page)
