"""Each kind of page, on a phone and on a desk, in light and dark: nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from lxml import html
from playwright.sync_api import expect

from tests.conftest import OpenPage
from tests.support.browser import Scheme, Violation, Watch, overflow
from tests.support.example import KINDS
from tests.support.sites import BuiltSite

WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_quiet_and_fits(
    kind: str,
    scheme: Scheme,
    address: str,
    open_page: OpenPage,
    axe: Callable[..., list[Violation]],
    watch: Watch,
) -> None:
    found: list[str] = []
    page = open_page(width=WIDTHS[0], scheme=scheme, reduced_motion="reduce")
    page.goto(address + KINDS[kind], wait_until="networkidle")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [
            f"{width} px: {violation['rule']}: {node}"
            for violation in axe(page)
            for node in violation["nodes"]
        ]
        if wider := overflow(page):
            found.append(f"{width} px: {wider} px too wide")

    assert [] == found


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_works_below_a_path(
    kind: str, below_help: str, open_page: OpenPage, watch: Watch
) -> None:
    page = open_page(width=1280)
    page.goto(below_help + KINDS[kind], wait_until="networkidle")

    assert page.locator("h1").first.is_visible()
    outside = [url for url in watch.requests if not url.startswith((below_help, "data:"))]
    assert [] == outside
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    origin = below_help.removesuffix("help/")
    assert [] == [url for url in links if url.startswith(origin) and below_help not in url]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "404"])
def test_a_page_is_readable_without_javascript(
    kind: str, address: str, open_page: OpenPage, example: BuiltSite
) -> None:
    page = open_page(javascript=False)
    page.goto(address + KINDS[kind])

    assert page.locator("h1").first.is_visible()
    assert len(page.locator("main").first.inner_text()) > 40


def test_every_link_of_the_site_leads_somewhere(address: str, example: BuiltSite) -> None:
    files = set(example.files())
    anchors: dict[str, set[str]] = {}
    links: list[tuple[str, str, str]] = []
    for name in files:
        if not name.endswith(".html"):
            continue
        tree = html.parse(str(example.folder / name)).getroot()
        base = address + name.removesuffix("index.html")
        tree.make_links_absolute(base, resolve_base_href=False)
        anchors[name] = {str(value) for value in tree.xpath("//@id | //a/@name")}
        for _, attribute, url, _ in tree.iterlinks():
            if attribute in ("href", "src") and str(url).startswith(address):
                target, _, anchor = str(url).removeprefix(address).partition("#")
                links.append((name, target.partition("?")[0], anchor))
    dead = {
        f"{name} -> {target}#{anchor}"
        for name, target, anchor in links
        if (file := _file_of(target)) not in files
        # What has a `=` fills in a form and names no place.
        or (anchor and "=" not in anchor and file in anchors and anchor not in anchors[file])
    }
    assert set() == dead


def _file_of(target: str) -> str:
    path = unquote(target)
    return path + "index.html" if not path or path.endswith("/") else path


@pytest.mark.parametrize("kind", KINDS)
def test_letters_twice_as_large_fit_a_phone(kind: str, address: str, open_page: OpenPage) -> None:
    page = open_page(width=390)
    page.goto(address + KINDS[kind], wait_until="networkidle")
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert 0 == overflow(page)
    name, search = page.locator(".cb-brand__name"), page.locator(".cb-header__search")
    name_box, search_box = name.bounding_box(), search.bounding_box()
    assert name_box is not None
    assert search_box is not None
    assert name_box["x"] + name_box["width"] <= search_box["x"]


def test_a_dark_device_that_keeps_nothing_has_dark_pages_and_their_switch(
    address: str, open_page: OpenPage
) -> None:
    page = open_page(scheme="dark")
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, {
          get() { throw new DOMException("denied", "SecurityError"); },
        });"""
    )
    page.goto(address, wait_until="networkidle")

    body = page.locator("body")
    assert "slate" == body.get_attribute("data-md-color-scheme")
    page.get_by_title("Switch to light").click()
    assert "default" == body.get_attribute("data-md-color-scheme")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_link_of_a_heading_is_named_and_large_enough_for_a_finger(
    address: str, open_page: OpenPage, width: int
) -> None:
    page = open_page(width=width)
    page.goto(address + "handbook/searching/")
    link = page.locator("h2 > .headerlink").first
    expect(link).to_have_accessible_name("Link to this section")
    sizes = """links => links.map((link) => {
        const {width, height} = link.getBoundingClientRect();
        return Math.min(width, height);
    })"""
    found = page.locator("article .headerlink").evaluate_all(sizes)
    assert 5 < len(found) and 24 <= min(found), found
    # The sign stands half a `rem` behind the text, as the theme has it.
    gap = """link => {
        const range = document.createRange();
        range.selectNode(link.previousSibling);
        const text = range.getBoundingClientRect().right;
        range.selectNodeContents(link);
        const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
        return (range.getBoundingClientRect().left - text) / size;
    }"""
    assert 0.5 == pytest.approx(link.evaluate(gap), abs=0.02)
