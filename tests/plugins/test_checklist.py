"""A guide followed step by step: ticks that stay, the place to go on, the address of a step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, CONFIG, make
from tests.support.browser import Scheme, Violation, overflow

pytestmark = pytest.mark.browser

LONG = "Take your time, and keep the worktop dry.\n\n" * 12
GUIDE = f"""\
---
title: Descale
{{more}}---

# Descale

## Empty the tank {{{{#empty}}}}

{LONG}
{{between}}
## Mix {{{{#mix}}}}

{LONG}

## Rinse {{{{#rinse}}}}

{LONG}
"""
DESCALE = "products/brio/descale/"


def guide(more: str = "", between: str = "") -> str:
    """Write a guide of three steps, with more in its head or between the first two."""
    return GUIDE.format(more=more, between=between)


FILES = {
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/descale.md": guide(),
    "docs/products/brio/rinse.md": "# Rinse\n\n## Let it run\n\nSo.\n",
    "docs/products/brio/spuelen.md": "---\nlang: de\n---\n\n# Spülen\n\n## Laufen lassen\n\nSo.\n",
    "docs/products/brio/set-up.md": "# Set up\n\n## Unpack {#mix}\n\nSo.\n\n## Fill\n\nSo.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A product with two guides, one of which has a step of the same id."""
    return make(tmp_path_factory.mktemp("checklist"), FILES).folder


@pytest.fixture
def address(folder: Path, serve_folder: ServeFolder) -> str:
    """The served site."""
    return serve_folder(folder)


def tick(page: Page, *numbers: int) -> None:
    """Tick steps by one tap each."""
    for number in numbers:
        page.get_by_label(f"Step {number} done", exact=True).check()


def ticked(page: Page) -> list[bool]:
    """Say of each step whether it is ticked, once the widget is there."""
    page.locator("carebase-checklist .cb-tick").first.wait_for()
    return [box.is_checked() for box in page.locator(".cb-tick input").all()]


def said(page: Page) -> str:
    """Give what the line above the steps says."""
    return page.locator(".cb-progress__said").inner_text()


def test_ticks_stay_and_the_next_step_is_offered(address: str, page: Page) -> None:
    page.goto(address + DESCALE)
    assert [False, False, False] == ticked(page)
    assert "3 steps. Tick each one when it is done." == said(page)
    expect(page.get_by_role("link", name="Continue")).to_have_count(0)
    tick(page, 1)
    assert "1 of 3 steps done." == said(page)

    page.goto(address)
    page.goto(address + DESCALE)

    assert [True, False, False] == ticked(page)
    # Offered, and not gone to.
    assert 0 == page.evaluate("() => window.scrollY")
    page.get_by_role("link", name="Continue at step 2").click()
    expect(page.locator("#mix")).to_be_in_viewport()
    top = page.locator("#mix").bounding_box()
    header = page.locator(".md-header").bounding_box()
    assert top is not None
    assert header is not None
    assert top["y"] >= header["y"] + header["height"]
    tick(page, 2, 3)
    assert "All 3 steps are done." == said(page)
    expect(page.get_by_role("link", name="Continue")).to_have_count(0)


@pytest.mark.parametrize(
    ("guide", "label", "start", "end"),
    [
        ("rinse", "Step 1 done", "One step. Tick it when it is done.", "The step is done."),
        (
            "spuelen",
            "Schritt 1 erledigt",
            "Ein Schritt. Haken Sie ihn ab, wenn er erledigt ist.",
            "Der Schritt ist erledigt.",
        ),
    ],
)
def test_a_guide_of_one_step_says_so(
    address: str, page: Page, guide: str, label: str, start: str, end: str
) -> None:
    page.goto(f"{address}products/brio/{guide}/")
    ticked(page)
    assert start == said(page)
    page.get_by_label(label, exact=True).check()
    assert end == said(page)


def test_another_guide_has_its_own_ticks(address: str, page: Page) -> None:
    page.goto(address + DESCALE)
    tick(page, 2)
    page.goto(address + "products/brio/set-up/")
    assert [False, False] == ticked(page)


def test_starting_over_can_be_taken_back(address: str, page: Page) -> None:
    page.goto(address + DESCALE)
    tick(page, 1, 2)
    button = page.locator(".cb-progress__again")
    expect(button).to_have_text("Start over")
    button.click()
    assert [False, False, False] == ticked(page)
    expect(button).to_be_focused()
    expect(button).to_have_text("Bring my ticks back")
    button.click()
    assert [True, True, False] == ticked(page)
    button.click()
    page.reload()
    assert [False, False, False] == ticked(page)
    expect(button).to_be_hidden()


def test_edits_that_leave_the_id_alone_keep_the_tick(
    tmp_path: Path, page: Page, serve_folder: ServeFolder
) -> None:
    address = serve_folder(make(tmp_path, FILES).folder)
    page.goto(address + DESCALE)
    tick(page, 1, 2)

    edited = guide(between="## Look for cracks\n\nThe tank must be whole.\n").replace(
        "## Mix {#mix}", "## Mix the new powder {#mix}"
    )
    make(tmp_path, {"docs/products/brio/descale.md": edited})
    # Another address of the same page: a file written in the same second counts as unchanged.
    page.goto(address + DESCALE + "?edited")

    assert [True, False, True, False] == ticked(page)
    assert "2 of 4 steps done." == said(page)
    expect(page.get_by_role("link", name="Continue at step 2")).to_be_visible()


def test_a_page_that_moved_keeps_its_ticks(
    tmp_path: Path, page: Page, serve_folder: ServeFolder
) -> None:
    address = serve_folder(make(tmp_path, FILES).folder, prefix="/help/")
    page.goto(address + DESCALE)
    tick(page, 1)

    (tmp_path / "docs/products/brio/descale.md").unlink()
    moved = guide(more="aliases: [/products/brio/descale/]\n")
    make(tmp_path, {"docs/products/brio/remove-limescale.md": moved})
    page.goto(address + DESCALE + "?moved")
    page.wait_for_url("**/remove-limescale/")

    assert [True, False, False] == ticked(page)
    page.get_by_role("button", name="Start over").click()
    page.reload()
    assert [False, False, False] == ticked(page)


def test_two_tabs_do_not_undo_each_other(address: str, page: Page) -> None:
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(address + DESCALE)
        assert [False, False, False] == ticked(tab)
    tick(page, 1)
    tick(other, 3)

    for tab in (page, other):
        expect(tab.locator(".cb-progress__said")).to_have_text("2 of 3 steps done.")
        tab.reload()
        assert [True, False, True] == ticked(tab)


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('no', 'SecurityError'); } });",
        "Storage.prototype.setItem = () => {"
        " throw new DOMException('full', 'QuotaExceededError'); };",
    ],
    ids=["forbidden", "full"],
)
def test_without_storage_the_ticks_hold_until_the_page_is_left(
    address: str, page: Page, script: str
) -> None:
    page.add_init_script(script)
    page.goto(address + DESCALE)
    tick(page, 1, 2)

    assert "2 of 3 steps done." == said(page)
    expect(page.get_by_text("This browser keeps nothing")).to_be_visible()
    page.get_by_label("Step 1 done").uncheck()
    assert [False, True, False] == ticked(page)


@pytest.mark.parametrize("kept", ['{"mix": 1}', "[", '["gone", 5]'])
def test_what_is_not_ours_in_the_storage_does_no_harm(address: str, page: Page, kept: str) -> None:
    page.goto(address + DESCALE)
    key = "carebase-steps:/" + DESCALE
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, kept])
    page.reload()
    assert [False, False, False] == ticked(page)
    tick(page, 2)
    page.reload()
    assert [False, True, False] == ticked(page)


def test_the_keyboard_is_enough(address: str, page: Page) -> None:
    page.goto(address + DESCALE)
    box = page.get_by_label("Step 1 done")
    box.focus()
    page.keyboard.press("Space")
    assert [True, False, False] == ticked(page)
    page.locator(".cb-progress__on").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + DESCALE + "#mix")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Step 2 done")).to_be_focused()


def test_every_target_is_large(address: str, page: Page) -> None:
    page.goto(address + DESCALE)
    tick(page, 1)
    for target in page.locator(".cb-tick, .cb-link, .cb-progress a, .cb-progress button").all():
        box = target.bounding_box()
        assert box is not None
        assert 44 <= box["height"]
        assert 44 <= box["width"]


def test_without_javascript_nothing_of_it_shows(address: str, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(address + DESCALE)

    assert ["1", "2", "3"] == [
        number.inner_text() for number in page.locator(".cb-step__number [aria-hidden]").all()
    ]
    expect(page.locator("article :is(input[type=checkbox], progress, .cb-progress)")).to_have_count(
        0
    )
    # The address of a step is a plain link.
    page.get_by_role("link", name="Link to step 3").click()
    expect(page).to_have_url(address + DESCALE + "#rinse")


def test_the_address_of_a_step_is_copied(address: str, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + DESCALE)
    assert [False, False, False] == ticked(page)
    page.get_by_role("link", name="Link to step 2").click()

    expect(page.get_by_role("status").get_by_text("Link copied")).to_be_visible()
    assert address + DESCALE + "#mix" == page.evaluate("() => navigator.clipboard.readText()")
    expect(page).to_have_url(address + DESCALE + "#mix")


def test_where_nothing_can_be_copied_the_link_leads_there(address: str, page: Page) -> None:
    page.add_init_script("delete Navigator.prototype.clipboard;")
    page.goto(address + DESCALE)
    assert [False, False, False] == ticked(page)
    page.get_by_role("link", name="Link to step 2").click()

    expect(page).to_have_url(address + DESCALE + "#mix")
    expect(page.get_by_text("Link copied")).to_have_count(0)


def test_what_changes_is_told_in_words(address: str, page: Page) -> None:
    page.goto(address + DESCALE)
    assert [False, False, False] == ticked(page)
    line = page.get_by_role("status").filter(has_text="3 steps")
    line.evaluate(
        "(line) => { window.heard = []; new MutationObserver(() =>"
        " window.heard.push(line.textContent)).observe(line, { childList: true }); }"
    )
    tick(page, 1, 3)

    heard = page.evaluate("() => window.heard")
    assert ["1 of 3 steps done.", "2 of 3 steps done."] == heard


@pytest.mark.parametrize(
    ("language", "label", "line", "onward"),
    [
        ("de", "Schritt 1 erledigt", "1 von 3 Schritten erledigt.", "Weiter bei Schritt 2"),
        ("es", "Paso 1 hecho", "1 de 3 pasos hecho.", "Continuar en el paso 2"),
        ("fr", "Étape 1 faite", "1 étape sur 3 faite.", "Continuer à l’étape 2"),
    ],
)
def test_other_languages(
    tmp_path: Path,
    page: Page,
    serve_folder: ServeFolder,
    language: str,
    label: str,
    line: str,
    onward: str,
) -> None:
    config = CONFIG.replace("name: material", f"name: material\n  language: {language}")
    page.goto(serve_folder(make(tmp_path, FILES, config).folder) + DESCALE)
    page.get_by_label(label).check()

    assert line == said(page)
    expect(page.get_by_role("link", name=onward)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everyone_can_use_it(
    tmp_path: Path,
    open_page: OpenPage,
    serve_folder: ServeFolder,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: Scheme,
) -> None:
    name = "slate" if scheme == "dark" else "default"
    config = CONFIG.replace("name: material", f"name: material\n  palette: {{scheme: {name}}}")
    marked = guide(
        between="!!! note\n    A.\n\n!!! tip\n    B.\n\n!!! caution\n    C.\n\n!!! danger\n    D.\n"
    )
    files = FILES | {"docs/products/brio/descale.md": marked}
    page = open_page(width=width, scheme=scheme, reduced_motion="reduce")
    page.goto(serve_folder(make(tmp_path, files, config).folder) + DESCALE)
    for steps in ((1, 2), (3,)):
        tick(page, *steps)
        page.evaluate("() => window.scrollTo(0, 0)")
        assert [] == axe(page)
        assert 0 == overflow(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_long_words_and_code_fit_a_telephone(
    tmp_path: Path,
    scheme: Scheme,
    serve_folder: ServeFolder,
    open_page: OpenPage,
    axe: Callable[[Page], list[Violation]],
) -> None:
    word = "Überspannungsschutzeinrichtungsprüfprotokoll"
    text = guide("review_by: 2020-01-01\n", f"## {word}\n\n```python\nprint('x')\n```\n")
    files = FILES | {"docs/products/brio/descale.md": text}
    name = "slate" if scheme == "dark" else "default"
    config = CONFIG.replace("name: material", f"name: material\n  palette: {{scheme: {name}}}")
    page = open_page(width=320, scheme=scheme, reduced_motion="reduce")
    page.goto(serve_folder(make(tmp_path, files, config).folder) + DESCALE)
    assert 0 == overflow(page)
    assert [] == axe(page)
    said = page.locator(".cb-late")
    icon = said.locator("svg").bounding_box()
    place = said.bounding_box()
    assert icon is not None and place is not None
    assert 4 >= icon["y"] - place["y"] >= 0
    assert place["x"] == icon["x"]
