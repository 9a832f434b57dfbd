"""Questions answered by keyboard and by taps, in a real browser with an empty console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.plugins.making import make
from tests.support.sites import BuiltSite
from tests.support.static_server import serve_folder

pytestmark = pytest.mark.browser

COURSE = "title: Care\nlessons: [01-water.md, 02-more.md]\n"
LESSON = """\
# Water

/// quiz

### Which acid? {#acid points=2}

- [x] Citric acid
  > It is **sour**.
- [ ] Vinegar
  > It attacks seals.
- [ ] Soap

Hint: First hint.

Hint: Second hint.

Explanation: Acids dissolve lime.

### Which waters? {#waters points=2 partial}

- [x] Cold
- [x] Fresh
- [ ] Warm

### Scale is made of [[lime|limescale]]. {#lime}

- [ ] sugar
  > Too sweet.

### How much? [[= 9 ± 0.5 bar]] {#bar attempts=2}

### In which order? {#order}

1. Off
2. Unplug
3. Open

### What belongs together? {#pairs}

- Boiler -> heats
- Pump -> presses
- Group -> holds

///
"""
MORE = "# More\n\n/// quiz\n    draw: 1\n\n" + "\n".join(
    f"### Question {number}? {{#n{number}}}\n\n- [x] Yes\n- [ ] No\n" for number in (1, 2, 3)
)


def build(root: Path, lesson: str = LESSON) -> BuiltSite:
    return make(
        root,
        {
            "docs/courses/care/course.yml": COURSE,
            "docs/courses/care/01-water.md": lesson,
            "docs/courses/care/02-more.md": MORE + "\n///\n",
        },
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = build(tmp_path_factory.mktemp("quiz"))
    with serve_folder(site.folder, headers=True) as address:
        yield f"{address}courses/care/"


def begin(page: Page, address: str, name: str = "01-water/") -> None:
    page.goto(address + name)
    page.locator("carebase-quiz").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Check answer").first).to_be_visible()


def ask(page: Page, legend: str) -> Locator:
    return page.get_by_role("group", name=legend)


def check(question: Locator) -> str:
    question.get_by_role("button", name="Check answer").click()
    return " ".join(question.get_by_role("status").inner_text().split())


def test_feedback_stands_beside_what_was_chosen(page: Page, address: str) -> None:
    begin(page, address)
    acid = ask(page, "Which acid?")

    assert "Please answer the question first." == check(acid)
    acid.get_by_role("radio", name="Vinegar", exact=True).check()
    assert "Not quite. It attacks seals." == check(acid)
    acid.get_by_role("radio", name="Citric acid", exact=True).check()
    assert "Correct. It is sour." == check(acid)
    expect(acid.get_by_text("Acids dissolve lime.")).to_be_visible()
    assert page.url == f"{address}01-water/"


def test_hints_come_one_after_the_other(page: Page, address: str) -> None:
    begin(page, address)
    acid = ask(page, "Which acid?")

    expect(acid.get_by_text("Hint 2")).to_be_hidden()
    acid.get_by_text("Hint 1").click()
    expect(acid.get_by_text("First hint.")).to_be_visible()
    acid.get_by_text("Hint 2").click()
    expect(acid.get_by_text("Second hint.")).to_be_visible()


def test_a_part_of_an_answer_gives_a_part_of_the_points(page: Page, address: str) -> None:
    begin(page, address)
    waters = ask(page, "Which waters?")
    waters.get_by_role("checkbox", name="Cold", exact=True).check()

    assert "Not quite. You get 1 of 2 points." == check(waters)
    waters.get_by_role("checkbox", name="Fresh", exact=True).check()
    assert "Correct." == check(waters)


def test_typed_answers(page: Page, address: str) -> None:
    begin(page, address)
    lime = ask(page, "Scale is made of")
    field = lime.get_by_role("textbox")
    field.fill("Sugar")
    assert "Not quite. Too sweet." == check(lime)
    field.fill(" LIME. ")
    field.press("Enter")
    expect(lime.get_by_role("status")).to_have_text("Correct.")

    bar = ask(page, "How much?")
    bar.get_by_role("textbox").fill("7")
    assert "Not quite. You can answer once more." == check(bar)
    expect(bar.get_by_text("Show the answer")).to_be_hidden()
    bar.get_by_role("textbox").fill("8,4 bar")
    assert "Not quite. This was your last attempt." == check(bar)
    expect(bar.get_by_text("9 ± 0.5 bar")).to_be_visible()
    expect(bar.get_by_role("textbox")).to_be_disabled()
    expect(bar.get_by_role("button", name="Check answer")).to_be_hidden()
    expect(bar.get_by_role("status")).to_be_focused()


def put_in_order(order: Locator, wanted: list[str], press: Callable[[Locator], None]) -> None:
    for place, name in enumerate(wanted):
        button = order.get_by_role("button", name=f"Move up: {name}", exact=True)
        while order.locator("li").all_inner_texts()[place].split("\n")[0] != name:
            press(button)


def by_key(button: Locator) -> None:
    button.focus()
    button.press("Enter")
    expect(button).to_be_focused()


@pytest.mark.parametrize("press", [Locator.click, by_key], ids=["taps", "keyboard"])
def test_steps_are_put_in_order(page: Page, address: str, press: Callable[[Locator], None]) -> None:
    begin(page, address)
    order = ask(page, "In which order?")

    assert "Not quite." == check(order)
    put_in_order(order, ["Off", "Unplug", "Open"], press)
    first = order.get_by_role("button", name="Move up: Off")
    expect(first).to_have_attribute("aria-disabled", "true")
    expect(order.get_by_role("status")).to_contain_text("of 3.")
    assert "Correct." == check(order)


def test_pairs_are_matched(page: Page, address: str) -> None:
    begin(page, address)
    pairs = ask(page, "What belongs together?")
    for term, meaning in (("Boiler", "heats"), ("Pump", "presses"), ("Group", "heats")):
        pairs.get_by_label(term, exact=True).select_option(meaning)
    assert "Not quite." == check(pairs)
    pairs.get_by_label("Group", exact=True).select_option("holds")
    assert "Correct." == check(pairs)


def test_answers_are_there_again(page: Page, address: str) -> None:
    begin(page, address)
    acid, order = ask(page, "Which acid?"), ask(page, "In which order?")
    acid.get_by_role("radio", name="Vinegar", exact=True).check()
    check(acid)
    put_in_order(order, ["Off", "Unplug", "Open"], Locator.click)
    check(order)
    begin(page, address)

    expect(acid.get_by_role("radio", name="Vinegar", exact=True)).to_be_checked()
    expect(acid.get_by_role("status")).to_contain_text("Not quite. It attacks seals.")
    expect(order.get_by_role("status")).to_contain_text("Correct.")


def test_one_question_of_a_pool_is_asked_and_stays(page: Page, address: str) -> None:
    begin(page, address, "02-more/")
    shown = page.locator("fieldset[data-question]:visible")
    expect(shown).to_have_count(1)
    name = shown.get_attribute("id")
    shown.get_by_role("radio", name="Yes").check()
    assert "Correct." == check(shown)
    begin(page, address, "02-more/")
    assert name == shown.get_attribute("id")


def test_a_reworded_question_asks_again_and_the_others_stay(page: Page, tmp_path: Path) -> None:
    site = build(tmp_path)
    with serve_folder(site.folder, headers=True) as base:
        address = f"{base}courses/care/"
        begin(page, address)
        for legend in ("Which acid?", "Which waters?"):
            question = ask(page, legend)
            question.locator("input").first.check()
            check(question)
        head, first, rest = LESSON.partition("### Which acid?")
        acid, second, others = rest.partition("### Which waters?")
        # Another order, another place for the ticks, and one question in other words.
        text = f"{head}{second.replace('waters', 'kinds of water')}{others}"
        text = text.replace("\n///\n", f"\n{first}{acid.replace('> It is', '> Indeed')}\n///\n")
        build(tmp_path, text)
        begin(page, address)

        expect(ask(page, "Which acid?").get_by_role("status")).not_to_be_empty()
        expect(ask(page, "Which acid?")).not_to_contain_text("updated")
        changed = ask(page, "Which kinds of water?")
        expect(changed.get_by_role("status")).to_have_text(
            "This question was updated, please answer again."
        )
        expect(changed.locator("input").first).to_be_checked()


def test_where_nothing_can_be_saved_it_is_told(page: Page, address: str) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"
    )
    begin(page, address)
    acid = ask(page, "Which acid?")

    expect(page.get_by_text("Your progress cannot be saved in this browser.")).to_have_count(1)
    acid.get_by_role("radio", name="Citric acid", exact=True).check()
    assert "Correct. It is sour." == check(acid)


def test_a_full_storage_does_no_harm(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(
        "for (let n = 5e6; n >= 1; n = Math.floor(n / 2))"
        " { try { for (;;) localStorage.setItem('x' + Math.random(), 'y'.repeat(n)) } catch {} }"
    )
    begin(page, address)
    expect(page.get_by_text("Your progress cannot be saved in this browser.")).to_have_count(1)
    waters = ask(page, "Which waters?")
    waters.get_by_role("checkbox", name="Cold", exact=True).check()
    assert "Not quite. You get 1 of 2 points." == check(waters)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(
    open_page: Callable[..., Page], axe: Callable[..., Any], address: str, scheme: str
) -> None:
    page = open_page(width=320, scheme=scheme)
    begin(page, address)
    for question in page.locator("fieldset[data-question]").all():
        for box in question.locator("input:not([type=text])").all()[:1]:
            box.check()
        for field in question.locator("input[type=text]").all():
            field.fill("7")
        for field in question.locator("select").all():
            field.select_option(index=1)
        check(question)

    assert [] == axe(page)
    assert 0 == page.evaluate("document.documentElement.scrollWidth - innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('carebase-quiz :is(button, summary, select, .cb-choice)')]"
        ".filter((one) => one.offsetHeight && one.offsetHeight < 24).length"
    )
    assert 0 == small


def test_without_javascript_the_answer_opens(open_page: Callable[..., Page], address: str) -> None:
    page = open_page(javascript=False)
    page.goto(f"{address}01-water/")
    acid = ask(page, "Which acid?")

    expect(acid.get_by_role("button")).to_have_count(0)
    acid.get_by_text("Show the answer").click()
    expect(acid.get_by_text("It attacks seals.")).to_be_visible()
