"""Forms of real people against a real endpoint that looks for spam, in a real browser."""

from __future__ import annotations

import importlib.resources
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from carebase.forms.html import render_form
from carebase.i18n import text
from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, clean_environment, make_site, serving
from tests.support.browser import Violation
from tests.widgets.conftest import STATIC, form, page_of

pytestmark = pytest.mark.browser


def write_site(folder: Path) -> Path:
    """Make a site with one page that holds the support request."""
    site = make_site(folder)
    shutil.copytree(
        STATIC, site / "assets" / "carebase" / "js", ignore=shutil.ignore_patterns("css")
    )
    for name, source in (("main", "theme"), ("palette", "theme"), ("widgets", "widgets")):
        shutil.copy(STATIC / "css" / f"{source}.css", site / "assets" / f"{name}.css")
    (site / "_headers").write_text(
        "/*\n  Content-Security-Policy: default-src 'self'; img-src 'self' data:\n", "utf-8"
    )
    (site / "assets" / "images").mkdir()
    icon = importlib.resources.files("material") / "templates/assets/images/favicon.png"
    (site / "assets" / "images" / "favicon.png").write_bytes(icon.read_bytes())
    (site / "form").mkdir()
    written = render_form(form("support-request"), endpoint="../", context={"page": "form/"})
    (site / "form" / "index.html").write_text(page_of(written).replace("/help/", "/"), "utf-8")
    return site


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with serving(write_site(tmp_path), challenge="quarantine") as client:
        yield client


def fill(page: Page) -> None:
    page.get_by_label("Something does not work").check()
    page.get_by_label("What happens").fill("It hums.")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your e-mail address").fill("ada@example.com")


def send(page: Page) -> str:
    """Send the form and give the reference number that the person reads."""
    page.get_by_role("button", name="Send my request").click()
    reference = page.locator(".cb-ref, .cb-reference strong")
    expect(reference).to_be_visible()
    return reference.inner_text()


def states(client: Client) -> dict[str, str]:
    return {row["ref"]: row["state"] for row in client.rows()}


def reasons(client: Client) -> list[str]:
    """Give why the one submission is in quarantine."""
    (event,) = client.rows("events")
    found: list[str] = json.loads(event["data"])["reasons"]
    return found


def test_a_person_with_javascript_is_received(client: Client, page: Page) -> None:
    page.goto(client.address + "form/")
    page.evaluate("customElements.whenDefined('carebase-form').then(() => true)")
    fill(page)
    page.wait_for_timeout(3000)

    assert {send(page): "received"} == states(client)


def test_a_program_in_a_browser_is_too_quick(client: Client, page: Page) -> None:
    page.goto(client.address + "form/")
    page.evaluate("customElements.whenDefined('carebase-form').then(() => true)")
    fill(page)
    ref = send(page)

    assert {ref: "quarantined"} == states(client)
    assert ["quick"] == reasons(client)
    listed = subprocess.run(
        [sys.executable, "-m", "carebase", "inbox", "--state", "quarantined", "--refs"],
        env={**clean_environment(), "CAREBASE_DATABASE_URL": f"sqlite:///{client.database}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (0, ref) == (listed.returncode, listed.stdout.strip())


def test_what_was_written_before_a_reload_may_be_sent_at_once(client: Client, page: Page) -> None:
    page.goto(client.address + "form/")
    page.evaluate("customElements.whenDefined('carebase-form').then(() => true)")
    fill(page)
    page.reload()
    expect(page.locator(".cb-kept")).to_be_visible()

    assert {send(page): "received"} == states(client)


def test_a_person_without_javascript_waits_for_a_look(client: Client, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(client.address + "form/")
    fill(page)

    assert {send(page): "quarantined"} == states(client)
    assert ["proof-missing"] == reasons(client)


def test_where_no_proof_is_asked_for_a_person_without_javascript_is_received(
    tmp_path: Path, open_page: OpenPage
) -> None:
    with serving(write_site(tmp_path), challenge="off") as client:
        page = open_page(javascript=False)
        page.goto(client.address + "form/")
        fill(page)

        assert {send(page): "received"} == states(client)


def test_the_trap_is_out_of_the_way(
    client: Client, page: Page, axe: Callable[..., list[Violation]]
) -> None:
    page.goto(client.address + "form/")
    trap = page.locator("[name=_website]")
    box = trap.locator("..").bounding_box()

    assert box is not None
    assert (1, 1) == (box["width"], box["height"])
    expect(page.get_by_role("textbox", name=text("en", "form.trap"))).to_have_count(0)
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement?.getAttribute('name')"))
    assert "email" in names
    assert "_website" not in names
    assert [] == axe(page)


def test_what_only_a_program_fills_in_is_quarantined(client: Client, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(client.address + "form/")
    fill(page)
    page.locator("[name=_website]").fill("https://example.com", force=True)

    assert {send(page): "quarantined"} == states(client)
    assert "trap" in reasons(client)
