"""A hashed course in a real browser: each type of question is opened when it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.plugins.making import make
from tests.support.browser import Watch
from tests.support.static_server import serve_folder
from tests.widgets.test_quiz import LESSON, ask, put_in_order

pytestmark = pytest.mark.browser

COURSE = "title: Care\ngrading: hashed\nlessons: [01-water.md]\n"
WET = "### Is it wet? {#wet}\n\n- [x] True\n- [ ] False\n\nExplanation: Water is.\n\n///\n"
NEEDS = "The answer to this question can be opened only where the page is loaded over https."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    files = {
        "docs/courses/care/course.yml": COURSE,
        "docs/courses/care/01-water.md": LESSON.removesuffix("///\n") + WET,
    }
    site = make(tmp_path_factory.mktemp("hashed"), files)
    with serve_folder(site.folder, headers=True) as address:
        yield f"{address}courses/care/01-water/"


def begin(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("carebase-quiz").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Check answer")).to_have_count(7)


def check(page: Page, legend: str, said: str) -> None:
    question = ask(page, legend)
    question.get_by_role("button", name="Check answer").click()
    expect(question.get_by_role("status")).to_have_text(said)


def test_each_type_is_checked_as_in_a_course_of_self_check(page: Page, address: str) -> None:
    begin(page, address)
    assert 0 == page.locator(".cb-solution").count()
    expect(page.get_by_text("hidden from a glance only")).to_be_visible()

    acid = ask(page, "Which acid?")
    check(page, "Which acid?", "Please answer the question first.")
    assert 0 == page.locator(".cb-solution").count()
    acid.get_by_role("radio", name="Vinegar", exact=True).check()
    check(page, "Which acid?", "Not quite. It attacks seals.")
    acid.get_by_role("radio", name="Citric acid", exact=True).check()
    check(page, "Which acid?", "Correct. It is sour.")
    expect(acid.get_by_text("Acids dissolve lime.")).to_be_visible()
    expect(page.locator(".cb-solution")).to_have_count(1)

    wet = ask(page, "Is it wet?")
    wet.get_by_role("radio", name="False").check()
    check(page, "Is it wet?", "Not quite.")
    wet.get_by_role("radio", name="True").check()
    check(page, "Is it wet?", "Correct.")

    waters = ask(page, "Which waters?")
    waters.get_by_role("checkbox", name="Cold", exact=True).check()
    check(page, "Which waters?", "Not quite. You get 1 of 2 points.")
    waters.get_by_role("checkbox", name="Fresh", exact=True).check()
    check(page, "Which waters?", "Correct.")

    field = ask(page, "Scale is made of").get_by_role("textbox")
    field.fill("Sugar")
    check(page, "Scale is made of", "Not quite. Too sweet.")
    field.fill(" LIMESCALE. ")
    field.press("Enter")
    expect(ask(page, "Scale is made of").get_by_role("status")).to_have_text("Correct.")

    bar = ask(page, "How much?")
    bar.get_by_role("textbox").fill("7")
    check(page, "How much?", "Not quite. You can answer once more.")
    expect(bar.get_by_text("Show the answer")).to_be_hidden()
    bar.get_by_role("textbox").fill("8,4 bar")
    check(page, "How much?", "Not quite. This was your last attempt.")
    expect(bar.get_by_text("9 ± 0.5 bar")).to_be_visible()
    expect(bar.get_by_role("textbox")).to_be_disabled()

    put_in_order(ask(page, "In which order?"), ["Off", "Unplug", "Open"], Locator.click)
    check(page, "In which order?", "Correct.")

    pairs = ask(page, "What belongs together?")
    for term, meaning in (("Boiler", "heats"), ("Pump", "presses"), ("Group", "heats")):
        pairs.get_by_label(term, exact=True).select_option(meaning)
    check(page, "What belongs together?", "Not quite.")
    pairs.get_by_label("Group", exact=True).select_option("holds")
    check(page, "What belongs together?", "Correct.")

    # All is there again, and the course adds up what was reached.
    page.goto(address)
    page.locator("carebase-quiz").scroll_into_view_if_needed()
    expect(bar.get_by_role("status")).to_have_text("Not quite. This was your last attempt.")
    expect(pairs.get_by_role("status")).to_have_text("Correct.")
    expect(acid.get_by_role("status")).to_have_text("Correct. It is sour.")
    page.get_by_role("link", name="Finish course").click()
    expect(page.get_by_text("88.9 % · 8 of 9 points")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(
    open_page: Callable[..., Page], axe: Callable[..., Any], address: str, scheme: str
) -> None:
    page = open_page(width=320, scheme=scheme)
    begin(page, address)
    ask(page, "Which acid?").get_by_role("radio", name="Vinegar", exact=True).check()
    check(page, "Which acid?", "Not quite. It attacks seals.")

    assert [] == axe(page)
    assert 0 == page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_where_nothing_can_be_opened_it_is_told(page: Page, watch: Watch, address: str) -> None:
    """Without https, on another name than localhost, a browser gives no page its ciphers."""
    watch.allow(r"request to another host: http://care\.example/")
    watch.allow("The Cross-Origin-Opener-Policy header has been ignored")
    base = address.removesuffix("courses/care/01-water/")

    def pass_on(route: Route) -> None:
        answer = page.request.get(base + route.request.url.removeprefix("http://care.example/"))
        route.fulfill(response=answer)

    page.route("http://care.example/**", pass_on)
    page.goto("http://care.example/courses/care/01-water/")
    page.locator("carebase-quiz").scroll_into_view_if_needed()

    expect(ask(page, "Which acid?").get_by_text(NEEDS)).to_be_visible()
    expect(page.get_by_role("button", name="Check answer")).to_have_count(0)
    field = ask(page, "Scale is made of").get_by_role("textbox")
    field.fill("lime")
    field.press("Enter")
    expect(field).to_have_value("lime")


def test_a_damaged_seal_is_told(page: Page, address: str) -> None:
    begin(page, address)
    acid = ask(page, "Which acid?")
    acid.evaluate(
        "(one) => { one.dataset.sealed = one.dataset.sealed.replace(/^.{8}/, 'AAAAAAAA') }"
    )
    acid.get_by_role("radio", name="Vinegar", exact=True).check()

    said = "The answer to this question could not be opened. Please load the page again."
    check(page, "Which acid?", said)


def test_without_javascript_a_question_says_what_it_needs(
    open_page: Callable[..., Page], address: str
) -> None:
    page = open_page(javascript=False)
    page.goto(address)

    note = "Checking the answer to this question needs JavaScript."
    expect(ask(page, "Which acid?").get_by_text(note)).to_be_visible()
    expect(page.get_by_text("Acids dissolve lime.")).to_have_count(0)
    expect(page.get_by_text("hidden from a glance only")).to_be_visible()
