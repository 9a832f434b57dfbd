"""Each type of question by keys alone and by single taps alone, said in words, in both palettes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import OpenPage
from tests.plugins.making import CONFIG, make
from tests.support.browser import Scheme, overflow, run_axe
from tests.support.static_server import serve_folder

pytestmark = pytest.mark.browser

QUIZ = """\
# All types

/// quiz

### One? {#one}

- [x] Citric acid
- [ ] Vinegar
  > It attacks **seals**.

Hint: Sour.

Explanation: Acids dissolve lime.

### Several? {#several}

- [x] Cold
- [x] Fresh
- [ ] Warm

### It is on. {#on}

- [ ] True
- [x] False

### It is [[lime]]. {#lime}

### How much? [[= 9 ± 0.5 bar]] {#bar}

### Order? {#order}

1. Off
2. Unplug
3. Open

### Pairs? {#pairs}

- Boiler -> heats
- Pump -> presses

///
"""
PALETTES = """\
theme:
  name: material
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: teal
      toggle: {icon: material/weather-night, name: Dark}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      primary: teal
      toggle: {icon: material/weather-sunny, name: Light}
"""
# WCAG 2.2, 2.5.8.
TARGET = 24


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = CONFIG.replace("theme:\n  name: material\n", PALETTES)
    files = {
        "docs/courses/care/course.yml": "title: Care\nlessons: [a.md]\n",
        "docs/courses/care/a.md": QUIZ,
    }
    site = make(tmp_path_factory.mktemp("access"), files, config)
    with serve_folder(site.folder, headers=True) as address:
        yield f"{address}courses/care/a/"


class Hand:
    """Whoever answers: with keys alone, or with single taps alone."""

    def __init__(self, page: Page, taps: bool) -> None:
        self.page = page
        self.taps = taps

    def press(self, control: Locator, key: str = "Enter") -> None:
        if self.taps:
            control.tap()
        else:
            control.focus()
            self.page.keyboard.press(key)

    def write(self, control: Locator, text: str) -> None:
        if self.taps:
            control.tap()
        else:
            control.focus()
        self.page.keyboard.type(text)

    def choose(self, control: Locator, text: str) -> None:
        # The list itself is the browser's own, and opens by a tap.
        control.focus()
        if self.taps:
            control.select_option(label=text)
        else:
            self.page.keyboard.type(text)


def ask(page: Page, legend: str) -> Locator:
    return page.get_by_role("group", name=legend)


def answer_all(page: Page, hand: Hand) -> None:
    """Answer every question rightly."""
    hand.press(ask(page, "One?").get_by_role("radio", name="Citric acid"), "Space")
    for name in ("Cold", "Fresh"):
        hand.press(ask(page, "Several?").get_by_role("checkbox", name=name), "Space")
    hand.press(ask(page, "It is on.").get_by_role("radio", name="False"), "Space")
    hand.write(ask(page, "It is").nth(1).get_by_role("textbox"), "lime")
    hand.write(ask(page, "How much?").get_by_role("textbox"), "9")
    order(page, hand)
    for term, other in (("Boiler", "heats"), ("Pump", "presses")):
        hand.choose(ask(page, "Pairs?").get_by_role("combobox", name=term), other)


def order(page: Page, hand: Hand) -> None:
    steps = ask(page, "Order?").get_by_role("listitem")
    for place, name in enumerate(("Off", "Unplug", "Open")):
        for _ in range(3):
            if name in steps.nth(place).inner_text():
                break
            hand.press(page.get_by_role("button", name=f"Move up: {name}"))


@pytest.mark.parametrize("taps", [False, True], ids=["keys", "taps"])
def test_every_type_is_answered(open_page: OpenPage, address: str, taps: bool) -> None:
    page = open_page(width=320, has_touch=taps)
    page.goto(address)
    expect(page.get_by_role("button", name="Check answer")).to_have_count(7)
    hand = Hand(page, taps)
    answer_all(page, hand)
    questions = page.locator("fieldset[data-question]")
    for number in range(7):
        question = questions.nth(number)
        hand.press(question.get_by_role("button", name="Check answer"))
        # In words, and in a live region.
        expect(question.get_by_role("status")).to_contain_text("Correct.")
    assert page.url == address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(open_page: OpenPage, address: str, scheme: Scheme) -> None:
    page = open_page(width=320, scheme=scheme)
    page.goto(address)
    expect(page.get_by_role("button", name="Check answer")).to_have_count(7)
    assert ([], 0) == (run_axe(page), overflow(page))
    wrong = (("One?", "Vinegar"), ("It is on.", "True"))
    for legend, name in wrong:
        ask(page, legend).get_by_role("radio", name=name).check()
    answers = page.get_by_role("button", name="Check answer")
    for number in range(7):
        answers.nth(number).click()
    for legend, _ in wrong:
        expect(ask(page, legend).get_by_role("status")).to_contain_text("Not quite.")
    expect(ask(page, "Several?").get_by_role("status")).to_contain_text("Please answer")
    assert ([], 0) == (run_axe(page), overflow(page))


def test_everything_to_press_is_large_enough(open_page: OpenPage, address: str) -> None:
    page = open_page(width=320)
    page.goto(address)
    expect(page.get_by_role("button", name="Check answer")).to_have_count(7)
    small = page.evaluate(
        """(least) => [...document.querySelectorAll(
          "carebase-quiz :is(button, select, input[type=text], summary, label.cb-choice)")]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.textContent || one.id, one.getBoundingClientRect()])
          .filter(([, box]) => box.width < least || box.height < least)
          .map(([name, box]) => `${name.trim()}: ${box.width} × ${box.height}`)""",
        TARGET,
    )
    assert [] == small
