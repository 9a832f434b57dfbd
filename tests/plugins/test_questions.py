"""Questions as readers open them: by a tap, by their address, on paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, CONFIG, WITH_LUNR, make
from tests.support.browser import Scheme, Violation, overflow
from tests.support.sites import BuiltSite

FAQ = (
    "# Questions\n\n"
    + "".join(f"## Is part {number} loud?\n\nPart {number} hums.\n\n" for number in range(1, 25))
    + "## Is it grün & leise? {#leise}\n\nIt whispers.\n"
)
FILES = {
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/faq.md": FAQ,
    "docs/notes.md": "# Notes\n\n[Loud?](products/brio/faq.md#is-part-20-loud)\n",
}
PAGE = "products/brio/faq/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A page with many questions, and one that links to one of them."""
    return make(tmp_path_factory.mktemp("questions"), FILES)


@pytest.fixture
def address(site: BuiltSite, serve_folder: ServeFolder) -> str:
    """The served site."""
    return serve_folder(site.folder)


def question(page: Page, anchor: str) -> Locator:
    """Find a question by its address."""
    return page.locator(f"details:has(#{anchor})")


def test_each_question_is_found_by_itself_in_materials_search(tmp_path: Path) -> None:
    site = make(tmp_path, FILES, WITH_LUNR)
    index = json.loads((site.folder / "search/search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"]: entry["text"] for entry in index["docs"]}
    assert "It whispers." in found[f"{PAGE}#leise"]
    assert 25 == len([location for location in found if location.startswith(f"{PAGE}#")])


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_question_opens_by_a_tap_and_by_its_address(
    address: str, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    page.goto(address + PAGE)
    answer = page.get_by_text("Part 3 hums.")
    expect(answer).not_to_be_visible()
    page.locator("summary", has_text="Is part 3 loud?").click()
    expect(answer).to_be_visible()
    page.locator("summary", has_text="Is part 3 loud?").click()
    expect(answer).not_to_be_visible()

    page.goto(address + "notes/")
    page.get_by_role("link", name="Loud?").click()

    expect(page.get_by_text("Part 20 hums.")).to_be_visible()
    expect(page.get_by_text("Part 20 hums.")).to_be_in_viewport()
    expect(page.get_by_text("Part 19 hums.")).not_to_be_visible()


@pytest.mark.browser
def test_the_address_opens_it_again_after_it_was_closed(address: str, page: Page) -> None:
    page.goto(address + PAGE + "#leise")
    expect(page.get_by_text("It whispers.")).to_be_visible()
    page.evaluate("() => { location.hash = 'is-part-1-loud'; }")
    expect(page.get_by_text("Part 1 hums.")).to_be_visible()
    page.locator("#leise").click()
    expect(page.get_by_text("It whispers.")).not_to_be_visible()
    page.evaluate("() => { location.hash = 'leise'; }")
    expect(page.get_by_text("It whispers.")).to_be_visible()


@pytest.mark.browser
def test_an_address_that_was_cut_off_does_no_harm(address: str, page: Page) -> None:
    page.goto(address + PAGE + "#gr%C3")
    expect(page.locator("carebase-questions:defined")).to_have_count(1)
    expect(page.locator("details.cb-question[open]")).to_have_count(0)


@pytest.mark.browser
def test_the_address_of_a_question_is_copied(address: str, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + PAGE + "#leise")
    page.locator("carebase-questions:defined").wait_for()
    question(page, "leise").get_by_role("link", name="Link to this question").click()

    expect(page.get_by_text("Link copied")).to_be_visible()
    assert address + PAGE + "#leise" == page.evaluate("() => navigator.clipboard.readText()")
    expect(page.get_by_text("It whispers.")).to_be_visible()


@pytest.mark.browser
def test_on_paper_all_are_open_and_then_as_before(address: str, page: Page) -> None:
    page.goto(address + PAGE + "#leise")
    page.locator("carebase-questions:defined").wait_for()
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("details.cb-question:not([open])")).to_have_count(0)
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")

    expect(page.locator("details.cb-question[open]")).to_have_count(1)
    expect(page.get_by_text("It whispers.")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everyone_can_read_an_open_question(
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
    page.goto(serve_folder(make(tmp_path, FILES, config).folder) + PAGE)
    heading = page.locator("summary").nth(1)
    heading.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Part 2 hums.")).to_be_visible()

    page.evaluate("() => window.scrollTo(0, 0)")
    assert [] == axe(page)
    assert 0 == overflow(page)
    box = page.get_by_role("link", name="Link to this question").bounding_box()
    assert box is not None
    assert 44 <= box["height"]
