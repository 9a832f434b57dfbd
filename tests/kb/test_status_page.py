"""The page of a request: what a customer reads there, and writes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import MailServer
from carebase.store.inbox import Inbox
from tests.kb.endpoint_site import Answer, Client, make_site, serving, wait_until
from tests.kb.mail_server import MailRoom, mail_server
from tests.kb.test_mail import GOOD, NOTIFYING, SUPPORT, parts

FORM = "/v1/forms/callback"
OURS = ["care@fjellby.example", "desk@fjellby.example"]


class Customer:
    """A browser without JavaScript on the page of one request."""

    def __init__(self, client: Client, form: str = FORM, **values: Any) -> None:
        self.client = client
        given = values or {"name": "Ana", "email": "ana@example.com"}
        self.sent = client.post_json(form, given).json
        self.path: str = "/requests/" + self.sent["status_url"].rpartition("/")[2]

    @property
    def ref(self) -> str:
        return str(self.sent["ref"])

    def open(self) -> Answer:
        return self.client.get(self.path, {"Accept": "text/html"})

    def once(self) -> str:
        """What the page that is open has written of itself."""
        found = re.search(r'name="_once" value="([\w-]+)"', self.open().text)
        assert found
        return found.group(1)

    def write(
        self, text: str, once: str | None = None, headers: dict[str, str] | None = None, **more: str
    ) -> Answer:
        pairs = {"message": text, "_once": self.once() if once is None else once, **more}
        return self.client.post_form(self.path, pairs, headers)

    @property
    def state(self) -> str:
        return next(str(row["state"]) for row in self.client.rows() if row["ref"] == self.ref)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with serving(make_site(tmp_path, sources=NOTIFYING)) as client:
        yield client


def inbox(client: Client) -> Inbox:
    return Inbox(f"sqlite:///{client.database}")


def test_a_message_arrives_once_and_is_shown(client: Client) -> None:
    ana = Customer(client)
    once = ana.once()
    answers = [ana.write("It hums\r\nagain. <b>", once) for _ in range(3)]

    assert {303} == {answer.status for answer in answers}
    assert {f"{ana.path}?sent"} == {answer.headers["location"] for answer in answers}
    page = client.get(answers[0].headers["location"])
    assert 'role="status">Your message has arrived.' in page.text
    assert "<p>It hums<br>again. &lt;b&gt;</p>" in page.text
    assert "You wrote on " in page.words
    assert ["It hums\nagain. <b>"] == [row["text"] for row in client.rows("messages")]
    # The same words from a page opened anew, and other words from the old one, are new messages.
    ana.write("It hums\r\nagain. <b>")
    ana.write("And drips.", once)
    assert 3 == len(client.rows("messages"))


def test_two_clicks_at_once_are_one_message(client: Client) -> None:
    ana = Customer(client)
    once = ana.once()
    got: list[int] = []
    threads = [
        threading.Thread(target=lambda: got.append(ana.write("Twice", once).status))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [303] * 6 == got
    assert 1 == len(client.rows("messages"))
    assert 1 == len([row for row in client.rows("events") if row["kind"] == "wrote"])


@pytest.mark.parametrize("state", ["answered", "done"])
def test_a_message_opens_a_request_again(tmp_path: Path, state: str) -> None:
    clock = [datetime(2026, 11, 21, 9, 30, tzinfo=UTC)]
    site = make_site(tmp_path, sources=NOTIFYING)
    with serving(site, now=lambda: clock[0]) as client:
        ana = Customer(client, SUPPORT, **GOOD)
        with inbox(client) as opened:
            opened.change(ana.ref, state)
        clock[0] += timedelta(days=30)
        assert 303 == ana.write("Not yet.").status
        page = ana.open()

        assert "received" == ana.state
        assert "<h1>Your request is with us again</h1>" in page.text
        # Two working days after the message, a Monday, and not after the request.
        assert "You hear from us by 23 December 2026 at the latest." in page.words
        clock[0] += timedelta(days=3)
        assert "We wanted to answer by 23 December 2026 and are late." in ana.open().words
        with inbox(client) as opened:
            (found,) = opened.select()
            assert opened.unread() == ({found.id: 1}, {})
            moments = opened.find(ana.ref)[1]
            assert {"from": state, "to": "received"}.items() <= moments[-1].data.items()
            assert "the customer wrote again" == moments[-1].text


def test_what_is_being_worked_on_stays_so(client: Client) -> None:
    ana = Customer(client)
    with inbox(client) as opened:
        opened.change(ana.ref, "working")
    ana.write("One thing more.")

    assert "working" == ana.state
    assert "Someone is working on your request" in ana.open().words


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


def test_those_whom_the_form_notifies_hear_of_a_message(care: tuple[Client, MailRoom]) -> None:
    client, room = care
    ana = Customer(client)
    wait_until(lambda: len(room.mails) == 3)
    ana.write("It hums again.")
    wait_until(lambda: len(room.mails) == 5)

    told = [mail for mail in room.mails if "New message" in mail["Subject"]]
    assert OURS == sorted(mail["To"] for mail in told)
    for mail in told:
        assert f"[{ana.ref}] New message: Call me back" == mail["Subject"]
        assert "auto-generated" == mail["Auto-Submitted"]
        assert "ana@example.com" == mail["Reply-To"]
        plain = parts(mail)[0]
        assert "The customer has written again: It hums again.\n" in plain
        assert "Your name" not in plain
    # No acknowledgement for a message: the page has said it.
    assert 1 == len(room.to("ana@example.com"))


def test_what_looks_like_spam_is_kept_and_told_to_nobody(care: tuple[Client, MailRoom]) -> None:
    client, room = care
    ana = Customer(client)
    wait_until(lambda: len(room.mails) == 3)
    with inbox(client) as opened:
        opened.change(ana.ref, "done")
    answer = ana.write("Buy now", _website="x")
    links = ana.write("See " + "https://spam.example " * 4)

    assert (303, 303) == (answer.status, links.status)
    # Whoever sent it sees no difference.
    assert "Buy now" in client.get(answer.headers["location"]).text
    assert "done" == ana.state
    held = [row for row in client.rows("outbox") if row["state"] == "held"]
    assert 4 == len(held)
    with inbox(client) as opened:
        (found,) = opened.select()
        assert ({}, {found.id: 2}) == opened.unread()
        assert 2 == opened.restore(ana.ref).messages
    assert "received" == ana.state
    wait_until(lambda: len(room.mails) == 7, 15)


def test_a_message_to_what_is_in_quarantine_waits_with_it(care: tuple[Client, MailRoom]) -> None:
    client, room = care
    ana = Customer(client, name="Ana", email="ana@example.com", _website="x")
    assert 303 == ana.write("Are you there?").status

    assert "quarantined" == ana.state
    assert "Thank you, we have received your message" in ana.open().words
    assert {"held"} == {row["state"] for row in client.rows("outbox")}
    with inbox(client) as opened:
        opened.restore(ana.ref)
    wait_until(lambda: len(room.mails) == 4, 15)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n", "Please fill this in."),
        ("x" * 5_001, "5000"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_a_sentence(
    client: Client, text: str, said: str
) -> None:
    ana = Customer(client)
    page = ana.write(text)

    assert 422 == page.status
    assert said in page.words.replace(",", "")
    assert 'aria-invalid="true"' in page.text
    assert 'id="cb-message-error"' in page.text
    assert text.strip() in page.text
    assert "no-referrer" == page.headers["referrer-policy"]
    assert [] == client.rows("messages")


def test_a_flood_is_slowed_down_and_loses_nothing(tmp_path: Path) -> None:
    with serving(make_site(tmp_path, sources=NOTIFYING), rate_limits=True) as client:
        ana = Customer(client)
        statuses = [ana.write(f"Message {number}").status for number in range(11)]
        page = ana.write("The one that must not be lost")

        assert [303] * 10 + [429] == statuses
        assert 429 == page.status
        assert 0 < int(page.headers["retry-after"])
        assert "The one that must not be lost</textarea>" in page.text
        # What was sent already is answered as before.
        assert 10 == len(client.rows("messages"))


def test_only_our_own_page_may_send(client: Client) -> None:
    ana = Customer(client)

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ana.write(f"From {headers}", headers=named).status

    assert 403 == status(Origin="https://evil.example")
    assert 403 == status(Origin="null", Sec_Fetch_Site="cross-site")
    assert 403 == status(Sec_Fetch_Site="cross-site")
    assert [] == client.rows("messages")
    # A page without a referrer has the origin `null`; over plain HTTP nothing more is said.
    assert 303 == status(Origin="null")
    assert 303 == status(Origin="null", Sec_Fetch_Site="same-origin")
    assert 303 == status(Origin=client.address.rstrip("/"))


def test_what_is_no_message_is_refused_and_the_address_stays_secret(client: Client) -> None:
    ana = Customer(client)
    for answer, expected in (
        (ana.client.post_json(ana.path, {"message": "x"}), 415),
        (ana.write("x" * 100_001), 413),
        (ana.client.post_form("/requests/" + "x" * 32, {"message": "x"}), 404),
        (ana.client.send("PUT", ana.path), 405),
    ):
        assert expected == answer.status
        if expected != 405:
            assert "no-referrer" == answer.headers["referrer-policy"]
            assert "noindex, nofollow" == answer.headers["x-robots-tag"]
    page = ana.open()
    assert "no-store" == page.headers["cache-control"]
    assert "no-referrer" == page.headers["referrer-policy"]
    assert "noindex, nofollow" == page.headers["x-robots-tag"]
    assert 303 == (sent := ana.write("x")).status
    assert "no-referrer" == sent.headers["referrer-policy"]


def test_our_answers_are_shown_with_links_and_those_of_customers_without(client: Client) -> None:
    ana = Customer(client)
    with inbox(client) as opened:
        opened.answer(ana.ref, "See https://fjellby.example/x.\n\nYours", "ana@example.com")
    ana.write("And https://evil.example/?")
    page = ana.open()

    link = '<a href="https://fjellby.example/x" rel="noreferrer">https://fjellby.example/x</a>'
    assert f"<p>See {link}.</p><p>Yours</p>" in page.text
    assert 'href="https://evil' not in page.text
    assert "Fjellby Care answered on " in page.words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Eingegangen", "In Arbeit", "Beantwortet", "Erledigt", "Nachricht senden")),
        ("en", ("Received", "In progress", "Answered", "Done", "Send my message")),
        ("es", ("Recibida", "En curso", "Respondida", "Resuelta", "Enviar mi mensaje")),
        ("fr", ("Reçue", "En cours", "Répondue", "Réglée", "Envoyer mon message")),
    ],
)
def test_it_speaks_the_language_of_the_request(
    client: Client, language: str, words: tuple[str, ...]
) -> None:
    ana = Customer(client, name="Ana", _lang=language)
    ana.write("x")
    page = client.get(f"{ana.path}?sent")

    assert f'<html lang="{language}">' in page.text
    for word in words:
        assert word in page.words
    assert "{" not in page.words
    assert 1 == page.text.count('aria-current="step"')
