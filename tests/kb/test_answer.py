"""Answering customers by mail: from the command to the letter that the customer finds."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import MailServer
from tests.kb.endpoint_site import Client, clean_environment, make_site, serving, wait_until
from tests.kb.mail_server import MailRoom, mail_server
from tests.kb.test_mail import GOOD, NOTIFYING, SUPPORT, parts

FROM = "Fjellby Care <care@fjellby.example>"


class Care:
    """An endpoint with a mail server, and `carebase inbox` beside it as a process of its own."""

    def __init__(self, client: Client, room: MailRoom) -> None:
        self.client = client
        self.room = room
        self.environment = {
            **clean_environment(),
            "CAREBASE_DATABASE_URL": f"sqlite:///{client.database}",
            "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{room.port}",
            "CAREBASE_MAIL_FROM": FROM,
            "TZ": "UTC",
        }

    def inbox(
        self, *arguments: str, stdin: str = "", without: tuple[str, ...] = ()
    ) -> tuple[int, str, str]:
        """Give exit code, output and messages."""
        ended = subprocess.run(
            [sys.executable, "-m", "carebase", "inbox", *arguments],
            env={name: text for name, text in self.environment.items() if name not in without},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ended.returncode, ended.stdout, ended.stderr

    def send(self, **values: Any) -> Mapping[str, str]:
        """Send a form as a customer does, and wait for the acknowledgement."""
        before = len(self.room.envelopes)
        answer: dict[str, str] = self.client.post_json(SUPPORT, {**GOOD, **values}).json
        wait_until(lambda: len(self.room.envelopes) > before)
        return answer

    def left_alone(self, ref: str) -> bool:
        """Tell whether nothing at all has been written for an answer."""
        letters = [one for one in self.client.rows("outbox") if one["kind"] == "answer"]
        events = [one for one in self.client.rows("events") if one["kind"] == "answered"]
        return not (letters or events or self.client.rows("messages"))


@contextmanager
def at_work(folder: Path, **settings: Any) -> Iterator[Care]:
    site = make_site(folder, sources=NOTIFYING)
    with (
        mail_server() as room,
        serving(
            site,
            mail_server=MailServer("127.0.0.1", room.port),
            mail_from=Mailbox("care@fjellby.example", "Fjellby Care"),
            **settings,
        ) as client,
    ):
        yield Care(client, room)


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Care]:
    with at_work(tmp_path, url="https://care.fjellby.example/") as care:
        yield care


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def test_an_answer_is_a_persons_mail_in_the_thread_of_the_acknowledgement(care: Care) -> None:
    sent = care.send()
    ref = sent["ref"]
    assert (
        0,
        f"{ref}: received → answered\n"
        "The mail to ana@example.com is in the outbox; the endpoint or `carebase worker` sends"
        " it.\n",
        "",
    ) == care.inbox("answer", ref, "--text", "Dear Ana,\n\nplease descale it.\n\n=1+1\n")
    wait_until(lambda: len(care.room.to("ana@example.com")) == 2)

    received, answer = care.room.to("ana@example.com")
    assert f"Re: {received['Subject']}" == answer["Subject"]
    assert ref in answer["Subject"]
    assert received["Message-ID"] == answer["In-Reply-To"] == answer["References"]
    assert FROM == answer["From"]
    assert "Fjellby Care <hello@fjellby.example>" == answer["Reply-To"]
    # RFC 3834 is about automatic mails; an absence notice may well answer this one.
    assert "Auto-Submitted" not in answer
    assert "X-Auto-Response-Suppress" not in answer
    assert "Precedence" not in answer
    assert "en" == answer["Content-Language"]
    plain, html = parts(answer)
    date = plain.partition("You wrote on ")[2].partition(":")[0]
    assert (
        f"""\
Dear Ana,

please descale it.

=1+1

Your reference number: {ref}

Your request with all messages; you can write to us there too:
{sent["status_url"]}

This address opens without a password, so please share it with nobody.

You wrote on {date}:

> What is it about?
> Something does not work

> Which product?
> Brio

> What happens, and what have you tried?
> It hums.
> And then it stops.

> Your name
> Ana
"""
        == plain
    )
    assert "<p>please descale it.</p>" in html
    assert f'<a href="{sent["status_url"]}">' in html
    assert "It hums.<br>And then it stops.</blockquote>" in html
    assert "{" not in plain + html


def test_further_answers_stay_in_the_thread(care: Care) -> None:
    ref = care.send()["ref"]
    for text in ("First.", "Second."):
        assert 0 == care.inbox("answer", ref, "--text", text)[0]
        time.sleep(0.01)
    wait_until(lambda: len(care.room.to("ana@example.com")) == 3)

    first, second, third = care.room.to("ana@example.com")
    assert second["Message-ID"] == third["In-Reply-To"]
    assert f"{first['Message-ID']} {second['Message-ID']}" == third["References"]


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("de", "Re: Ihre Nachricht ist angekommen", "Sie schrieben am"),
        ("es", "Re: Hemos recibido su mensaje", "Usted escribió el"),
        ("fr", "Re: Nous avons bien reçu votre message", "Vous avez écrit le"),
    ],
)
def test_the_mail_speaks_the_language_of_the_request(
    care: Care, language: str, subject: str, said: str
) -> None:
    ref = care.send(_lang=language)["ref"]
    assert 0 == care.inbox("answer", ref, "--text", "…")[0]
    wait_until(lambda: len(care.room.to("ana@example.com")) == 2)

    mail = care.room.to("ana@example.com")[1]
    assert f"{subject} ({ref})" == mail["Subject"]
    assert language == mail["Content-Language"]
    assert said in parts(mail)[0]
    assert f'<html lang="{language}">' in parts(mail)[1]


def test_show_tells_what_was_written_and_what_became_of_it(care: Care) -> None:
    ref = care.send()["ref"]
    care.inbox("answer", ref, "--file", "-", "--leave-state", stdin="Eine Zeile\r\n\r\nNoch eine")
    wait_until(lambda: len(care.room.to("ana@example.com")) == 2)
    letters = care.client.rows
    wait_until(lambda: all(one["state"] == "done" for one in letters("outbox")))
    shown = care.inbox("show", ref)[1]

    assert f"{ref}  Ask for help\nreceived, due" in shown
    messages = shown.partition("\nMessages\n")[2].partition("\n\nHistory\n")[0].splitlines()
    assert messages[0].startswith(f"    {today()} ")
    assert messages[0].endswith("  to ana@example.com (the mail was sent)")
    assert ["        Eine Zeile", "", "        Noch eine"] == messages[1:]
    assert shown.splitlines()[-1].endswith("  an answer by mail to ana@example.com")


def test_without_a_public_address_no_status_page_is_named(tmp_path: Path) -> None:
    with at_work(tmp_path) as care:
        ref = care.send()["ref"]
        care.inbox("answer", ref, "--text", "Hello")
        wait_until(lambda: len(care.room.to("ana@example.com")) == 2)
        plain, html = parts(care.room.to("ana@example.com")[1])
    assert "password" not in plain
    assert "http" not in plain + html


def test_what_cannot_be_answered_is_told_and_nothing_is_half_done(
    care: Care, tmp_path: Path
) -> None:
    ref = care.send()["ref"]
    mute = care.client.post_json("/v1/forms/callback", {"name": "Ana"}).json["ref"]
    spam = care.client.post_json(SUPPORT, {**GOOD, "_website": "x"}).json["ref"]
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Grüße".encode("latin-1"))
    called = 'answered --note "called"\n'

    for arguments, message in (
        (("answer", ref), "Give the answer by --text or --file; an editor needs a terminal.\n"),
        (("answer", ref, "--text", " \n"), "The answer is empty, so nothing was sent.\n"),
        (
            ("answer", ref, "--text", "x" * 20_001),
            "The answer has 20,001 characters; at most 20,000 go into one mail.\n",
        ),
        (
            ("answer", ref, "--text", "a", "--file", "-"),
            "Give the answer by --text or by --file, not by both.\n",
        ),
        (
            ("answer", ref, "--file", "none.txt"),
            "none.txt cannot be read: No such file or directory.\n",
        ),
        (
            ("answer", ref, "--file", str(latin)),
            f"{latin} is not UTF-8 text. Save it as UTF-8.\n",
        ),
        (
            ("answer", mute, "--text", "a"),
            f"{mute} gives no mail address of the customer. `carebase inbox show {mute}` tells what"
            f" else there is; note how you answered: carebase inbox set {mute} {called}",
        ),
        (
            ("answer", spam, "--text", "a"),
            f"{spam} is in quarantine. Take it out first: carebase inbox restore {spam}\n",
        ),
        (
            ("answer", "CB-0000-0000", "--text", "a"),
            "There is no submission CB-0000-0000. `carebase inbox --refs` lists them all.\n",
        ),
    ):
        assert (2, "", message) == care.inbox(*arguments)
    assert (
        2,
        "",
        "No mail can be sent, because CAREBASE_SMTP_URL is not set here. Set it and"
        " CAREBASE_MAIL_FROM as for the endpoint, or answer in another way and note it:"
        f" carebase inbox set {ref} {called}",
    ) == care.inbox("answer", ref, "--text", "a", without=("CAREBASE_SMTP_URL",))
    assert (
        2,
        "",
        "CAREBASE_SMTP_URL needs CAREBASE_MAIL_FROM, the address that mails come from.\n",
    ) == care.inbox("answer", ref, "--text", "a", without=("CAREBASE_MAIL_FROM",))
    assert care.left_alone(ref)
    assert {"received", "quarantined"} == {row["state"] for row in care.client.rows()}


def test_the_same_answer_is_not_sent_twice(care: Care) -> None:
    ref = care.send()["ref"]
    assert 0 == care.inbox("answer", ref, "--text", "Descale it.")[0]
    code, printed, said = care.inbox("answer", ref, "--text", "Descale it.\n")

    assert (2, "") == (code, printed)
    assert said.startswith(f"{ref} has this very answer already, written at {today()} ")
    assert 1 == len(care.client.rows("messages"))


def in_a_terminal(care: Care, editor: str, *arguments: str) -> tuple[int, str]:
    """Call it on a terminal with an editor."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "carebase", "inbox", *arguments]
    environment = {**care.environment, "EDITOR": editor, "VISUAL": editor}
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment) as run:
        os.close(slave)
        code = run.wait(60)
    said = os.read(master, 10_000).decode().replace("\r\n", "\n")
    os.close(master)
    return code, said


def test_an_editor_opens_with_what_was_asked(care: Care, tmp_path: Path) -> None:
    ref = care.send(_lang="de")["ref"]
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[1])\n"
        f"pathlib.Path({str(tmp_path / 'seen.txt')!r}).write_text(path.read_text())\n"
        "path.write_text('Guten Tag,\\nbitte entkalken.\\n' + path.read_text())\n"
    )
    code, said = in_a_terminal(care, f"{sys.executable} {editor}", "answer", ref)

    assert (0, f"{ref}: received → answered") == (code, said.splitlines()[0])
    seen = (tmp_path / "seen.txt").read_text()
    assert "nothing from the line on is sent.\nIt goes to ana@example.com, who reads `de`." in seen
    assert "    It hums.\n" in seen
    assert ["Guten Tag,\nbitte entkalken."] == [row["text"] for row in care.client.rows("messages")]


def test_an_editor_that_saves_nothing_or_is_not_there_sends_nothing(care: Care) -> None:
    ref = care.send()["ref"]

    assert (2, "The text was not saved, so nothing was sent.\n") == in_a_terminal(
        care, "true", "answer", ref
    )
    code, said = in_a_terminal(care, "/no/such/editor", "answer", ref)
    assert 2 == code
    assert "Name one in EDITOR, or give the answer by --text or --file." in said
    assert care.left_alone(ref)
