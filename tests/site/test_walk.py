"""A customer's walk through the running example: a warranty answer, feedback that is kept."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenPage
from tests.support import walks
from tests.support.browser import Watch, run_axe
from tests.support.example import KINDS, copy_example
from tests.support.process import Running, free_port, start_carebase

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Care:
    """The running example: where it answers, where it keeps what customers send, its sources."""

    address: str
    database: Path
    root: Path
    process: Running

    def submissions(self) -> list[tuple[str, str]]:
        """Give form and values of each row that is kept."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return list(database.execute('select form, "values" from submissions order by id'))


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Care]:
    """The example under `carebase serve`, ended as Ctrl-C ends it."""
    root = tmp_path_factory.mktemp("care")
    copy_example(root)
    database = root / "carebase.db"
    settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{database}"}
    with start_carebase("serve", "--port", str(free_port()), cwd=root, env=settings) as process:
        address = process.address()
        yield Care(address.rstrip("/") + "/", database, root, process)
        process.stop(signal.SIGINT)
        assert "Traceback" not in process.output


@pytest.fixture(autouse=True)
def live_reload(watch: Watch) -> None:
    """Allow the one word that live reload says in the console."""
    watch.allow("console log: Enabled live reload")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_covered_machine(care: Care, open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    page.goto(care.address + KINDS["warranty-check"])
    walks.covered(page)

    assert "covered" in page.locator(".cb-result").inner_text().lower()
    # Scrolled to the answer, the header hides what lies above it.
    page.evaluate("() => window.scrollTo(0, 0)")
    assert [] == run_axe(page)


def test_an_expired_promise(care: Care, open_page: OpenPage) -> None:
    page = open_page(scheme="dark")
    page.goto(care.address + KINDS["warranty-check"])
    walks.expired(page)

    text = page.locator(".cb-result").inner_text().lower()
    assert "expired" in text or "ended" in text or "no longer" in text
    assert [] == run_axe(page)


def test_a_bad_serial_is_told_beside_its_field(
    care: Care, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("status of 422")
    page = open_page()
    page.goto(care.address + KINDS["warranty-check"])
    walks.bad_serial(page)

    field = page.locator("carebase-warranty-check [name=serial]")
    assert "true" == field.get_attribute("aria-invalid")
    described = (field.get_attribute("aria-describedby") or "").split()
    said = " ".join(page.locator(f"#{name}").inner_text() for name in described)
    assert "does not look like a serial number of Brio" in said
    assert [] == run_axe(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_feedback_is_kept(care: Care, open_page: OpenPage, javascript: bool) -> None:
    comment = f"Say how long the pump should run ({javascript})."
    page = open_page(javascript=javascript)
    page.goto(care.address + KINDS["guide"])
    feedback = page.locator("[data-carebase=page-feedback]").first
    if javascript:
        walks.open_feedback(page)
    else:
        feedback.locator("label", has_text="No").first.click()
    feedback.locator("textarea").fill(comment)
    feedback.locator("button[type=submit]").click()
    if javascript:
        feedback.locator(".cb-done").wait_for()
    else:
        page.wait_for_load_state()

    assert "thank" in page.locator("body").inner_text().lower()
    kept = [values for form, values in care.submissions() if form == "page-feedback"]
    assert 1 == sum(comment in values for values in kept)


def test_a_note_on_one_step_is_kept_with_its_step(care: Care, open_page: OpenPage) -> None:
    page = open_page(width=390)
    page.goto(care.address + KINDS["guide"])
    step = page.locator(".cb-step").nth(1)
    ask = step.get_by_role("button", name="Something unclear?")
    ask.click()
    area = step.get_by_label("What is unclear or wrong in this step?")
    expect(area).to_be_focused()
    before = len(care.submissions())
    step.get_by_role("button", name="Send my feedback").click()
    expect(area).to_be_focused()
    area.fill("Which of the two marks?")
    ask.click()
    expect(area).to_be_hidden()
    ask.click()
    expect(area).to_have_value("Which of the two marks?")
    assert [] == run_axe(page)
    step.get_by_role("button", name="Send my feedback").click()

    expect(step).to_contain_text("Thank you.")
    expect(page.locator("#cb-feedback").get_by_role("button", name="Not really")).to_be_attached()
    assert before + 1 == len(care.submissions())
    kept = json.loads(care.submissions()[-1][1])
    anchor = step.locator("h2").get_attribute("id")
    assert ("no", anchor, KINDS["guide"]) == (kept["helpful"], kept["section"], kept["page"])
    assert "Which of the two marks?" == kept["comment"]


def test_a_warranty_check_without_javascript(care: Care, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(care.address + KINDS["warranty-check"])
    check = page.locator("carebase-warranty-check")
    check.locator("[name=product][value=brio]").check()
    check.locator("[name=bought]").fill("2023-03-01")
    check.locator("[name=country]").select_option("AT")
    check.locator("button[type=submit]").click()
    page.wait_for_load_state()

    assert "v1/warranty" in page.url
    assert page.locator("h1").first.is_visible()


def test_a_saved_page_shows_by_itself(care: Care, open_page: OpenPage) -> None:
    source = care.root / "docs" / "products" / "brio" / "descale.md"
    page = open_page()
    page.goto(care.address + KINDS["guide"])
    source.write_text(source.read_text(encoding="utf-8") + "\nOne more sentence, just saved.\n")

    page.get_by_text("One more sentence, just saved.").first.wait_for(timeout=20_000)


def test_widgets_work_after_pages_changed_in_place(care: Care, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(care.address + KINDS["support"])
    walks.in_place(page)
    page.evaluate("() => { window.still = 'the same document'; }")

    page.locator(f"main a[href$='{KINDS['warranty-check']}']").first.click()
    page.wait_for_url("**/" + KINDS["warranty-check"])
    walks.covered(page)
    page.go_back()
    expect(page.locator("carebase-warranty-check")).to_have_count(0)
    page.go_forward()
    walks.covered(page)

    assert "the same document" == page.evaluate("() => window.still")
