"""Searching the example site in a browser: what is found, how, and what it costs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.support.sites import BuiltSite

pytestmark = pytest.mark.browser

GUIDE = "products/brio/descale/"


def ask(page: Page, query: str) -> None:
    """Open the search by its key and type."""
    page.keyboard.press("/")
    expect(page.locator("dialog carebase-search .cb-search__status")).to_be_attached()
    page.locator("dialog input[type=search]").fill(query)


def test_a_question_finds_passages_with_few_requests(address: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address + GUIDE)
    page.wait_for_load_state("networkidle")
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    assert [] == [url for url in seen if "pagefind" in url]
    ask(page, "how do I change the water filter")
    first = page.locator("dialog .cb-result").first
    expect(first).to_contain_text("Change the water filter")
    expect(first).to_contain_text("Brio · Guide")
    expect(first.locator("mark").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert 14 >= len(seen), seen


def test_a_typing_error_is_put_right_and_may_be_meant(address: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address + GUIDE)
    ask(page, "chnage the water fliter")
    expect(page.locator("dialog .cb-search__mended")).to_contain_text("Showing results for")
    expect(page.locator("dialog .cb-result").first).to_contain_text("Change the water filter")
    page.get_by_role("button", name="Search for “chnage the water fliter” instead").click()
    expect(page.locator("dialog .cb-search__mended")).to_be_hidden()


def test_results_are_narrowed_and_walked_by_keyboard(address: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address)
    page.locator("#cb-home-search").fill("battery")
    button = page.locator(".cb-search__filter").first
    expect(button).to_be_visible()
    count = int(button.locator(".cb-search__count").inner_text())
    button.click()
    expect(page.locator(".cb-search__filter[aria-pressed=true]")).to_have_count(1)
    said = "Found 1 page" if count == 1 else f"Found {count} pages"
    expect(page.locator(".cb-search__status")).to_have_text(re.compile(said))
    page.locator("#cb-home-search").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".cb-results a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#cb-home-search")).to_be_focused()


def test_results_lead_below_a_path(below_help: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(below_help + GUIDE)
    ask(page, "change the water filter")
    page.locator("dialog .cb-result a").first.click()
    page.wait_for_url(below_help + "products/brio/change-water-filter/**")


def test_without_scripts_the_field_asks_the_endpoint(example: BuiltSite) -> None:
    home = example.html()
    assert re.search(r'<form class="cb-search__form" role="search" action="[^"]*search"', home)
    assert "Searching needs a web server" in example.html("all-pages/")
