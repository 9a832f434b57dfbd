"""Going from page to page without loading anew: what stands around the page goes on working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.support import walks
from tests.support.browser import Watch
from tests.support.example import build_with, copy_example
from tests.support.static_server import serve_folder

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["/", "/help/"])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The example with the headers it ships, at its root and below a path."""
    root = tmp_path_factory.mktemp("instant")
    url = f"http://127.0.0.1{request.param}"
    copy_example(root, url)
    site = build_with("mkdocs", root)
    assert 0 == site.result.returncode, site.result.stderr
    with serve_folder(site.folder, prefix=request.param, headers=True) as address:
        # Pages change in place only where the sitemap names the port too, which is known now.
        sitemap = site.folder / "sitemap.xml"
        sitemap.write_text(sitemap.read_text(encoding="utf-8").replace(url, address), "utf-8")
        yield address


def go(page: Page, path: str, within: str = "main") -> None:
    """Follow the first link within a part of the page that leads to an address of the site."""
    link = page.locator(f"{within} a[href$='{path}']:visible").first
    replaced(page, link.click)
    assert path in page.url


def replaced(page: Page, action: Callable[[], object]) -> None:
    """Do what brings another page, and wait until that is there."""
    page.locator("article").evaluate("(article) => { article.dataset.old = ''; }")
    action()
    page.locator("article:not([data-old])").wait_for()


def crumbs(page: Page) -> list[str]:
    """Give the addresses of the way home, whole."""
    links: list[str] = page.eval_on_selector_all(
        ".cb-breadcrumbs a", "links => links.map((link) => link.href)"
    )
    return links


def marked(page: Page) -> list[str]:
    """Give the menu entries of the header that are marked as the present one."""
    return page.locator(".cb-menu a[aria-current]").all_inner_texts()


def test_a_walk_through_the_site(address: str, open_page: OpenPage, watch: Watch) -> None:
    # The site is static here: what a form posts is refused.
    watch.allow("status of (404|405|501)")
    page = open_page(width=1280)
    page.goto(address, wait_until="networkidle")
    page.evaluate("() => { window.still = 'the same document'; }")

    go(page, "products/brio/")
    assert [address, f"{address}products/"] == crumbs(page)
    assert ["Products"] == marked(page)

    go(page, "products/brio/descale/")
    expect(page).to_have_title("Descale Brio - Fjellby Care")
    assert f"{address}products/brio/" == crumbs(page)[-1]
    assert page.locator(".cb-nav a[aria-current=page]").inner_text() == "Descale Brio"
    walks.open_feedback(page)

    # The dialog of the header, opened at another depth than that of the first page.
    page.locator("[data-search-open]").click()
    dialog = page.locator("#cb-search-dialog")
    expect(dialog).to_be_visible()
    dialog.locator("input[type=search]").fill("gasket")
    result = dialog.locator("a[href]").first
    result.wait_for()
    assert result.evaluate("(link) => link.href").startswith(f"{address}products/")
    replaced(page, result.click)
    expect(page.locator("#cb-search-dialog")).not_to_be_visible()

    go(page, "support/", within=".cb-menu")
    assert ["Support"] == marked(page)
    go(page, "support/contact/")
    form = page.locator("carebase-form").first
    walks.awake(page, "carebase-form")
    form.locator("button[type=submit]").first.click()
    expect(form.locator("[aria-invalid=true]").first).to_be_visible()

    go(page, "support/", within=".cb-breadcrumbs")
    go(page, "support/warranty-check/")
    walks.ask_warranty(page, bought=date.today() - timedelta(days=100))
    expect(page.locator(".cb-result")).to_contain_text("covered")
    terms = page.locator(".cb-result a[href*='warranty/brio-']").first
    assert terms.evaluate("(link) => link.href").startswith(f"{address}warranty/brio-")

    replaced(page, page.go_back)
    assert ["Support"] == marked(page)
    replaced(page, page.go_back)
    walks.awake(page, "carebase-form")

    assert "the same document" == page.evaluate("() => window.still")


def test_ticks_stay_with_their_guide(address: str, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(address + "products/brio/", wait_until="networkidle")
    page.evaluate("() => { window.still = 'the same document'; }")
    said = page.locator(".cb-progress__said")

    go(page, "products/brio/descale/")
    for number in (1, 2, 3):
        page.get_by_label(f"Step {number} done").check()
    expect(said).to_have_text("3 of 8 steps done.")
    go(page, "products/brio/replace-gasket/", within=".cb-neighbours")
    expect(said).to_have_text("7 steps. Tick each one when it is done.")
    replaced(page, page.go_back)
    expect(said).to_have_text("3 of 8 steps done.")
    expect(page.locator(".cb-tick")).to_have_count(8)
    page.get_by_role("link", name="Continue at step 4").click()
    expect(page.locator("#run-half-the-solution-through")).to_be_in_viewport()
    expect(page.locator("article")).to_have_count(1)
    page.get_by_role("button", name="Start over").click()
    expect(said).to_have_text("8 steps. Tick each one when it is done.")

    assert "the same document" == page.evaluate("() => window.still")


def test_a_page_brings_the_styles_of_its_own(address: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{address}products/brio/descale/")
    page.wait_for_load_state("networkidle")
    own = page.locator("head link[href$='places.css']")
    expect(own).to_have_count(0)
    go(page, "products/brio/", ".cb-breadcrumbs")

    expect(own).to_have_count(1)
    expect(page.locator(".cb-hub__head")).to_have_css("display", "grid")


def test_the_palette_stays(address: str, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(address, wait_until="networkidle")
    page.locator("[data-md-component=palette] label:visible").first.click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")

    go(page, "products/brio/")
    go(page, "products/brio/faq/", within=".cb-nav")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.locator("[data-md-component=palette] label:visible").first.click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")


def test_a_question_opens_by_its_address(address: str, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(address + "products/brio/", wait_until="networkidle")
    question = page.locator("#questions ~ ul a").nth(2)
    anchor = (question.get_attribute("href") or "").partition("#")[2]
    question.click()

    opened = page.locator(f"details:has(#{anchor})")
    expect(opened).to_have_attribute("open", "")


def test_the_menu_of_a_phone(address: str, open_page: OpenPage) -> None:
    page = open_page(width=390)
    page.goto(address + "products/brio/", wait_until="networkidle")
    for title in ("Pull your first espresso", "Steam milk"):
        page.get_by_role("button", name="Menu", exact=True).click()
        entry = page.locator(".cb-nav a", has_text=title)
        expect(entry).to_be_in_viewport()
        replaced(page, entry.click)
        expect(page.locator("h1").first).to_contain_text(title)
        expect(page.locator(".cb-nav a", has_text=title)).not_to_be_in_viewport()


def test_the_menu_of_a_phone_by_keyboard(address: str, open_page: OpenPage) -> None:
    page = open_page(width=390)
    page.goto(address + "products/brio/", wait_until="networkidle")
    menu = page.get_by_role("button", name="Menu", exact=True)
    expect(menu).to_have_attribute("aria-expanded", "false")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cb-nav a").first).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")

    # Whoever goes on past its end is on the page, which is in sight again.
    page.keyboard.press("Enter")
    page.locator(".md-sidebar--primary a:visible").last.focus()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".cb-nav a").first).not_to_be_in_viewport()
    assert page.evaluate("() => document.activeElement.closest('main article') !== null")
