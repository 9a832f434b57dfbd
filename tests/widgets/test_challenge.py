"""The proof of work of real forms, against a real endpoint and the policy of a built site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from carebase.forms.html import render_feedback
from carebase_plugins.theme.assets import Assets
from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, serving
from tests.support.browser import Violation, Watch
from tests.support.weight import compressed
from tests.widgets.conftest import STATIC, form, page_of
from tests.widgets.test_form import ready
from tests.widgets.test_spam import fill, send, write_site

pytestmark = pytest.mark.browser

FILES = ("challenge.js", "challenge-worker.js", "challenge-solve.js")


def write_pages(folder: Path) -> Path:
    """Make a site with a form and a page that asks for feedback, with the headers of a build."""
    site = write_site(folder)
    (site / "_headers").write_text(Assets().headers(encrypted=False), "utf-8")
    (site / "guide").mkdir()
    asked = render_feedback(form("page-feedback"), endpoint="../", context={"page": "guide/"})
    (site / "guide" / "index.html").write_text(page_of(asked).replace("/help/", "/"), "utf-8")
    return site


@pytest.fixture(params=["quarantine", "required"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    with serving(write_pages(tmp_path), challenge=request.param) as client:
        yield client


@pytest.fixture
def lenient(tmp_path: Path) -> Iterator[Client]:
    with serving(write_pages(tmp_path), challenge="quarantine") as client:
        yield client


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Client]:
    with serving(write_pages(tmp_path), challenge="required") as client:
        yield client


def outcomes(client: Client) -> list[tuple[str, list[str]]]:
    """Give state and reasons of all that is stored, in the order in which it came."""
    found = {event["submission_id"]: json.loads(event["data"]) for event in client.rows("events")}
    return [(row["state"], found[row["id"]].get("reasons", [])) for row in client.rows()]


def names(page: Page) -> list[str]:
    """Note the last part of each address that a page asks for."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(re.sub(r"[?].*", "", request.url).rsplit("/", 1)[-1])

    page.context.on("request", note)
    return asked


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One watched page whose clock a test moves on."""
    page = open_page()
    page.clock.install()
    return page


def settle(page: Page) -> None:
    """Let as much time go by as a person needs at least."""
    page.clock.fast_forward(3000)


def test_it_begins_with_the_form_and_not_with_the_page(client: Client, page: Page) -> None:
    asked = names(page)
    page.goto(client.address + "form/")
    ready(page)
    page.wait_for_load_state("networkidle")
    before = list(asked)
    with page.expect_worker() as worker, page.expect_response("**/v1/challenge?*"):
        page.get_by_label("Your name").fill("A")
    assert worker.value.url.endswith("/challenge-worker.js")
    fill(page)
    settle(page)
    send(page)

    assert not {"challenge", "challenge-worker.js", "challenge-solve.js"} & set(before)
    assert 1 == asked.count("challenge")
    assert [("received", [])] == outcomes(client)
    assert [] == page.workers


def test_typing_is_never_held_up(client: Client, page: Page) -> None:
    page.goto(client.address + "form/")
    ready(page)
    page.evaluate(
        """() => {
          window.longest = 0;
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
          }).observe({ entryTypes: ["longtask"] });
        }"""
    )
    # The work is done beside the page, however slow the machine is.
    with page.expect_worker(), page.expect_response("**/v1/challenge?*"):
        page.get_by_label("What happens").press_sequentially("It hums, but no water comes.")
    page.wait_for_timeout(500)

    assert page.evaluate("longest") < 1000
    expect(page.get_by_label("What happens")).to_have_value("It hums, but no water comes.")


def test_votes_and_the_comments_that_follow_have_one_each(client: Client, page: Page) -> None:
    asked = names(page)
    page.goto(client.address + "guide/")
    ready(page)
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Reference")).to_be_visible()
    page.locator("textarea").fill("Clear pictures, thank you.")
    settle(page)
    page.locator("button[type=submit]").click()
    expect(page.locator(".cb-done")).to_be_visible()

    assert [("received", [])] * 2 == outcomes(client)
    assert 2 == asked.count("challenge")
    assert 2 == len(client.rows("challenges"))


def test_a_page_without_https_solves_it_too(client: Client, page: Page) -> None:
    code = "Object.defineProperty(crypto, 'subtle', { value: undefined });"

    def without(route: Route) -> None:
        route.fulfill(
            content_type="text/javascript", body=code + (STATIC / FILES[2]).read_text("utf-8")
        )

    page.route("**/challenge-solve.js", without)
    page.goto(client.address + "form/")
    ready(page)
    fill(page)
    settle(page)
    send(page)

    assert [("received", [])] == outcomes(client)


@pytest.mark.parametrize("subtle", [True, False])
def test_a_browser_without_workers_solves_it_in_the_page(
    strict: Client, page: Page, subtle: bool
) -> None:
    page.add_init_script("delete window.Worker")
    if not subtle:
        page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page.goto(strict.address + "form/")
    ready(page)
    fill(page)
    settle(page)
    send(page)

    assert [("received", [])] == outcomes(strict)


def test_without_the_route_it_is_sent_and_waits_for_a_look(
    lenient: Client, page: Page, watch: Watch
) -> None:
    watch.allow("ERR_FAILED|status of 500")
    page.route("**/v1/challenge?*", lambda route: route.abort())
    page.goto(lenient.address + "form/")
    ready(page)
    fill(page)
    settle(page)
    send(page)

    assert [("quarantined", ["proof-missing"])] == outcomes(lenient)


def test_a_challenge_that_failed_is_asked_for_again_when_it_is_sent(
    strict: Client, page: Page, watch: Watch
) -> None:
    watch.allow("status of 503")
    asked: list[str] = []

    def fail_once(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, body="") if len(asked) == 1 else route.continue_()

    page.route("**/v1/challenge?*", fail_once)
    page.goto(strict.address + "form/")
    ready(page)
    fill(page)
    settle(page)
    assert 1 == len(asked)
    send(page)

    assert (2, [("received", [])]) == (len(asked), outcomes(strict))


def test_where_it_is_required_and_does_not_come_the_answers_stay(
    strict: Client, page: Page, watch: Watch
) -> None:
    watch.allow("ERR_FAILED|status of 403")
    page.route("**/v1/challenge?*", lambda route: route.abort())
    page.goto(strict.address + "form/")
    ready(page)
    fill(page)
    settle(page)
    page.get_by_role("button", name="Send my request").click()

    expect(page.locator(".cb-summary")).to_contain_text("no program sent this")
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    assert [] == strict.rows()
    page.unroute("**/v1/challenge?*")
    send(page)
    assert [("received", [])] == outcomes(strict)


def test_a_proof_that_does_not_count_any_more_is_made_anew(
    strict: Client, page: Page, watch: Watch
) -> None:
    watch.allow("status of 403")
    sent: list[Any] = []

    def spoil_first(route: Route) -> None:
        body: Any = route.request.post_data_json
        sent.append(body)
        route.continue_(post_data=json.dumps(body | {"_proof": "x"}) if len(sent) == 1 else None)

    page.route("**/v1/forms/*", spoil_first)
    page.goto(strict.address + "form/")
    ready(page)
    fill(page)
    settle(page)
    send(page)

    assert [("received", [])] == outcomes(strict)
    assert sent[0]["_proof"] != sent[1]["_proof"]


def test_what_lay_open_for_long_gets_a_fresh_one(lenient: Client, page: Page) -> None:
    asked = names(page)
    page.goto(lenient.address + "form/")
    ready(page)
    with page.expect_response("**/v1/challenge?*"):
        fill(page)
    page.clock.fast_forward(31 * 60_000)
    send(page)

    assert (2, [("received", [])]) == (asked.count("challenge"), outcomes(lenient))


def test_no_proof_is_made_where_none_is_asked_for(tmp_path: Path, page: Page) -> None:
    with serving(write_pages(tmp_path), challenge="off") as client:
        asked = names(page)
        page.goto(client.address + "form/")
        ready(page)
        fill(page)
        settle(page)
        with page.expect_request("**/v1/forms/*") as sending:
            send(page)

        assert "_proof" not in (sending.value.post_data or "")
        assert "challenge-worker.js" not in asked
        assert [("received", [])] == outcomes(client)


def test_nothing_of_it_is_seen(
    lenient: Client, open_page: OpenPage, axe: Callable[..., list[Violation]]
) -> None:
    page = open_page()
    page.goto(lenient.address + "form/")
    ready(page)
    page.wait_for_load_state("networkidle")
    before = page.locator("carebase-form").aria_snapshot()
    with page.expect_response("**/v1/challenge?*"):
        page.get_by_label("Your name").press("A")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Your name").fill("")

    assert before == page.locator("carebase-form").aria_snapshot()
    assert [] == axe(page)


def test_it_costs_a_few_kilobytes() -> None:
    sizes = {
        name: compressed((STATIC / name).read_bytes(), "application/javascript") for name in FILES
    }

    assert sum(sizes.values()) < 4500, sizes
