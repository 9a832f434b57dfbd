"""`carebase canary`, through real servers: endpoint, mail server, mailbox."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carebase.endpoint.secret import Secret
from carebase.outbox.postbox import read_postbox
from tests.kb.endpoint_site import Client, make_site, process, serving
from tests.kb.mail_server import CERTIFICATE, MailRoom, mail_server
from tests.support.dovecot import USER, DeliveringRoom, Mailbox, dovecot
from tests.support.own_server import program
from tests.support.process import run_carebase

SECRET = "canary" * 6
FORM = "support-request"
NOTIFIED = {
    f"docs/forms/{FORM}.yml": (
        "title: Ask\nnotify: {mail: care@fjellby.example, webhook: 'https://hooks.example/x'}\n"
        "fields:\n"
        "  - {id: topic, type: choice, label: Topic, required: true, options: [a, b]}\n"
        "  - {id: more, type: long_text, label: More, required: true, show_if: {topic: [a]}}\n"
        "  - {id: email, type: email, label: Mail, required: true}\n"
        "  - {id: agreed, type: consent, label: Yes, required: true}\n"
    )
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("canary"), sources=NOTIFIED)


@pytest.fixture(autouse=True)
def no_database(site: Path) -> None:
    for path in site.parent.glob("carebase.*"):
        path.unlink()


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    path = program("dovecot")
    if os.geteuid() != 0:
        pytest.skip("Only root can start Dovecot as this test sets it up.")
    with dovecot(path) as found:
        yield found


def settings_for(room: MailRoom | None, **more: str) -> dict[str, str]:
    mail = {
        "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{room.port}" if room else "",
        "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
    }
    # With a proof of work and limits, as they come.
    fixed = {"CAREBASE_CHALLENGE": "", "CAREBASE_RATE_LIMITS": "", "CAREBASE_SECRET": SECRET}
    return {**mail, **fixed, **{f"CAREBASE_{name}": value for name, value in more.items()}}


def canary(
    site: Path, client: Client, settings: dict[str, str], *arguments: str, code: int = 0
) -> dict[str, Any]:
    """Call it and give its object; the row must be gone afterwards in any case."""
    ended = run_carebase(
        "canary",
        "--json",
        *arguments,
        cwd=site.parent,
        env={
            **settings,
            "CAREBASE_SITE": str(site),
            "CAREBASE_DATABASE_URL": f"sqlite:///{client.database}",
            "CAREBASE_URL": client.address,
            "SSL_CERT_FILE": str(CERTIFICATE),
        },
    )
    assert code == ended.returncode, ended.stdout + ended.stderr
    assert [] == client.rows("submissions") == client.rows("outbox") == client.rows("events")
    found: dict[str, Any] = json.loads(ended.stdout)
    assert (code == 0) == found["ok"]
    assert code == 0 or "The canary did not come through.\n" == ended.stderr
    return found


def levels(found: dict[str, Any]) -> dict[str, str]:
    return {stage["subject"]: stage["level"] for stage in found["stages"]}


def said(found: dict[str, Any], subject: str) -> str:
    return next(str(one["said"]) for one in found["stages"] if one["subject"] == subject)


@pytest.mark.parametrize("scheme", ["imap", "imaps", "pop3", "pop3s"])
def test_it_arrives_in_the_mailbox_and_leaves_nothing(
    site: Path, mailbox: Mailbox, scheme: str
) -> None:
    mailbox.deliver(b"Subject: Something else\r\n\r\nHello.\r\n")
    with mail_server(DeliveringRoom(mailbox)) as room:
        settings = settings_for(room, CANARY_TO=USER, CANARY_MAILBOX=mailbox.address(scheme))
        with process(site, settings=settings) as (_, client):
            found = canary(site, client, settings)
            again = canary(site, client, settings)

    assert dict.fromkeys(("address", "database", "mail", "mailbox", "row"), "ok") == levels(found)
    assert "mailbox" == found["followed_to"] == again["followed_to"]
    # The people who answer are not bothered, and the one for the customer is not held back.
    assert [[USER]] * 2 == [envelope.rcpt_tos for envelope in room.envelopes]
    assert found["ref"] in str(room.mails[0]["Subject"])
    # Only the canary's mails are gone.
    assert {"Something else"} == set(mailbox.subjects)


def test_a_password_that_is_wrong_is_told_and_not_shown(site: Path, mailbox: Mailbox) -> None:
    with mail_server() as room:
        address = mailbox.address("imap", password="wrong-secret")
        settings = settings_for(room, CANARY_TO=USER, CANARY_MAILBOX=address)
        with process(site, settings=settings) as (_, client):
            found = canary(site, client, settings, code=3)

    assert "failed" == levels(found)["mailbox"]
    assert "uthentication" in said(found, "mailbox")
    assert "wrong-secret" not in json.dumps(found)


def test_a_mail_that_does_not_arrive(site: Path, mailbox: Mailbox) -> None:
    with mail_server() as room:
        settings = settings_for(room, CANARY_TO=USER, CANARY_MAILBOX=mailbox.address("imap"))
        with process(site, settings=settings) as (_, client):
            found = canary(site, client, settings, "--patience", "3", code=3)

    assert ("ok", "failed") == (levels(found)["mail"], levels(found)["mailbox"])
    assert f"the mail is not in the mailbox of {USER}" == said(found, "mailbox")
    assert "mail" == found["followed_to"]


def test_how_far_it_was_followed_is_told(site: Path) -> None:
    with mail_server() as room:
        settings = settings_for(room, CANARY_TO=USER)
        with process(site, settings=settings) as (_, client):
            mailed = canary(site, client, settings)
            stored = canary(site, client, {**settings, "CAREBASE_CANARY_TO": ""})
    with process(site, settings=settings_for(None)) as (_, client):
        silent = canary(site, client, settings_for(None))

    assert ("mail", "left out") == (mailed["followed_to"], levels(mailed)["mailbox"])
    assert "whether the mail arrived is not known" in said(mailed, "mailbox")
    assert "database" == silent["followed_to"]
    assert "no mail is sent" in said(silent, "mail")
    assert "database" == stored["followed_to"]


@pytest.mark.parametrize(
    ("fault", "stage", "told"),
    [
        ("down", "address", "does not answer"),
        ("elsewhere", "address", "answers 404"),
        ("another secret", "address", "has other settings than these: CAREBASE_SECRET"),
        ("nobody sends", "mail", "it waits still: nobody sends"),
        ("mail refused", "mail", "given up: the mail server refuses the recipient (550)"),
    ],
)
def test_what_does_not_work_is_told(site: Path, fault: str, stage: str, told: str) -> None:
    with mail_server() as room:
        if fault == "mail refused":
            room.on_recipient = lambda _: "550 nobody"
        settings = settings_for(room, CANARY_TO=USER)
        started = dict(settings)
        if fault == "nobody sends":
            started["CAREBASE_WORKER"] = "off"
        if fault == "another secret":
            started["CAREBASE_SECRET"] = "another" * 5
        with process(site, settings=started) as (running, client):
            if fault == "down":
                running.kill()
                running.wait(20)
            if fault == "elsewhere":
                client.address += "nowhere/"
            found = canary(site, client, settings, "--patience", "5", code=3)

    assert "failed" == levels(found)[stage]
    assert told in said(found, stage)


def test_a_form_that_is_taken_for_spam(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carebase.endpoint.forms.suspect", lambda *_: ("links",))
    with serving(site, secret=SECRET) as client:
        found = canary(site, client, settings_for(None), code=3)

    assert "failed" == levels(found)["database"]
    assert (
        "in quarantine, as a customer's would be (it holds more links than the form allows)"
        in said(found, "database")
    )


def test_what_was_left_behind_is_removed_and_nothing_of_anybody_else(site: Path) -> None:
    settings = settings_for(None, CHALLENGE="off")
    values = {"topic": "b", "email": "ana@example.com", "agreed": True}
    with process(site, settings=settings) as (_, client):
        kept = client.post_json(f"/v1/forms/{FORM}", values, key="canary-0123-4567")
        left = client.post_json(
            f"/v1/forms/{FORM}",
            {**values, "topic": "a", "more": "x"},
            key=Secret(SECRET).canary_key(),
        )
        assert (201, 201) == (kept.status, left.status), left.text
        with sqlite3.connect(client.database) as other:
            other.execute("UPDATE submissions SET received_at = '2026-01-01T00:00:00.000000Z'")
        ended = run_carebase(
            "canary",
            cwd=site.parent,
            env={
                **settings,
                "CAREBASE_SITE": str(site),
                "CAREBASE_DATABASE_URL": f"sqlite:///{client.database}",
                "CAREBASE_URL": client.address,
            },
        )
        assert 0 == ended.returncode, ended.stderr
        assert ended.stdout.startswith("ok        row: 1 left behind by earlier canaries removed\n")
        assert [kept.json["ref"]] == [row["ref"] for row in client.rows()]


def test_what_is_missing_is_one_sentence(site: Path) -> None:
    env = {"CAREBASE_SITE": str(site), "CAREBASE_DATABASE_URL": f"sqlite:///{site.parent}/no.db"}
    ended = run_carebase("canary", env=env, cwd=site.parent)
    assert 2 == ended.returncode
    assert ended.stderr.startswith("There is no database ")
    with process(site) as (_, client):
        env["CAREBASE_DATABASE_URL"] = f"sqlite:///{client.database}"
        ended = run_carebase("canary", env=env, cwd=site.parent)
        assert (2, "Set CAREBASE_URL: a canary goes the way that customers go.\n") == (
            ended.returncode,
            ended.stderr,
        )
        env["CAREBASE_URL"] = client.address
        ended = run_carebase("canary", "--form", "suport-request", env=env, cwd=site.parent)
        assert (2, "There is no form `suport-request`. Did you mean `support-request`?\n") == (
            ended.returncode,
            ended.stderr,
        )
        ended = run_carebase("canary", "--form", "product-registration", env=env, cwd=site.parent)
        assert 1 == ended.returncode
        assert ended.stderr.startswith(
            "The canary cannot fill in the form `product-registration`: "
        )


@pytest.mark.parametrize(
    "text",
    [
        "mail.example",
        "imaps://mail.example",
        "imaps://ana@mail.example",
        "pop3s://a:b@mail.example/INBOX",
        "imap://a:b@mail.example:0",
        'imap://a:secret-word@mail.example/a"b',
        "https://a:b@mail.example",
    ],
)
def test_an_address_that_is_no_mailbox(text: str) -> None:
    with pytest.raises(ValueError, match="CAREBASE_CANARY_MAILBOX must be an address") as told:
        read_postbox(text)
    assert "secret-word" not in str(told.value)


def test_only_the_one_with_the_secret_makes_canaries() -> None:
    key = Secret(SECRET).canary_key()

    assert Secret(SECRET).is_canary(key)
    assert not Secret("another" * 5).is_canary(key)
    for wrong in (
        None,
        "",
        "canary-",
        "canary--",
        key[:-1],
        f"{key}0",
        key.removeprefix("canary-"),
    ):
        assert not Secret(SECRET).is_canary(wrong)
