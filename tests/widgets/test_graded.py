"""A graded course as somebody with a phone takes it, against the endpoint as a process."""

from __future__ import annotations

import re
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from carebase.training.words import digest
from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, process, wait_until
from tests.plugins.making import CONFIG, make
from tests.support.browser import Watch, run_axe
from tests.support.process import free_port, start_carebase
from tests.support.sites import write_files

pytestmark = pytest.mark.browser

COURSE = "title: Exam\ngrading: graded\npass_mark: 60\nlessons: [01-water.md, 02-all.md]\n"
WATER = """\
# Water

Text.

/// quiz

### What dissolves scale? {#acid points=2 attempts=2}

- [x] Citric acid
  > Right, see [what follows](02-all.md).
- [ ] Vinegar
  > It attacks **the seals**.

Explanation: Acids dissolve lime.

### Scale is made of [[lime|limescale]]. {#lime}

### In which order? {#order attempts=1}

1. Off
2. Unplug
3. Open

### What belongs together? {#pairs partial attempts=3}

- Boiler -> heats
- Pump -> presses
- Group -> holds

///
"""
TOGETHER = """\
# All

/// quiz
    together: true
    attempts: 1

### How much? [[= 9 ± 0.5 bar]] {#bar}

### Which are acids? {#acids type=several partial}

- [x] Lemon
- [x] Cola
- [ ] Soap

///
"""
FILES = {
    "docs/courses/exam/course.yml": COURSE,
    "docs/courses/exam/01-water.md": WATER,
    "docs/courses/exam/02-all.md": TOGETHER,
}
FIRST, LAST = "courses/exam/01-water/", "courses/exam/02-all/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("graded")
    make(root, FILES)
    return root / "site"


@pytest.fixture
def client(site: Path) -> Iterator[Client]:
    with process(site) as (_, client):
        yield client


def asked(page: Page, text: str) -> Locator:
    return page.get_by_role("group", name=text)


def check(group: Locator) -> Locator:
    group.get_by_role("button", name="Check answer").click()
    return group.get_by_role("status")


def test_answers_are_graded_by_the_endpoint(client: Client, page: Page) -> None:
    page.goto(client.address + FIRST)
    acid = asked(page, "What dissolves scale?")
    expect(check(acid)).to_have_text("Please answer the question first.")
    acid.get_by_role("radio", name="Vinegar").check()
    said = check(acid)
    expect(said).to_have_text(
        re.compile(r"Not quite\. You can answer once more\.\s+It attacks the seals\.")
    )
    expect(said.locator("strong", has_text="the seals")).to_be_visible()
    acid.get_by_role("radio", name="Citric acid").check()
    expect(check(acid)).to_have_text(
        re.compile(r"Correct\.\s+Right, see what follows\.\s+Acids dissolve lime\.")
    )
    # It was the last attempt.
    expect(acid.get_by_role("button", name="Check answer")).to_be_hidden()
    expect(acid.get_by_role("radio", name="Vinegar")).to_be_disabled()
    assert page.url == client.address + FIRST
    expect(said.get_by_role("link")).to_have_attribute("href", "../02-all/")

    page.reload()
    expect(asked(page, "What dissolves scale?").get_by_role("status")).to_contain_text("Correct.")
    expect(asked(page, "What dissolves scale?").get_by_label("Citric acid")).to_be_checked()
    assert 2 == len([row for row in client.rows("attempt_answers") if row["question"] == "acid"])


def test_every_type_by_keyboard_alone(client: Client, page: Page) -> None:
    page.goto(client.address + FIRST)
    expect(page.get_by_role("button", name="Check answer")).to_have_count(4)
    page.get_by_role("textbox", name="Your answer").focus()
    page.keyboard.type("Lime")
    page.keyboard.press("Enter")
    expect(asked(page, "Scale is made of").get_by_role("status")).to_have_text("Correct.")

    order = asked(page, "In which order?")
    shown = order.locator(".cb-item").all_inner_texts()
    wanted = ["Off", "Unplug", "Open"]
    while shown != wanted:
        place = next(
            number
            for number in (1, 2)
            if wanted.index(shown[number]) < wanted.index(shown[number - 1])
        )
        order.get_by_role("button", name=f"Move up: {shown[place]}").press("Enter")
        shown[place - 1], shown[place] = shown[place], shown[place - 1]
        expect(order.locator(".cb-item")).to_have_text(shown)
    order.get_by_role("button", name="Check answer").press("Enter")
    expect(order.get_by_role("status")).to_have_text("Correct.")

    pairs = asked(page, "What belongs together?")
    for term, definition in (("Boiler", "heats"), ("Pump", "holds"), ("Group", "holds")):
        pairs.get_by_label(term).select_option(definition)
    pairs.get_by_role("button", name="Check answer").press("Enter")
    expect(pairs.get_by_role("status")).to_contain_text("You get 0.67 of 1 point.")
    expect(pairs.get_by_role("status")).to_contain_text("You can answer 2 more times.")


def test_one_submit_for_a_page_and_the_result_on_the_course(client: Client, page: Page) -> None:
    page.goto(client.address + "courses/exam/")
    page.get_by_role("link", name="Start course").click()
    acid = asked(page, "What dissolves scale?")
    acid.get_by_role("radio", name="Citric acid").check()
    expect(check(acid)).to_contain_text("Correct.")
    page.get_by_role("link", name="Next lesson").click()
    expect(page.get_by_role("button", name="Check answer")).to_have_count(0)
    page.get_by_role("textbox", name="Your answer").fill("9,2 bar")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("One question has no answer yet.")).to_be_visible()
    assert not [row for row in client.rows("attempt_answers") if row["question"] == "bar"]
    page.get_by_role("checkbox", name="Lemon").check()
    page.get_by_role("button", name="Submit").click()
    expect(asked(page, "How much?").get_by_role("status")).to_contain_text("Correct.")
    expect(asked(page, "Which are acids?").get_by_role("status")).to_contain_text(
        "You get 0.5 of 1 point. This was your last attempt."
    )
    expect(page.get_by_role("button", name="Submit")).to_be_hidden()
    page.get_by_role("link", name="Finish course").click()

    panel = page.locator("carebase-course")
    for said in ("50 %", "3.5 of 7 points", "Not passed yet", "You pass with 60 %."):
        expect(panel).to_contain_text(said)
    page.get_by_role("link", name="Scale is made of").click()
    page.get_by_role("textbox", name="Your answer").fill("limescale")
    expect(check(asked(page, "Scale is made of"))).to_have_text("Correct.")
    page.goto(client.address + "courses/exam/")
    expect(panel).to_contain_text("4.5 of 7 points")
    expect(panel.get_by_text("Passed", exact=True)).to_be_visible()
    row = client.rows("attempts")[-1]
    assert ("9/2", "7/1", 60) == (row["reached"], row["possible"], row["mark"])
    assert row["passed_at"]


def test_nothing_is_lost_while_the_endpoint_is_down(
    open_page: OpenPage, watch: Watch, site: Path
) -> None:
    watch.allow("ERR_CONNECTION")
    page = open_page()
    with process(site) as (ran, client):
        port = client.address.rstrip("/").rpartition(":")[2]
        page.goto(client.address + FIRST)
        acid = asked(page, "What dissolves scale?")
        acid.get_by_role("radio", name="Vinegar").check()
        expect(check(acid)).to_contain_text("Not quite.")
        ran.kill()
        ran.wait()
        acid.get_by_role("radio", name="Citric acid").check()
        expect(check(acid)).to_contain_text("Your answer is kept on this device")
        before = len(client.rows("attempt_answers"))
    with process(site, "--port", port) as (_, client):
        expect(acid.get_by_role("status")).to_contain_text("Correct.", timeout=30_000)
        page.goto(client.address + "courses/exam/")
        expect(page.locator("carebase-course")).to_contain_text("Your progress")
        expect(page.locator("carebase-course .cb-kept")).to_have_count(0)
        assert before + 1 == len(client.rows("attempt_answers"))


def test_what_waits_is_sent_by_another_page(open_page: OpenPage, watch: Watch, site: Path) -> None:
    watch.allow("ERR_|status of 5")
    page = open_page()
    with process(site) as (_, client):
        page.goto(client.address + FIRST)
        page.route("**/attempts", lambda route: route.abort())
        group = asked(page, "Scale is made of")
        page.get_by_role("textbox", name="Your answer").fill("sand")
        expect(check(group)).to_contain_text("Your answer is kept on this device")
        page.goto(client.address + "courses/exam/")
        expect(page.locator("carebase-course")).to_contain_text("One answer waits on this device")
        page.unroute("**/attempts")
        page.goto(client.address + LAST)
        page.goto(client.address + FIRST)
        expect(group.get_by_role("status")).to_have_text("Not quite.")
        expect(page.get_by_role("textbox", name="Your answer")).to_have_value("sand")


def test_words_that_changed_are_asked_again(page: Page, tmp_path: Path, watch: Watch) -> None:
    watch.allow("status of 422")
    make(tmp_path, FILES)
    with process(tmp_path / "site") as (_, client):
        page.goto(client.address + FIRST)
        page.get_by_role("textbox", name="Your answer").fill("lime")
        group = asked(page, re.compile("Scale"))  # type: ignore[arg-type]
        expect(check(group)).to_have_text("Correct.")
        port = client.address.rstrip("/").rpartition(":")[2]
    changed = WATER.replace("Scale is made of", "Scale consists of")
    make(tmp_path, {"docs/courses/exam/01-water.md": changed})
    with process(tmp_path / "site", "--port", port) as (_, client):
        # This page is still the old one.
        page.get_by_role("textbox", name="Your answer").fill("limescale")
        expect(check(group)).to_contain_text("This question was updated, please answer again.")
        page.reload()
        expect(group.get_by_role("status")).to_have_text(
            "This question was updated, please answer again."
        )
        page.get_by_role("textbox", name="Your answer").fill("limescale")
        expect(check(group)).to_have_text("Correct.")


def is_right(client: Client, version: str, answer: str) -> bool:
    """Ask the endpoint, as somebody new each time."""
    given = {"question": "acid", "version": version, "given": [digest(answer)]}
    sent = {"attempt": secrets.token_urlsafe(24), "answers": [given]}
    return bool(client.post_json("/v1/courses/exam/attempts", sent).json["results"][0]["right"])


def test_while_writing_the_key_follows_the_file(
    open_page: OpenPage, watch: Watch, tmp_path: Path
) -> None:
    watch.allow("console log: Enabled live reload|_carebase/wait")
    write_files(tmp_path, {"mkdocs.yml": CONFIG, **FILES})
    settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{tmp_path / 'serve.db'}"}
    page = open_page()
    port = str(free_port())
    with start_carebase("serve", "--port", port, cwd=tmp_path, env=settings) as process:
        page.goto(process.address().rstrip("/") + "/" + FIRST)
        acid = asked(page, "What dissolves scale?")
        expect(acid.locator(".cb-help")).to_have_text("2 points · 2 attempts")
        acid.get_by_role("radio", name="Vinegar").check()
        expect(check(acid)).to_contain_text("Not quite.")
        ticked = WATER.replace("- [x] Citric", "- [ ] Citric").replace("- [ ] Vin", "- [x] Vin")
        (tmp_path / "docs/courses/exam/01-water.md").write_text(ticked, "utf-8")
        version = acid.get_attribute("data-version") or ""
        client = Client(process.address(), tmp_path / "serve.db")
        wait_until(lambda: is_right(client, version, "Vinegar"), 60)
        expect(check(acid)).to_contain_text("Correct.", timeout=20_000)
        process.stop(signal.SIGINT)
    assert "Traceback" not in process.output


def test_without_javascript_it_says_what_it_needs(client: Client, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(client.address + FIRST)

    told = "This question needs JavaScript and a connection: our service checks the answer."
    expect(page.get_by_text(told)).to_have_count(4)
    expect(page.get_by_role("button", name="Check answer")).to_have_count(0)
    expect(page.get_by_text("Show the answer")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(client: Client, open_page: OpenPage, scheme: Any) -> None:
    page = open_page(width=320, scheme=scheme)
    page.goto(client.address + FIRST)
    acid = asked(page, "What dissolves scale?")
    acid.get_by_role("radio", name="Vinegar").check()
    expect(check(acid)).to_contain_text("Not quite.")
    page.get_by_role("textbox", name="Your answer").fill("lime")
    expect(check(asked(page, "Scale is made of"))).to_contain_text("Correct.")
    assert [] == run_axe(page)
    page.goto(client.address + LAST)
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    assert [] == run_axe(page)
