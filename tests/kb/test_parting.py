"""A customer takes a request back, or erases it: plain forms that ask once more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carebase.i18n import languages, text
from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import MailServer
from carebase.store.inbox import Inbox
from tests.kb.endpoint_site import Client, make_site, serving, wait_until
from tests.kb.mail_server import MailRoom, mail_server
from tests.kb.test_erasure import CANARY, found_in
from tests.kb.test_mail import GOOD, NOTIFYING, SUPPORT, parts
from tests.kb.test_status_page import OURS, Customer


@pytest.fixture
def care(tmp_path: Path) -> Iterator[tuple[Client, MailRoom]]:
    with (
        mail_server() as room,
        serving(
            make_site(tmp_path, sources=NOTIFYING),
            mail_server=MailServer("127.0.0.1", room.port),
            mail_from=Mailbox("care@fjellby.example", "Fjellby Care"),
        ) as client,
    ):
        yield client, room


def subjects(room: MailRoom, word: str) -> list[str]:
    return sorted(mail["To"] for mail in room.mails if word in mail["Subject"])


def test_what_is_taken_back_is_due_no_more_and_those_who_answer_know(
    care: tuple[Client, MailRoom],
) -> None:
    client, room = care
    ana = Customer(client)
    wait_until(lambda: len(room.mails) == 3, 20)
    assert f'href="{ana.path}/take-back">Take this request back</a>' in ana.open().text
    asked = client.get(f"{ana.path}/take-back")
    assert (200, "received") == (asked.status, ana.state)
    assert "<h1>Take this request back?</h1>" in asked.text
    answers = [client.post_form(f"{ana.path}/take-back", {}) for _ in range(2)]

    assert [303, 303] == [one.status for one in answers]
    page = client.get(answers[0].headers["location"])
    assert "Your request is taken back, and those who look after it are told." in page.words
    assert "<h1>You have taken this request back</h1>" in page.text
    assert f"{ana.path}/take-back" not in page.text
    assert "taken-back" == ana.state
    wait_until(lambda: OURS == subjects(room, "Taken back"), 20)
    for mail in room.mails:
        if "Taken back" in mail["Subject"]:
            assert f"[{ana.ref}] Taken back: Call me back" == mail["Subject"]
            assert "nothing more is to be done" in parts(mail)[0]
    with Inbox(f"sqlite:///{client.database}") as inbox:
        assert "taken back by the customer" == inbox.find(ana.ref)[1][-1].text
    # A change of mind is a message.
    ana.write("I do need it.")
    assert "received" == ana.state


def test_erasing_asks_first_and_then_nothing_is_left(care: tuple[Client, MailRoom]) -> None:
    client, room = care
    ana = Customer(client, name=CANARY, email=f"{CANARY}@example.com")
    ana.write(f"{CANARY} again")
    wait_until(lambda: len(room.mails) == 5, 20)
    assert "Erase my data" in ana.open().words
    asked = client.get(f"{ana.path}/erase")
    assert "<h1>Erase this request for good?</h1>" in asked.text
    assert 1 == len(client.rows())
    done = client.post_form(f"{ana.path}/erase", {})

    assert (200, "no-referrer") == (done.status, done.headers["referrer-policy"])
    assert "<h1>It is erased</h1>" in done.text
    assert [] == client.rows()
    wait_until(lambda: not found_in(client.database.parent), 30)
    wait_until(lambda: OURS == subjects(room, "Erased"), 20)
    for told in (mail for mail in room.mails if "Erased" in mail["Subject"]):
        assert CANARY not in told.as_string()
    # The old address says what became of it, in whatever way it is used.
    for again in (
        ana.open(),
        client.get(f"{ana.path}/erase"),
        client.post_form(f"{ana.path}/erase", {}),
        client.post_form(ana.path, {"message": "Hello?", "_once": "x"}),
    ):
        assert 410 == again.status
        assert "This request is erased" in again.words
    assert 404 == client.get("/requests/" + "x" * 32 + "/erase").status


def test_other_pages_can_neither_take_back_nor_erase(care: tuple[Client, MailRoom]) -> None:
    client, _ = care
    ana = Customer(client)
    for way in ("take-back", "erase"):
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        ):
            assert 403 == client.post_form(f"{ana.path}/{way}", {}, headers).status
        assert 405 == client.send("DELETE", f"{ana.path}/{way}").status
    assert "received" == ana.state


def test_what_is_in_quarantine_goes_without_a_word(care: tuple[Client, MailRoom]) -> None:
    client, room = care
    ana = Customer(client, name="Ana", email="ana@example.com", _website="x")
    assert 303 == client.post_form(f"{ana.path}/take-back", {}).status

    assert "taken-back" == ana.state
    assert [] == client.rows("outbox")
    assert [] == room.mails


@pytest.mark.parametrize("language", languages())
def test_every_language_has_its_words(tmp_path: Path, language: str) -> None:
    with serving(make_site(tmp_path)) as client:
        ana = Customer(client, SUPPORT, **{**GOOD, "_lang": language})
        for way, confirm in (
            ("take-back", "status.take_back_confirm"),
            ("erase", "privacy.confirm"),
        ):
            page = client.get(f"{ana.path}/{way}")
            assert f'<html lang="{language}"' in page.text
            assert text(language, confirm) in page.words
            assert "{" not in page.words
        erased = client.post_form(f"{ana.path}/erase", {})
        assert f"<h1>{text(language, 'privacy.erased')}</h1>" in erased.text
        gone = client.get(ana.path, {"Accept-Language": language})
        assert text(language, "page.erased") in gone.words
