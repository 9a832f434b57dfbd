"""A customer's week with the example: asked offline, answered, taken back, withdrawn, erased.

Site and endpoint are one process, the mail server is a real one, staff uses the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, process, wait_until
from tests.kb.mail_server import MailRoom, mail_server
from tests.support import walks
from tests.support.browser import Watch
from tests.support.example import copy_example
from tests.support.process import free_port, run_carebase

pytestmark = pytest.mark.browser

ANA = "ana.hollunder@example.com"
ASKED = "The pump hums like a zeppelin and no water comes."
ANSWER = "Please turn the steam knob once to the left. Mira of Fjellby Care"
AGAIN = "That helped, thank you. It is quiet as a zebra now."
WITHDRAWN = {
    "Your name": "Ana Hollunder",
    "Which contract?": "FB-2026.1142",
    "Your e-mail": ANA,
}
HELD = "What we hold about you"
LONG = 20_000


@dataclass(frozen=True)
class Week:
    """The running example, where its mails arrive, and what staff needs."""

    client: Client
    room: MailRoom
    settings: dict[str, str]

    def mail(self, address: str, number: int) -> EmailMessage:
        """Wait for so many mails to an address, and give the last."""
        wait_until(lambda: len(self.room.to(address)) >= number, 30)
        return self.room.to(address)[number - 1]

    def link(self, mail: EmailMessage, kind: str) -> str:
        """Give the address of a kind in a mail."""
        text = mail.get_body(("plain",))
        assert text
        found = re.search(rf"{self.client.address}{kind}/\S+", text.get_content())
        assert found, text.get_content()
        return found.group()

    def staff(self, *arguments: str) -> str:
        done = run_carebase("inbox", *arguments, env=self.settings)
        assert 0 == done.returncode, done.stderr
        return done.stdout


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    port = free_port()
    copy_example(tmp_path, f"http://127.0.0.1:{port}/")
    site = tmp_path / "site"
    done = run_carebase("build", "-d", site, cwd=tmp_path)
    assert 0 == done.returncode, done.stderr
    with ExitStack() as stack:
        # Beside the loop of Playwright, which runs in this thread.
        thread = stack.enter_context(ThreadPoolExecutor(1))
        server = mail_server()
        room = thread.submit(server.__enter__).result()
        stack.callback(lambda: thread.submit(server.__exit__, None, None, None).result())
        settings = {
            "CAREBASE_DATABASE_URL": f"sqlite:///{tmp_path}/carebase.db",
            "CAREBASE_URL": f"http://127.0.0.1:{port}/",
            "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{room.port}",
            "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
            # The browser solves it, as at home.
            "CAREBASE_CHALLENGE": "quarantine",
        }
        running = process(site, "--port", str(port), settings=settings)
        _, client = stack.enter_context(running)
        yield Week(client, room, settings)


def write(page: Page) -> None:
    """Fill in the form for help and send it."""
    walks.awake(page, "carebase-form")
    form = page.locator("[data-form=support-request]").first
    form.locator("[name=topic]").first.check()
    form.locator("[name=message]").fill(ASKED)
    form.locator("[name=name]").fill("Ana Hollunder")
    form.locator("[name=email]").fill(ANA)
    # The pages of the form's code must have come before the line is cut.
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    form.locator("button[type=submit]").first.click()


def receipts(week: Week) -> list[EmailMessage]:
    """Give the mails that confirm a withdrawal."""
    refs = [one["ref"] for one in week.client.rows() if one["form"] == "withdrawal"]
    return [mail for mail in week.room.to(ANA) if any(ref in mail["Subject"] for ref in refs)]


def test_a_week(week: Week, open_page: OpenPage, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    page = open_page(width=390)

    # Monday: written in a cellar, sent on the stairs.
    page.goto(week.client.address + "support/contact/")
    write(page)
    waiting = page.locator(".cb-waiting")
    expect(waiting).to_contain_text("Your message waits on this device", timeout=LONG)
    page.context.set_offline(False)
    expect(page.locator(".cb-ref")).to_be_visible(timeout=LONG)
    thanks = week.mail(ANA, 1)
    (row,) = week.client.rows()
    assert row["ref"] in str(thanks["Subject"])
    status = week.link(thanks, "requests")

    # Tuesday: read and answered.
    assert ASKED in week.staff("show", row["ref"])
    week.staff("set", row["ref"], "working")
    page.goto(status)
    expect(page.locator("main")).to_contain_text(row["ref"], timeout=20_000)
    expect(page.locator("[aria-current=step]")).to_have_text("In progress", timeout=20_000)
    week.staff("answer", row["ref"], "--text", ANSWER)
    answer = week.mail(ANA, 2)
    assert thanks["Message-ID"] in str(answer["References"])
    body = answer.get_body(("plain",))
    assert body and "steam knob" in body.get_content()
    assert status == week.link(answer, "requests")

    # Wednesday: answered back on the page.
    page.goto(status)
    expect(page.get_by_role("listitem").filter(has_text="steam knob")).to_be_visible(timeout=20_000)
    page.get_by_label("Your message").fill(AGAIN)
    page.get_by_role("button", name="Send my message").click()
    expect(page.get_by_role("listitem").filter(has_text="zebra")).to_be_visible(timeout=LONG)
    assert AGAIN in " ".join(week.staff("show", row["ref"]).split())

    # Thursday: it has settled itself, and she takes it back.
    page.get_by_text("Take this request back", exact=True).click()
    page.get_by_role("button", name="Take it back").click()
    told = page.get_by_text("Your request is taken back")
    expect(told).to_be_visible(timeout=LONG)
    assert "taken" in week.staff("show", row["ref"])

    # Friday: she keeps the tea instead, and withdraws from the contract; the receipt comes at once.
    page.goto(week.client.address + "products/brio/descale/")
    page.get_by_role("link", name="Withdraw from contract here").click()
    for label, given in WITHDRAWN.items():
        page.get_by_label(label).fill(given)
    page.get_by_role("button", name="Confirm withdrawal").click()
    expect(page.locator(".cb-ref")).to_be_visible(timeout=LONG)
    wait_until(lambda: len(receipts(week)) == 1, 30)
    (receipt,) = receipts(week)
    (withdrawn,) = (one for one in week.client.rows() if one["form"] == "withdrawal")
    said = receipt.get_body(("plain",))
    assert said and withdrawn["ref"] in str(receipt["Subject"])
    at = datetime.fromisoformat(withdrawn["received_at"]).astimezone(ZoneInfo("Europe/Vienna"))
    for words in (*WITHDRAWN.values(), f"{at:%H:%M:%S}", "Europe/Vienna"):
        assert words in said.get_content(), words
    page.goto(week.link(receipt, "requests"))
    expect(page.locator("main")).to_contain_text(withdrawn["ref"], timeout=LONG)

    # Saturday: everything about her is to go, at her wish and by her mailbox.
    page.goto(week.client.address + "about/privacy/")
    asking = page.locator("form[action$='v1/privacy/requests']").first
    asking.scroll_into_view_if_needed()
    asking.locator("[name=kind][value=erasure]").check()
    asking.locator("[name=email]").fill(ANA)
    asking.locator("button[type=submit]").first.click()
    wait_until(lambda: any(one["Subject"] == HELD for one in week.room.to(ANA)), 30)
    (mail,) = (one for one in week.room.to(ANA) if one["Subject"] == HELD)
    held = week.link(mail, "privacy")
    page.goto(held)
    for ref in (row["ref"], withdrawn["ref"]):
        expect(page.locator("main")).to_contain_text(ref, timeout=20_000)
    page.get_by_role("button", name="Erase it for good").click()
    expect(page.get_by_role("heading", name="It is erased")).to_be_visible(timeout=20_000)
    assert [] == week.client.rows()
    # It was there, and is gone.
    assert 410 == week.client.get(status.removeprefix(week.client.address.rstrip("/"))).status
