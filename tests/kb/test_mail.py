"""Mails: what they say, what their headers hold, and how a mail server gets them."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from carebase.forms.asked import Asked
from carebase.forms.load import standard_forms
from carebase.outbox.addresses import Mailbox, is_answerable, read_mailbox, to_wire
from carebase.outbox.letterhead import Letterhead
from carebase.outbox.mail import Told, write_acknowledgement, write_notification
from carebase.outbox.paper import message_id
from carebase.outbox.server import MailServer, read_server
from carebase.outbox.smtp import MailSender
from carebase.outbox.targets import customer_address, letters_for
from carebase.outbox.worker import Lane
from carebase.store import NewSubmission, Store, Submission
from carebase.store.ids import new_id
from carebase.store.letters import (
    ACKNOWLEDGEMENT,
    DEAD,
    DONE,
    NOTIFICATION,
    WAITING,
    Batch,
    Letter,
    NewLetter,
)
from tests.kb.endpoint_site import Client, make_site, serving, wait_until
from tests.kb.mail_server import CERTIFICATE, MailRoom, mail_server

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FORM = standard_forms()["support-request"]
HEAD = Letterhead(
    site="Fjellby Care",
    language="en",
    sender=Mailbox("care@fjellby.example"),
    zone=ZoneInfo("Europe/Vienna"),
    reply_to="hello@fjellby.example",
    status_address=lambda one: f"https://care.fjellby.example/requests/{one.id}",
)
SUPPORT = "/v1/forms/support-request"
GOOD = {
    "topic": "fault",
    "product": "brio",
    "message": "It hums.\nAnd then it stops.",
    "name": "Ana",
    "email": "ana@example.com",
}
NOTIFYING = {
    "docs/forms/callback.yml": """\
title: Call me back
promise: We call within a day.
fields:
  - {id: name, type: text, label: Your name}
  - {id: email, type: email, label: Your e-mail address}
  - {id: urgent, type: consent, label: It is urgent}
notify: {mail: [care@fjellby.example, desk@fjellby.example]}
""",
    "docs/contact.yml": """\
time_zone: Europe/Vienna
channels:
  - {kind: mail, name: Write to us, address: hello@fjellby.example}
""",
}


ASKED = Asked(FORM.model_dump(mode="json", exclude_defaults=True))


def submission(language: str = "", **values: object) -> Told:
    sent = Submission(
        "0194-a",
        "CB-7K3M-9QXT",
        "support-request",
        "v1",
        {**GOOD, **values},
        "received",
        START,
        language,
        "products/brio/",
    )
    return Told(sent, ASKED)


def batch(kind: str, target: str, *ids: str, **content: str) -> Batch:
    letters = [
        Letter(one, kind, target, "0194-a", content, WAITING, 1, START, START, "")
        for one in ids or ("0194-b",)
    ]
    return Batch("lease", tuple(letters))


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain and html
    return (
        plain.get_content().replace("\r\n", "\n"),
        html.get_content().replace("\r\n", "\n"),
    )


def headers(message: EmailMessage) -> dict[str, str]:
    return {name: str(value) for name, value in message.items()}


def test_an_acknowledgement_is_an_automatic_reply_as_rfc_3834_wants_it() -> None:
    message = write_acknowledgement(
        HEAD, batch(ACKNOWLEDGEMENT, "ana@example.com"), submission(), START
    )

    assert {
        "From": "Fjellby Care <care@fjellby.example>",
        "To": "ana@example.com",
        "Reply-To": "Fjellby Care <hello@fjellby.example>",
        "Subject": "We have received your message (CB-7K3M-9QXT)",
        "Date": "Sat, 21 Nov 2026 09:30:00 +0000",
        "Message-ID": "<0194-a@fjellby.example>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "en",
    } == {
        name: value
        for name, value in headers(message).items()
        if name not in ("MIME-Version", "Content-Type")
    }
    assert "multipart/alternative" == message.get_content_type()
    plain, html = parts(message)
    assert (
        """\
Thank you, we have received your message
----------------------------------------

Your reference number: CB-7K3M-9QXT

Please keep it; with it we find your message at once.

About: Ask for help

Received on 21 November 2026 at 10:30 (Europe/Vienna)

What happens next
-----------------

We answer within 2 working days.

Someone from our care team reads your request and writes back to you.

See where your request stands:
https://care.fjellby.example/requests/0194-a

This address opens without a password, so please share it with nobody.

This mail was sent automatically because your address was given in a form of Fjellby Care. If it \
was not you, you need not do anything.
"""
        == plain
    )
    assert '<a href="https://care.fjellby.example/requests/0194-a">' in html


def test_an_acknowledgement_carries_nothing_that_the_sender_wrote() -> None:
    """Else anyone could send any text to any address in our name."""
    values = {name: f"BUY-{name}" for name in GOOD} | {"topic": "fault", "product": "brio"}
    message = write_acknowledgement(
        HEAD, batch(ACKNOWLEDGEMENT, "ana@example.com"), submission(**values), START
    )

    assert "BUY-" not in "".join(parts(message)) + str(headers(message))


def test_without_a_public_address_no_status_page_is_named() -> None:
    head = replace(HEAD, status_address=lambda _: "", reply_to="")
    message = write_acknowledgement(
        head, batch(ACKNOWLEDGEMENT, "ana@example.com"), submission(), START
    )

    plain, html = parts(message)
    assert "password" not in plain
    assert "http" not in plain + html
    assert "Reply-To" not in message


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("de", "Ihre Nachricht ist angekommen (CB-7K3M-9QXT)", "Ihre Vorgangsnummer: CB-7K3M-9QXT"),
        ("de-AT", "Ihre Nachricht ist angekommen (CB-7K3M-9QXT)", "21. November 2026"),
        ("es", "Hemos recibido su mensaje (CB-7K3M-9QXT)", "21 de noviembre de 2026"),
        ("fr", "Nous avons bien reçu votre message (CB-7K3M-9QXT)", "21 novembre 2026"),
        ("xx", "We have received your message (CB-7K3M-9QXT)", "21 November 2026"),
    ],
)
def test_mails_speak_the_language_of_the_form(language: str, subject: str, said: str) -> None:
    message = write_acknowledgement(
        HEAD, batch(ACKNOWLEDGEMENT, "ana@example.com"), submission(language), START
    )

    plain, html = parts(message)
    assert subject == message["Subject"]
    assert said in plain
    assert f'<html lang="{language}">' in html
    assert "{" not in plain + html
    assert bytes(message).isascii()


def test_a_notification_says_all_and_is_answered_to_the_customer() -> None:
    letters = batch(NOTIFICATION, "desk@fjellby.example", reply_to="ana@example.com")
    message = write_notification(HEAD, letters, [submission("de", old=True)], START)

    assert "[CB-7K3M-9QXT] Ask for help" == message["Subject"]
    assert "ana@example.com" == message["Reply-To"]
    assert "auto-generated" == message["Auto-Submitted"]
    plain, html = parts(message)
    assert (
        """\
CB-7K3M-9QXT: Ask for help
--------------------------

Received on 21 November 2026 at 10:30 (Europe/Vienna)

Sent from the page products/brio/

What is it about? Something does not work

Which product? brio

What happens, and what have you tried?
It hums.
And then it stops.

Your name: Ana

Your e-mail address: ana@example.com

old: yes

To answer, reply to this mail: your reply goes to ana@example.com.
"""
        == plain
    )
    assert "It hums.<br>And then it stops." in html


def test_messages_that_waited_come_in_one_mail() -> None:
    other = replace(submission().submission, ref="CB-2222-2222")
    several = [submission(), Told(other, ASKED)]
    letters = batch(NOTIFICATION, "desk@fjellby.example", "0194-b", "0194-c")
    message = write_notification(HEAD, letters, several, START)

    assert "2 messages that waited" == message["Subject"]
    assert "Reply-To" not in message
    plain, _ = parts(message)
    assert ["CB-7K3M-9QXT", "CB-2222-2222"] == re.findall(r"^(CB-\S+):", plain, re.MULTILINE)
    one = message_id(batch(NOTIFICATION, "a@b.example", "0194-b"), "b.example")
    assert message["Message-ID"] == message_id(letters, "fjellby.example") != one


@pytest.mark.parametrize(
    "evil",
    [
        "Ana\r\nBcc: everyone@example.com",
        "Ana\nBcc: everyone@example.com\n\nBuy this",
        "Ana\rBcc: everyone@example.com",
        "Ana\x0bBcc: everyone@example.com\x00",
        "Ana\u2028Bcc: everyone@example.com\u202e",
        "=?utf-8?q?Ana=0D=0ABcc:_everyone=40example.com?=",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "\r\n.\r\nMAIL FROM:<evil@example.com>\r\n",
    ],
)
def test_nothing_written_becomes_a_header_or_markup(evil: str) -> None:
    head = replace(HEAD, site=evil, sender=Mailbox("care@fjellby.example", evil))
    sent = submission(evil, name=evil, message=evil, email=f"{evil}@example.com").submission
    odd = Told(replace(sent, page=evil, ref=evil), Asked({"title": evil, "promise": evil}))
    names = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"}
    names |= {"X-Auto-Response-Suppress", "Reply-To", "MIME-Version", "Content-Type"}
    with mail_server() as room:
        for message in (
            write_acknowledgement(head, batch(ACKNOWLEDGEMENT, "ana@example.com"), odd, START),
            write_notification(head, batch(NOTIFICATION, "desk@fjellby.example"), [odd], START),
            write_notification(
                head, batch(NOTIFICATION, "desk@fjellby.example", "a", "b"), [odd, odd], START
            ),
        ):
            assert not set(message.keys()) - names
            sender = MailSender(MailServer("127.0.0.1", room.port), None, lambda: head)  # type: ignore[arg-type]
            connection = sender._connect("fjellby.example")
            connection.send_message(message, "care@fjellby.example", [message["To"]])
            sender.rest()
        arrived = room.mails
    assert 3 == len(arrived)
    for message in arrived:
        assert not set(message.keys()) - names
        assert len(message.keys()) == len(set(message.keys()))
        assert not message.defects
        _, html = parts(message)
        assert "<script" not in html
        assert "<img" not in html


@pytest.mark.parametrize(
    ("address", "answerable"),
    [
        ("ana@example.com", True),
        ("ana+shop@example.com", True),
        ("ana.noreplyer@example.com", True),
        ("ünal@example.com", True),
        ("ana@bücher.example", True),
        ("MAILER-DAEMON@example.com", False),
        ("mailer-daemon+x@example.com", False),
        ("Postmaster@example.com", False),
        ("no-reply@example.com", False),
        ("noreply-orders@example.com", False),
        ("do_not_reply@example.com", False),
        ("shop-noreply@example.com", False),
        ("bounce-123@example.com", False),
        ("owner-list@example.com", False),
        ("list-request@example.com", False),
        ("list-bounces@example.com", False),
        ("", False),
        ("ana", False),
        ("ana@example.com,ben@example.com", False),
        ("ana@example.com\r\nBcc: ben@example.com", False),
        ("<ana@example.com>", False),
        ("=?utf-8?q?ana=0D=0ABcc=20ben?=@example.com", False),
        ('"a b"@example.com', False),
        ("ana@[127.0.0.1]", False),
        ("ana@" + "x" * 64 + ".example", False),
        ("a" * 250 + "@example.com", False),
    ],
)
def test_machines_and_unsound_addresses_are_not_answered(address: str, answerable: bool) -> None:
    assert answerable == is_answerable(address)


def test_mailboxes_are_read_with_and_without_a_name() -> None:
    assert Mailbox("care@x.example", "Fjellby Care") == read_mailbox(
        "Fjellby Care <care@x.example>"
    )
    assert Mailbox("care@x.example", "Care, Ltd") == read_mailbox('"Care, Ltd" <care@x.example>')
    assert Mailbox("care@x.example") == read_mailbox("care@x.example")
    assert read_mailbox("Care <care@x.example>, b@x.example") is None
    assert "a@xn--bcher-kva.example" == to_wire("a@bücher.example")


def test_letters_go_only_to_those_concerned() -> None:
    values = {"email": "ana@example.com"}
    form = FORM.model_copy(
        update={"notify": FORM.notify.model_copy(update={"mail": ("Desk@fjellby.example",)})}
    )
    kinds = [(one.kind, one.target) for one in letters_for(form, values, "care@fjellby.example")]
    assert [
        (NOTIFICATION, "Desk@fjellby.example"),
        (ACKNOWLEDGEMENT, "ana@example.com"),
    ] == kinds
    evil = letters_for(form, {"email": "a@b.example>\r\nBcc: c@d.example"}, "care@fjellby.example")
    assert [{}] == [one.content for one in evil]
    # Nobody makes us write to ourselves, and nothing is written that could not be sent.
    for own in ("care@fjellby.example", "desk+x@fjellby.example"):
        assert [NOTIFICATION] == [
            one.kind for one in letters_for(form, {"email": own}, "care@fjellby.example")
        ]
    assert () == letters_for(form, values, "")
    assert () == letters_for(standard_forms()["page-feedback"], {}, "care@fjellby.example")


def test_somebody_elses_address_is_not_taken_for_the_customers() -> None:
    fields = [field for field in FORM.fields if field.id == "email"]
    friends = [fields[0].model_copy(update={"id": f"friend_{n}"}) for n in (1, 2)]
    values = {"friend_1": "a@example.com", "friend_2": "b@example.com", "email": "c@example.com"}

    assert "" == customer_address(FORM.model_copy(update={"fields": tuple(friends)}), values)
    assert "a@example.com" == customer_address(
        FORM.model_copy(update={"fields": (friends[0],)}), values
    )
    assert "c@example.com" == customer_address(
        FORM.model_copy(update={"fields": (*friends, *fields)}), values
    )


def test_the_address_of_a_mail_server_is_read() -> None:
    assert MailServer("mail.example", 587) == read_server("smtp://mail.example")
    assert MailServer("mail.example", 465, tls=True) == read_server("smtps://mail.example/")
    assert MailServer("mail.example", 25, "ana@x.example", "p:@/", required=True) == read_server(
        "smtp://ana%40x.example:p%3A%40%2F@mail.example:25?starttls=required"
    )
    assert "p:@" not in repr(read_server("smtp://ana:p%3A%40@mail.example"))
    for wrong in ("http://x", "smtp://", "smtp://x:99999", "smtp://x/path", "smtp://[::1"):
        with pytest.raises(ValueError, match="must be an address"):
            read_server(wrong)


class Post:
    """A store and a lane that sends its mails to a server."""

    def __init__(self, store: Store, server: MailServer) -> None:
        self.store = store
        self.sender = MailSender(server, store, lambda: HEAD)
        self.lane = Lane(store, self.sender, chance=lambda: 1.0)

    def write(self, *letters: NewLetter) -> None:
        row_id = new_id()
        new = NewSubmission(
            row_id, "support-request", "v1", GOOD, row_id, datetime.now(UTC), "h", letters=letters
        )
        self.store.accept(new).result()

    def send(self) -> None:
        """Send all that is due, until nothing is or the way is closed."""
        while self.lane.step() == timedelta():
            pass
        self.sender.rest()

    @property
    def errors(self) -> list[str]:
        return [letter.error for letter in self.store.find_troubled_letters()]


@contextmanager
def posting(tmp_path: Path, server: MailServer) -> Iterator[Post]:
    with Store(f"sqlite:///{tmp_path / 'c.db'}") as store:
        yield Post(store, server)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


ANA = NewLetter(ACKNOWLEDGEMENT, "ana@example.com", timedelta(hours=1))
DESK = NewLetter(NOTIFICATION, "desk@fjellby.example")


def test_a_day_without_a_mail_server_loses_nothing_and_floods_nobody(tmp_path: Path) -> None:
    port = free_port()
    with (
        time_machine.travel(START, tick=False) as clock,
        posting(tmp_path, MailServer("127.0.0.1", port)) as post,
    ):
        for _ in range(24):
            post.write(ANA, DESK)
            post.send()
            clock.shift(timedelta(hours=1))
        assert {(ACKNOWLEDGEMENT, WAITING): 1, (NOTIFICATION, WAITING): 24} == (
            post.store.count_letters()
        )
        assert all("the mail server cannot be reached" in error for error in post.errors)
        with mail_server(port=port) as room:
            clock.shift(timedelta(hours=1))
            post.send()

        assert 1 == len(room.to("ana@example.com"))
        (joined,) = room.to("desk@fjellby.example")
        assert "24 messages that waited" == joined["Subject"]
        refs = re.findall(r"^CB-\S+(?=:)", parts(joined)[0], re.MULTILINE)
        assert 24 == len(set(refs))
        assert {(ACKNOWLEDGEMENT, DONE): 1, (NOTIFICATION, DONE): 24} == post.store.count_letters()


def test_after_a_day_several_hundreds_get_one_mail_each(tmp_path: Path) -> None:
    """300 customers wrote twice while the mail server was down, and are answered by people too."""
    customers = [f"customer{number}@example.com" for number in range(300)]
    port = free_port()
    with (
        time_machine.travel(START, tick=False) as clock,
        posting(tmp_path, MailServer("127.0.0.1", port)) as post,
    ):
        for part in range(12):
            for customer in customers[part % 6 * 50 : part % 6 * 50 + 50]:
                post.write(NewLetter(ACKNOWLEDGEMENT, customer, timedelta(hours=1)), DESK)
            post.send()
            clock.shift(timedelta(hours=2))
        assert {(ACKNOWLEDGEMENT, WAITING): 300, (NOTIFICATION, WAITING): 600} == (
            post.store.count_letters()
        )
        with mail_server(port=port) as room:
            clock.shift(timedelta(hours=1))
            post.send()
            # Whoever writes within the hour after it has had this mail, however late it came.
            for customer in customers[:50]:
                post.write(NewLetter(ACKNOWLEDGEMENT, customer, timedelta(hours=1)))
            post.send()

        assert sorted([customer] for customer in customers) == sorted(
            envelope.rcpt_tos
            for envelope in room.envelopes
            if envelope.rcpt_tos != ["desk@fjellby.example"]
        )
        joined = room.to("desk@fjellby.example")
        assert [f"{number} messages that waited" for number in [100] * 6] == [
            mail["Subject"] for mail in joined
        ]
        refs = [ref for mail in joined for ref in re.findall(r"CB-\S+(?=:)", parts(mail)[0])]
        assert (600, 600) == (len(refs), len(set(refs)))
        assert len(room.mails) == len({mail["Message-ID"] for mail in room.mails})
        assert {(ACKNOWLEDGEMENT, DONE): 300, (NOTIFICATION, DONE): 600} == (
            post.store.count_letters()
        )


def test_each_answer_of_the_mail_server_has_its_consequence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server() as room, posting(tmp_path, MailServer("127.0.0.1", room.port)) as post:
        room.on_recipient = lambda address: (
            "550 5.1.1 <gone@example.com>: unknown" if address.startswith("gone") else None
        )
        post.write(NewLetter(NOTIFICATION, "gone@example.com"), DESK)
        post.send()
        assert {(NOTIFICATION, DEAD): 1, (NOTIFICATION, DONE): 1} == post.store.count_letters()
        assert [
            "the mail server refuses the recipient (550): 5.1.1 <gone@example.com>: unknown"
        ] == post.errors
        assert "gone@" not in caplog.text

        room.on_mail = lambda: "451 4.3.0 later"
        post.write(DESK)
        post.send()
        assert "the mail server refuses the mail (451): 4.3.0 later" == post.errors[1]
        room.on_mail = lambda: "554 5.7.1 spam"
        post.write(DESK)
        post.send()
        assert 2 == post.store.count_letters()[NOTIFICATION, DEAD]
        assert 1 == post.store.count_letters()[NOTIFICATION, WAITING]

        room.on_mail, room.on_recipient = (lambda: None), (lambda _: None)
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=31)):
            assert 2 == post.store.retry_letters(datetime.now(UTC)).result()
            post.send()
    assert 4 == post_count(room)


def post_count(room: MailRoom) -> int:
    return len({mail["Message-ID"] for mail in room.mails})


def test_starttls_is_used_when_offered_and_checked_when_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tls=True) as room:
        with posting(tmp_path, MailServer("127.0.0.1", room.port)) as post:
            post.write(DESK)
            post.send()
        assert [True] == room.encrypted
        with posting(tmp_path, MailServer("127.0.0.1", room.port, required=True)) as post:
            post.write(DESK)
            post.send()
            assert "CERTIFICATE_VERIFY_FAILED" in post.errors[0]
        assert [True] == room.encrypted
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        with (
            time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)),
            posting(tmp_path, MailServer("127.0.0.1", room.port, required=True)) as post,
        ):
            post.send()
        assert [True, True] == room.encrypted
    with (
        mail_server() as room,
        posting(tmp_path, MailServer("127.0.0.1", room.port, required=True)) as post,
    ):
        post.write(DESK)
        post.send()
        assert ["the mail server does not offer STARTTLS"] == post.errors
        assert [] == room.mails


class FarServer(MailServer):
    """A server that is treated as one on another machine."""

    near = False


def test_a_password_is_checked_and_never_sent_in_clear(tmp_path: Path) -> None:
    with mail_server(login=True) as room:
        with posting(tmp_path, FarServer("127.0.0.1", room.port, "ana", "s3cret!@")) as post:
            post.write(DESK)
            post.send()
            assert [
                "the mail server offers no TLS, and the password is not sent in clear"
            ] == post.errors
        assert [] == room.users
        later = datetime.now(UTC) + timedelta(minutes=1)
        with (
            time_machine.travel(later),
            posting(tmp_path, MailServer("127.0.0.1", room.port, "ana", "wrong")) as post,
        ):
            post.send()
            assert "the mail server refuses user or password (535)" in post.errors[0]
        later += timedelta(minutes=2)
        with (
            time_machine.travel(later),
            posting(tmp_path, MailServer("127.0.0.1", room.port, "ana", "s3cret!@")) as post,
        ):
            post.send()
            assert [] == post.errors
        assert 1 == len(room.mails)


def test_a_server_without_a_login_costs_no_mail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The port of a mail server at which other mail servers call, and nobody logs in."""
    caplog.set_level("INFO", "carebase.outbox")
    now = datetime.now(UTC)
    with mail_server() as room:
        with posting(tmp_path, MailServer("127.0.0.1", room.port, "ana", "s3cret!@")) as post:
            post.write(DESK)
            post.send()
            assert ["the mail server lets nobody log in at this port"] == post.errors
            assert {(NOTIFICATION, WAITING): 1} == post.store.count_letters()
            post.sender._server = MailServer("127.0.0.1", room.port)
            with time_machine.travel(now + timedelta(minutes=1)):
                post.send()
        assert 1 == len(room.mails)
    # Who reads the log learns that it is over.
    assert "The way of mail is open again." == caplog.messages[-1]


def test_a_password_may_have_any_letters(tmp_path: Path) -> None:
    with mail_server(login=True) as room:
        room.password = "pässwörd".encode()
        with posting(tmp_path, MailServer("127.0.0.1", room.port, "änne", "pässwörd")) as post:
            post.write(DESK)
            post.send()
            assert [] == post.errors
        room.password = b"another"
        with posting(tmp_path, MailServer("127.0.0.1", room.port, "änne", "pässwörd")) as post:
            post.write(DESK)
            post.send()
            assert "the mail server refuses user or password (535)" in post.errors[0]
    assert (1, "änne".encode()) == (len(room.mails), room.users[0])


@pytest.mark.parametrize(
    ("knows", "reason"),
    [
        (True, "the certificate of the mail server cannot be trusted: "),
        (False, "TLS cannot be agreed on with the mail server: "),
    ],
)
def test_tls_that_fails_is_told_as_that(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, knows: bool, reason: str
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    def greet(line: socket.socket) -> None:
        talked = context.wrap_socket(line, server_side=True) if knows else line
        talked.sendall(b"220 mail.test\r\n")

    with talking(greet) as port, posting(tmp_path, MailServer("127.0.0.1", port, tls=True)) as post:
        post.write(DESK)
        post.send()
        assert post.errors[0].startswith(reason)
    assert f"The way of mail is closed: {reason[:-2]}" == caplog.messages[-1]


def test_a_server_that_drips_its_greeting_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carebase.outbox.smtp._DEADLINE", 0.5)

    def drip(line: socket.socket) -> None:
        for _ in range(100):
            line.sendall(b"2")
            time.sleep(0.1)

    with talking(drip) as port, posting(tmp_path, MailServer("127.0.0.1", port)) as post:
        post.write(DESK)
        begun = time.monotonic()
        post.send()
        assert time.monotonic() - begun < 5
        assert {(NOTIFICATION, WAITING): 1} == post.store.count_letters()


@contextmanager
def talking(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give the port of a server that does something with the first line that is opened to it."""

    def take() -> None:
        with suppress(OSError):
            line, _ = listener.accept()
            with line:
                answer(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
    thread.join(10)


def test_one_connection_serves_many_mails_and_survives_its_end(tmp_path: Path) -> None:
    port = free_port()
    with posting(tmp_path, MailServer("127.0.0.1", port)) as post:
        with mail_server(port=port) as room:
            for number in range(5):
                post.write(NewLetter(NOTIFICATION, f"{number}@example.com"))
            for _ in range(5):
                post.lane.step()
            connection = post.sender._connection
        assert 5 == len(room.mails)
        # The server has gone and come back while the connection was kept.
        with mail_server(port=port) as room:
            post.write(DESK)
            post.lane.step()
            assert connection is not post.sender._connection
            post.sender.rest()
        assert 1 == len(room.mails)


def test_a_deleted_submission_has_no_mail(tmp_path: Path) -> None:
    with mail_server() as room, posting(tmp_path, MailServer("127.0.0.1", room.port)) as post:
        post.write(DESK)
        taken = post.store.claim_letters([NOTIFICATION], datetime.now(UTC), timedelta(1)).result()
        assert taken
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert 1 == post.store.delete_older("support-request", later).result()
        post.sender.send(taken)

    assert [] == room.mails


@pytest.fixture
def care(tmp_path: Path) -> Iterator[tuple[Client, MailRoom]]:
    site = make_site(tmp_path, sources=NOTIFYING)
    with (
        mail_server() as room,
        serving(
            site,
            url="https://care.fjellby.example/",
            mail_server=MailServer("127.0.0.1", room.port),
            mail_from=Mailbox("care@fjellby.example", "Fjellby Care"),
        ) as client,
    ):
        yield client, room


def test_a_form_is_acknowledged_by_mail(care: tuple[Client, MailRoom]) -> None:
    client, room = care
    answer = client.post_json(SUPPORT, {**GOOD, "_lang": "de"}, key="k").json
    client.post_json(SUPPORT, {**GOOD, "_lang": "de"}, key="k")
    wait_until(lambda: len(room.mails) == 1)

    (mail,) = room.to("ana@example.com")
    assert f"Ihre Nachricht ist angekommen ({answer['ref']})" == mail["Subject"]
    assert answer["status_url"] in parts(mail)[0]
    assert "Fjellby Care <hello@fjellby.example>" == mail["Reply-To"]
    assert mail["Message-ID"] == f"<{client.rows()[0]['id']}@fjellby.example>"
    assert ["care@fjellby.example"] == [envelope.mail_from for envelope in room.envelopes]
    wait_until(lambda: "done" == client.rows("outbox")[0]["state"])


def test_the_people_who_answer_hear_of_a_form(care: tuple[Client, MailRoom]) -> None:
    client, room = care
    values = {"name": "Ana\r\nBcc: x@example.com", "email": "no-reply@example.com", "urgent": True}
    assert 201 == client.post_json("/v1/forms/callback", values).status
    wait_until(lambda: len(room.mails) == 2)

    assert [["care@fjellby.example"], ["desk@fjellby.example"]] == sorted(
        envelope.rcpt_tos for envelope in room.envelopes
    )
    mail = room.mails[0]
    assert "Bcc" not in mail
    assert "no-reply@example.com" == mail["Reply-To"]
    assert "Your name: Ana Bcc: x@example.com" in parts(mail)[0]


def test_without_a_mail_server_no_mail_is_written(tmp_path: Path) -> None:
    with serving(make_site(tmp_path, sources=NOTIFYING)) as client:
        assert 201 == client.post_json(SUPPORT, GOOD).status
        assert 201 == client.post_json("/v1/forms/callback", {"name": "Ana"}).status
        assert [] == client.rows("outbox")
