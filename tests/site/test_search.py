"""Searching the example site in a browser: what is found, how, and what it costs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from carebase.search.sections import plain_text
from carebase.search.store import PageStore
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
    # The mark ends with the word, and what stands behind it is still there.
    expect(first.locator("mark", has_text="Water filter").first).to_have_text("Water filter")
    page.wait_for_load_state("networkidle")
    assert 14 >= len(seen), seen


def test_a_typing_error_is_put_right_and_may_be_meant(address: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address + GUIDE)
    ask(page, "chnage the water fliter")
    expect(page.locator("dialog .cb-search__mended")).to_contain_text("Showing results for")
    expect(page.locator("dialog [role=status]")).to_contain_text("“change the water filter”")
    expect(page.locator("dialog .cb-result").first).to_contain_text("Change the water filter")
    page.get_by_role("button", name="Search for “chnage the water fliter” instead").click()
    expect(page.locator("dialog .cb-search__mended")).to_be_hidden()
    expect(page.locator("dialog [role=status]")).to_contain_text("“chnage the water fliter”")


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


def test_no_key_is_lost_while_the_search_is_being_loaded(address: str, open_page: OpenPage) -> None:
    page = open_page()
    waiting: list[Route] = []
    page.route("**/search.js", lambda route: waiting.append(route))
    page.goto(address + GUIDE)
    page.keyboard.press("/")
    page.keyboard.type("descale / the boiler")
    field = page.locator("dialog input[type=search]")
    expect(field).to_be_focused()
    expect(field).to_have_value("descale / the boiler")
    # Only now its code arrives, and the last keys after it.
    expect(page.locator("dialog carebase-search .cb-search__status")).not_to_be_attached()
    assert waiting
    waiting.pop().continue_()
    page.keyboard.type(" of brio")
    expect(page.locator("dialog .cb-result").first).to_contain_text("Descale Brio")
    expect(field).to_have_value("descale / the boiler of brio")


def test_results_lead_below_a_path(below_help: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(below_help + GUIDE)
    ask(page, "change the water filter")
    page.locator("dialog .cb-result a").first.click()
    page.wait_for_url(below_help + "products/brio/change-water-filter/**")


def test_the_index_holds_what_pages_say_and_not_what_they_are_worked_with(
    example: BuiltSite,
) -> None:
    pages = PageStore(example.root / ".cache/carebase/search").load()
    # Pages for writers name the buttons that they tell of.
    told = ("handbook/", "courses/publish-a-course/")
    texts = {one: page.text for one, page in pages.items() if not one.startswith(told)}
    guide = "products/brio/descale/"
    for shown, address in (
        ("Link to step", guide),
        ("Step 3:", guide),
        ("Link to this question", "products/brio/faq/"),
        ("(required)", "support/repair-request/"),
        ("Please leave this empty", "support/repair-request/"),
        ("Show the answer", "courses/espresso-care/01-how-the-machine-works/"),
        ("Start course", "courses/espresso-care/"),
        ("Where do I find it?", "products/brio/"),
        ("Check the serial number", "products/brio/"),
    ):
        # Readers see it there, and the index has it nowhere.
        assert shown in plain_text(example.html(address)), shown
        assert [] == [one for one, text in texts.items() if shown in text], shown
    assert "descal" in texts[guide]
    assert "tell you the price" in texts["support/repair-request/"]


def test_a_guide_is_found_where_it_stands_and_not_again_in_each_course(example: BuiltSite) -> None:
    pages = PageStore(example.root / ".cache/carebase/search").load()
    again = "courses/espresso-care/change-water-filter/"
    assert "Soak the new cartridge" in plain_text(example.html(again))
    assert again not in pages
    assert "guide" == pages["products/brio/change-water-filter/"].kind
    # What a build makes of lessons teaches too.
    assert "lesson" == pages["courses/espresso-care/key-points/"].kind
    assert "lesson" == pages["courses/espresso-care/glossary/"].kind


def test_without_scripts_the_field_asks_the_endpoint(example: BuiltSite) -> None:
    home = example.html()
    assert re.search(r'<form class="cb-search__form" role="search" action="[^"]*search"', home)
    assert "Searching needs a web server" in example.html("all-pages/")
