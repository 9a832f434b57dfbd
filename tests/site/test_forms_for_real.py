"""The contact form of the example and a real endpoint that is stopped and started meanwhile."""

from __future__ import annotations

import colorsys
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, process
from tests.support.browser import Scheme, Violation, Watch
from tests.support.example import KINDS, copy_example
from tests.support.process import free_port, run_carebase

pytestmark = pytest.mark.browser

SAFETY = "Safety: smoke, heat, sparks or an injury"
EMERGENCY = "+43 1 555 0199"


@dataclass
class Care:
    """The built example, and an endpoint at one address that can be stopped and started."""

    site: Path
    port: int
    stack: ExitStack = field(default_factory=ExitStack)
    client: Client | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        _, self.client = self.stack.enter_context(process(self.site, "--port", str(self.port)))

    def stop(self) -> None:
        self.stack.close()

    def answers(self) -> list[dict[str, str]]:
        """Give the answers of every submission, the oldest first."""
        rows = self.client.rows() if self.client else []
        return [json.loads(row["values"]) for row in sorted(rows, key=lambda row: row["id"])]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("forms-for-real")
    copy_example(root)
    result = run_carebase("build", cwd=root)
    assert 0 == result.returncode, result.stderr
    return root / "site"


@pytest.fixture
def care(built: Path) -> Iterator[Care]:
    for path in built.parent.glob("carebase.db*"):
        path.unlink()
    care = Care(built, free_port())
    care.start()
    yield care
    care.stop()


def open_form(page: Page, care: Care, query: str = "") -> None:
    page.goto(care.address + KINDS["contact-form"] + query)
    page.get_by_label("Your name").scroll_into_view_if_needed()


def defined(page: Page) -> None:
    page.evaluate("customElements.whenDefined('carebase-form').then(() => true)")


def fill(page: Page, email: str = "ada@example.com") -> None:
    page.get_by_label("Something does not work").check()
    page.get_by_label("What happens").fill("It hums.")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your e-mail address").fill(email)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send my request").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_danger_shows_the_emergency_line_at_once(
    care: Care, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    open_form(page, care)
    line = page.locator("carebase-form .cb-beside")
    page.get_by_label(SAFETY).check()

    expect(line).to_be_in_viewport()
    expect(line).to_contain_text("In danger? Call at once.")
    expect(line.get_by_role("link", name=EMERGENCY)).to_be_visible()
    assert [] == care.answers()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_call_back_can_be_asked_for(care: Care, open_page: OpenPage, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    open_form(page, care)
    fill(page)
    if javascript:
        defined(page)
        expect(page.get_by_label("Your phone number")).to_be_hidden()
    page.get_by_label("Call me back").check()
    page.get_by_label("Your phone number").fill("+43 1 555 0142")
    send(page)

    expect(page.get_by_role("heading", name="we have received your message")).to_be_visible()
    (answers,) = care.answers()
    assert ("phone", "+43 1 555 0142") == (answers["reply"], answers["phone"])


def test_without_javascript_mistakes_are_mended_on_a_page(
    care: Care, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("status of 422")
    page = open_page(javascript=False)
    open_form(page, care)
    fill(page, "ada@example")
    send(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Please look at your answers again")
    email = page.get_by_label("Your e-mail address")
    expect(email).to_have_value("ada@example")
    expect(page.get_by_label("What happens")).to_have_value("It hums.")
    assert "Please write an e-mail address" in page.locator(".cb-error").inner_text()
    assert [] == care.answers()
    email.fill("ada@example.com")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("we have received your message")
    assert ["ada@example.com"] == [one["email"] for one in care.answers()]


def test_what_only_the_endpoint_sees_is_told_at_its_field(
    care: Care, page: Page, watch: Watch
) -> None:
    watch.allow("status of 422")
    open_form(page, care)
    defined(page)
    fill(page, "ada@example")
    send(page)

    expect(page.locator(".cb-error")).to_contain_text("Please write an e-mail address")
    expect(page.get_by_label("Your e-mail address")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    send(page)
    expect(page.locator(".cb-ref")).to_be_visible()
    assert 1 == len(care.answers())


def test_reloaded_then_clicked_twice_it_is_sent_once(care: Care, page: Page) -> None:
    open_form(page, care)
    defined(page)
    fill(page)
    page.wait_for_timeout(800)
    page.reload()
    page.get_by_label("Your name").scroll_into_view_if_needed()
    expect(page.get_by_text("We kept what you wrote.")).to_be_visible()
    expect(page.get_by_label("What happens")).to_have_value("It hums.")
    expect(page.get_by_label("Something does not work")).to_be_checked()
    page.get_by_role("button", name="Send my request").dblclick()

    expect(page.locator(".cb-ref")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert 1 == len(care.answers())


def test_stopped_in_the_middle_it_waits_and_is_sent_once_later(
    care: Care, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("ERR_CONNECTION")
    tab = open_page()
    open_form(tab, care)
    defined(tab)
    fill(tab)
    tab.wait_for_load_state("networkidle")
    care.stop()
    send(tab)
    expect(tab.get_by_text("Your message waits on this device")).to_be_visible()
    context = tab.context
    tab.close()
    care.start()
    assert [] == care.answers()
    page = context.new_page()
    page.goto(care.address + KINDS["products"])

    expect(page.get_by_text("Your message has arrived")).to_be_visible(timeout=20_000)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert ["It hums."] == [one["message"] for one in care.answers()]


# The hue of an element's text in degrees, whatever way of naming colours the browser answers in.
HUE = """element => {
  const paper = document.createElement("canvas").getContext("2d");
  paper.fillStyle = getComputedStyle(element).color;
  paper.fillRect(0, 0, 1, 1);
  return [...paper.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def hue(link: Locator) -> float:
    red, green, blue = (part / 255 for part in link.evaluate(HUE))
    return 360 * colorsys.rgb_to_hls(red, green, blue)[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_endpoint_have_the_colour_of_the_brand(
    care: Care,
    open_page: OpenPage,
    watch: Watch,
    axe: Callable[..., list[Violation]],
    scheme: Scheme,
) -> None:
    page = open_page(scheme=scheme)
    watch.allow("404")
    page.goto(care.address + KINDS["contact-form"])
    of_the_site = hue(page.locator(".md-content a[href]:visible").first)
    page.goto(care.address + "requests/unknown")
    of_the_endpoint = hue(page.get_by_role("link", name="To the home page"))

    # The teal of the palette; without it, links of the endpoint are blue, at 220 and more.
    assert 160 < of_the_site < 200
    assert 160 < of_the_endpoint < 200
    assert [] == axe(page)
