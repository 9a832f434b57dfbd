"""Submissions that wait in the browser while the endpoint, a process of its own, is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from carebase.forms.html import render_form
from tests.conftest import OpenPage, ServeFolder
from tests.kb.endpoint_site import Client, make_site, process
from tests.support.browser import Violation, Watch, overflow
from tests.support.process import free_port
from tests.widgets.conftest import STATIC, form, page_of
from tests.widgets.test_form import fill, ready, send

pytestmark = pytest.mark.browser

WAITS = "Your message waits on this device"


@dataclass
class Desk:
    """Pages on a static host, and an endpoint elsewhere that is started and stopped."""

    pages: str
    site: Path
    port: int
    challenge: str = "quarantine"
    stack: ExitStack = field(default_factory=ExitStack)
    client: Client | None = None

    def start(self) -> Client:
        settings = {
            "CAREBASE_ORIGINS": self.pages.removesuffix("/help/"),
            "CAREBASE_CHALLENGE": self.challenge,
        }
        running = process(self.site, "--port", str(self.port), settings=settings)
        _, self.client = self.stack.enter_context(running)
        return self.client

    def stop(self) -> None:
        self.stack.close()

    def rows(self) -> list[str]:
        """Give the references of what is stored."""
        return [row["ref"] for row in self.client.rows()] if self.client else []

    def states(self) -> list[str]:
        """Give the states of what is stored."""
        return [row["state"] for row in self.client.rows()] if self.client else []


@pytest.fixture
def desk(tmp_path: Path, serve_folder: ServeFolder, watch: Watch) -> Iterator[Desk]:
    watch.allow("ERR_")
    port = free_port()
    site = make_site(tmp_path)
    assets = site / "assets"
    scripts = assets / "carebase" / "js"
    scripts.mkdir(parents=True)
    for file in STATIC.glob("*.js"):
        (scripts / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (assets / "widgets.css").write_text((STATIC / "css" / "widgets.css").read_text("utf-8"))
    for name in ("main", "palette"):
        (assets / f"{name}.css").write_text("")
    (assets / "images").mkdir()
    (assets / "images" / "favicon.png").write_bytes(b"")
    written = render_form(
        form("support-request"),
        endpoint=f"http://127.0.0.1:{port}/",
        context={"page": "ask/"},
        products={"brio": "Brio"},
    )
    for name, content in (("ask", written), ("other", "<p>Elsewhere</p>")):
        (site / name).mkdir()
        (site / name / "index.html").write_text(page_of(content), "utf-8")
    desk = Desk(serve_folder(site, "/help/"), site, port)
    yield desk
    desk.stop()


def ask(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.pages}ask/")
    ready(page)
    fill(page)
    send(page)


def test_it_waits_and_is_sent_once_after_the_tab_was_closed(
    desk: Desk, open_page: OpenPage
) -> None:
    tab = open_page()
    ask(tab, desk)
    expect(tab.locator(".cb-waiting")).to_contain_text(WAITS)
    expect(tab.locator(".cb-waiting")).to_be_focused()
    expect(tab.locator("form")).to_have_count(0)
    context = tab.context
    tab.close()
    desk.start()
    page = context.new_page()
    page.goto(f"{desk.pages}other/")

    expect(page.get_by_text("Your message has arrived")).to_be_visible()
    (ref,) = desk.rows()
    # With a proof of work that was made when it was sent.
    assert ["received"] == desk.states()
    expect(page.locator(".cb-ref")).to_have_text(ref)
    page.get_by_role("link", name="See where your request stands").click()
    expect(page.get_by_text(ref)).to_be_visible()
    page.goto(f"{desk.pages}other/")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".cb-waiting")).to_have_count(0)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert None is page.evaluate("localStorage.getItem('carebase-waiting')")
    assert [ref] == desk.rows()


def test_what_needs_a_proof_waits_until_there_is_one(
    desk: Desk, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("status of 403")
    desk.challenge = "required"
    tab = open_page()
    ask(tab, desk)
    expect(tab.locator(".cb-waiting")).to_contain_text(WAITS)
    tab.route("**/v1/challenge?*", lambda route: route.abort())
    desk.start()
    with tab.expect_response("**/v1/forms/*") as refused:
        tab.get_by_role("button", name="Try now").click()
    expect(tab.locator(".cb-waiting")).to_contain_text(WAITS)
    assert (403, []) == (refused.value.status, desk.rows())
    tab.unroute("**/v1/challenge?*")
    tab.get_by_role("button", name="Try now").click()

    expect(tab.locator(".cb-ref")).to_be_visible()
    assert ["received"] == desk.states()


def test_two_tabs_send_it_once(desk: Desk, open_page: OpenPage) -> None:
    first = open_page()
    ask(first, desk)
    expect(first.locator(".cb-waiting")).to_contain_text(WAITS)
    second = first.context.new_page()
    second.goto(f"{desk.pages}other/")
    expect(second.get_by_text(WAITS)).to_be_visible()
    expect(second.get_by_role("button", name="Try now")).to_be_enabled()
    answers: list[int] = []
    first.context.on("response", lambda response: answers.append(response.status))
    desk.start()
    for tab in (first, second):
        tab.evaluate("setTimeout(() => window.dispatchEvent(new Event('online')), 50), 0")

    expect(first.locator(".cb-done__title")).to_have_text(
        "Thank you, we have received your message"
    )
    expect(first.get_by_text("Someone from our care team reads")).to_be_visible()
    expect(second.locator(".cb-waiting")).to_have_count(0)
    assert 1 == len(desk.rows())
    assert 1 == answers.count(201)


def test_it_is_sent_when_the_connection_is_back(desk: Desk, page: Page) -> None:
    desk.start()
    page.goto(f"{desk.pages}ask/")
    ready(page)
    fill(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    send(page)
    expect(page.locator(".cb-waiting")).to_contain_text(WAITS)
    assert [] == desk.rows()
    page.context.set_offline(False)

    expect(page.locator(".cb-ref")).to_be_visible()
    assert 1 == len(desk.rows())


def test_an_endpoint_that_stops_before_it_answers_counts_once(desk: Desk, page: Page) -> None:
    desk.start()
    page.goto(f"{desk.pages}ask/")
    ready(page)
    fill(page)

    # It is stored; then the endpoint is stopped and its answer is lost.
    def lose(route: Route) -> None:
        route.fetch()
        desk.stop()
        route.abort()

    page.route("**/v1/forms/*", lose)
    send(page)
    expect(page.locator(".cb-waiting")).to_contain_text(WAITS)
    page.unroute("**/v1/forms/*")
    (ref,) = desk.rows()
    desk.start()
    page.get_by_role("button", name="Try now").click()

    expect(page.locator(".cb-ref")).to_have_text(ref)
    assert [ref] == desk.rows()


def test_a_tab_closed_while_it_sends_loses_nothing(desk: Desk, open_page: OpenPage) -> None:
    tab = open_page()
    desk.start()
    # The request hangs on its way; the tab is closed before any answer.
    tab.route("**/v1/forms/*", lambda _: None)
    ask(tab, desk)
    tab.wait_for_function("localStorage.getItem('carebase-waiting') === '1'")
    expect(tab.locator(".cb-status")).to_have_text("Sending …")
    context = tab.context
    tab.close()
    page = context.new_page()
    # After the time for which the closed tab alone may send it.
    page.clock.install(time=datetime.now(UTC) + timedelta(seconds=60))
    page.goto(f"{desk.pages}other/")

    expect(page.get_by_text("Your message has arrived")).to_be_visible()
    assert 1 == len(desk.rows())


def test_what_waits_can_be_cancelled(desk: Desk, page: Page) -> None:
    ask(page, desk)
    page.get_by_role("button", name="Do not send it").click()

    expect(page.get_by_label("Your name")).to_have_value("Ada")
    expect(page.get_by_role("button", name="Send my request")).to_be_focused()
    desk.start()
    page.goto(f"{desk.pages}other/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".cb-waiting")).to_have_count(0)
    assert [] == desk.rows()
    page.goto(f"{desk.pages}ask/")
    expect(page.get_by_text("We kept what you wrote.")).to_be_visible()


def test_what_is_refused_later_is_told_and_shown(desk: Desk, page: Page, watch: Watch) -> None:
    watch.allow("status of 422")
    told = [{"field": "serial", "message": "Please compare it with the label."}]
    ask(page, desk)
    expect(page.locator(".cb-waiting")).to_contain_text(WAITS)
    page.route("**/v1/forms/*", lambda route: route.fulfill(status=422, json={"errors": told}))
    page.goto(f"{desk.pages}other/")

    expect(page.get_by_text("Your message could not be taken")).to_be_visible()
    expect(page.get_by_text("Please compare it with the label.")).to_be_visible()
    expect(page.get_by_text("message: It hums.")).to_be_visible()
    page.get_by_role("button", name="Delete it from this device").click()
    expect(page.locator(".cb-waiting")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
def test_everyone_can_use_it(
    desk: Desk, open_page: OpenPage, axe: Callable[..., list[Violation]], width: int
) -> None:
    page = open_page(width=width)
    ask(page, desk)
    expect(page.locator(".cb-waiting")).to_contain_text(WAITS)
    assert [] == axe(page)
    assert 0 == overflow(page)
    page.goto(f"{desk.pages}other/")
    expect(page.get_by_role("button", name="Try now")).to_be_enabled()
    assert [] == axe(page)
    assert 0 == overflow(page)
