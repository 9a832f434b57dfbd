"""The page of a request in a real browser: without JavaScript, narrow and wide, light and dark."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from carebase.store.inbox import Inbox
from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, make_site, serving
from tests.kb.test_mail import GOOD, SUPPORT
from tests.kb.test_status_page import Customer
from tests.support.browser import Scheme, Violation, Watch
from tests.widgets.conftest import STATIC

pytestmark = pytest.mark.browser


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    site = make_site(tmp_path)
    styles = "".join((STATIC / "css" / f"{name}.css").read_text() for name in ("widgets", "theme"))
    (site / "assets" / "carebase" / "carebase.css").write_text(styles)
    (site / "assets" / "images").mkdir()
    icon = importlib.resources.files("material") / "templates/assets/images/favicon.png"
    (site / "assets" / "images" / "favicon.png").write_bytes(icon.read_bytes())
    with serving(site) as client:
        yield client


def address(client: Client, customer: Customer) -> str:
    """The whole address of the page."""
    return client.address.rstrip("/") + customer.path


def test_without_javascript_a_message_arrives_once(client: Client, open_page: OpenPage) -> None:
    ana = Customer(client, SUPPORT, **GOOD)
    page = open_page(javascript=False)
    page.goto(address(client, ana))
    page.get_by_label("Your message").fill("It hums again.")
    page.get_by_role("button", name="Send my message").dblclick(no_wait_after=True)
    page.wait_for_url("**?sent")
    page.reload()
    page.reload()

    expect(page.get_by_role("status")).to_have_text(
        "Your message has arrived. It is below, with your request."
    )
    expect(page.get_by_role("listitem").filter(has_text="It hums again.")).to_be_visible()
    assert ["It hums again."] == [row["text"] for row in client.rows("messages")]


def test_what_is_missing_is_told_at_the_top_and_beside_the_field(
    client: Client, open_page: OpenPage, watch: Watch
) -> None:
    ana = Customer(client, SUPPORT, **GOOD)
    watch.allow("422")
    page = open_page(javascript=False)
    page.goto(address(client, ana))
    # Browsers stop an empty text by themselves, white space alone they let pass.
    page.get_by_label("Your message").fill("   ")
    page.get_by_role("button", name="Send my message").click()

    expect(page.get_by_role("alert")).to_contain_text("Your message: Please fill this in.")
    page.get_by_role("link", name="Your message: Please fill this in.").click()
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.get_by_label("Your message")).to_have_accessible_description(
        "It reaches those who look after your request. You need not repeat what you have written"
        " already. Please fill this in."
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_anyone_can_use_it(
    client: Client,
    open_page: OpenPage,
    axe: Callable[[Page], list[Violation]],
    width: int,
    scheme: Scheme,
) -> None:
    ana = Customer(client, SUPPORT, **GOOD, _lang="de")
    with Inbox(f"sqlite:///{client.database}") as inbox:
        inbox.answer(ana.ref, "Siehe https://fjellby.example/" + "x" * 80, "a@example.com")
    ana.write("Donaudampfschifffahrtsgesellschaft" * 5)
    page = open_page(width, scheme=scheme)
    page.goto(address(client, ana))

    assert [] == axe(page)
    assert 0 >= page.evaluate("document.documentElement.scrollWidth - innerWidth")
    button = page.get_by_role("button", name="Nachricht senden").bounding_box()
    assert button
    assert 44 <= button["height"]
