"""Sending the result of a course, from *Finish course* to the row in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.kb.endpoint_site import Client, process
from tests.plugins.making import make
from tests.support.browser import Watch, run_axe
from tests.widgets.test_certificate import FILES as CERTIFIED
from tests.widgets.test_certificate import LESSON
from tests.widgets.test_course import answer, follow

pytestmark = pytest.mark.browser

FILES = {
    **CERTIFIED,
    "docs/courses/exam/course.yml": "title: Exam\ngrading: graded\npass_mark: 60\n"
    "lessons: [01-water.md]\n",
    "docs/courses/exam/01-water.md": LESSON.replace("#a ", "#exam-a ").replace("#b ", "#exam-b "),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("completion")
    make(root, FILES)
    return root / "site"


@pytest.fixture
def client(site: Path) -> Iterator[Client]:
    (site.parent / "carebase.db").unlink(missing_ok=True)
    with process(site) as (_, client):
        yield client


def finish(page: Page, client: Client, course: str, **answers: bool) -> Locator:
    page.goto(f"{client.address}courses/{course}/")
    expect(page.get_by_role("button", name="Send my result")).to_have_count(0)
    expect(page.get_by_role("form", name="I have finished a course")).to_be_hidden()
    page.goto(f"{client.address}courses/{course}/01-water/")
    answer(page, **answers)
    follow(page, "Finish course")
    expect(page.locator("carebase-course")).to_contain_text("Course completed")
    return page.locator("[data-completion]")


def send(page: Page, section: Locator, name: str) -> str:
    section.get_by_label("Your name").fill(name)
    section.get_by_label("Your e-mail address").fill("zoe@firm.example")
    section.get_by_role("button", name="Send it in").click()
    expect(section.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_role("button", name="Send my result")).to_have_count(0)
    return section.locator(".cb-ref").inner_text()


def stored(client: Client) -> tuple[str, dict[str, Any]]:
    (row,) = client.rows()
    return row["ref"], json.loads(row["values"])


def test_a_self_check_is_sent_when_the_learner_wants_it(client: Client, page: Page) -> None:
    section = finish(page, client, "care", a=True, b=False)
    expect(section).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 900})
    page.get_by_role("button", name="Send my result").click()
    expect(section).to_be_focused()
    # Its first line is not below the header that stays in sight.
    top = page.evaluate("document.querySelector('.md-header').getBoundingClientRect().bottom")
    assert section.evaluate("one => one.getBoundingClientRect().top") >= top
    expect(page.get_by_role("button", name="Send my result")).to_have_count(0)
    for said in ("2026-11", "62.5 %", "5 of 8 points", "Passed"):
        expect(section.locator(".cb-along")).to_contain_text(said)
    today: str = page.evaluate("new Date().toLocaleDateString('sv')")
    expect(section.get_by_label("Which course?")).to_have_value("Care for it")
    expect(section.get_by_label("When did you finish it?")).to_have_value(today)
    assert [] == run_axe(page)
    section.get_by_role("button", name="Send it in").click()
    expect(section.get_by_role("alert")).to_contain_text("2")
    assert [] == client.rows()
    ref = send(page, section, "Zoë O’Neil")

    known, values = stored(client)
    assert ref == known
    assert {
        "course": "Care for it",
        "finished": today,
        "name": "Zoë O’Neil",
        "email": "zoe@firm.example",
        "_course": "care",
        "_course_version": "2026-11",
        "_score": "62.5",
        "_points": "5/8",
        "_passed": "yes",
        "_grading": "self-check",
    } == values


def test_of_a_graded_course_the_endpoint_says_the_result(
    client: Client, page: Page, watch: Watch
) -> None:
    section = finish(page, client, "exam", a=False, b=True)
    expect(page.locator("carebase-course")).to_contain_text("37.5 %")
    page.get_by_role("button", name="Send my result").click()
    # Whoever says to the browser that all was right is not believed.
    page.evaluate(
        """() => {
          for (const [name, text] of Object.entries(localStorage)) {
            if (!name.includes("/q/")) continue;
            localStorage.setItem(name, JSON.stringify({ ...JSON.parse(text), share: "1/1" }));
          }
          dispatchEvent(new StorageEvent("storage", { key: "carebase-course/exam/q/exam-a" }));
        }"""
    )
    expect(section.locator(".cb-along")).to_contain_text("100 %")
    ref = send(page, section, "Mallory")

    known, values = stored(client)
    (attempt,) = client.rows("attempts")
    assert (ref, client.rows()[0]["id"]) == (known, attempt["submission_id"])
    assert ("37.5", "3/8", "no", "graded", attempt["id"][-8:]) == tuple(
        values[f"_{name}"] for name in ("score", "points", "passed", "grading", "attempt")
    )
