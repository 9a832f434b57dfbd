"""`carebase worker` as an operator uses it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from carebase.store.maintenance import upgrade
from carebase.store.times import iso
from tests.kb.databases import write
from tests.kb.endpoint_site import clean_environment, make_site, process, wait_until
from tests.kb.mail_server import mail_server

SUPPORT = "/v1/forms/support-request"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
HOOKED = {
    "docs/forms/callback.yml": (
        "title: Call me back\nfields: [{id: name, type: text, label: Your name}]\n"
        "notify: {webhook: 'http://localhost:9/hook'}\n"
    )
}
SECRET = "s" * 32

NO_ADDRESS = (
    "Mails have no links to the endpoint, and nobody can ask by mail what is held about them,"
    " because CAREBASE_URL is not set."
)


def settings_for(site: Path, port: int) -> dict[str, str]:
    return {
        "CAREBASE_SITE": str(site),
        "CAREBASE_DATABASE_URL": f"sqlite:///{site.parent / 'carebase.db'}",
        "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "CAREBASE_MAIL_FROM": "care@fjellby.example",
        "CAREBASE_SECRET": SECRET,
    }


def worker(*arguments: str, cwd: Path, settings: Mapping[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "carebase", "worker", *arguments],
        env={**clean_environment(), **settings},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


@contextmanager
def running_worker(cwd: Path, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-m", "carebase", "worker"],
        env={**clean_environment(), **settings},
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(20)
        if started.stdout:
            started.stdout.close()


def test_a_worker_sends_what_the_endpoint_leaves_to_it(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with mail_server() as room:
        settings = settings_for(site, room.port)
        with process(site, settings={**settings, "CAREBASE_WORKER": "off"}) as (_, client):
            assert 201 == client.post_json(SUPPORT, GOOD).status
            assert ["waiting"] == [row["state"] for row in client.rows("outbox")]
            with running_worker(tmp_path, settings) as started:
                wait_until(lambda: "done" == client.rows("outbox")[0]["state"], 30)
                other = {**GOOD, "email": "ben@example.com"}
                assert 201 == client.post_json(SUPPORT, other).status
                wait_until(lambda: "done" == client.rows("outbox")[1]["state"], 10)
                started.send_signal(signal.SIGTERM)
                assert 0 == started.wait(20)
                assert started.stdout is not None
                assert [
                    "Carebase sends mails and webhooks (stop it with Ctrl-C)",
                    NO_ADDRESS,
                ] == started.stdout.read().splitlines()
    assert ["ana@example.com", "ben@example.com"] == [mail["To"] for mail in room.mails]


def test_what_failed_is_listed_and_tried_again(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with mail_server() as room:
        settings = settings_for(site, room.port)
        room.on_recipient = lambda _: "550 5.1.1 \x1b[31mno such user"
        with process(site, settings=settings) as (_, client):
            assert 201 == client.post_json(SUPPORT, GOOD).status
            wait_until(lambda: "dead" == client.rows("outbox")[0]["state"])
        only_database = {"CAREBASE_DATABASE_URL": settings["CAREBASE_DATABASE_URL"]}
        code, said, _ = worker("list", cwd=tmp_path, settings=only_database)
        assert 0 == code
        assert (
            """\
Kind              Waiting     Held     Sent     Dead
acknowledgement         0        0        0        1

acknowledgement to ana@example.com
    dead, tried 1 time: the mail server refuses the recipient (550): 5.1.1 �[31mno such user
"""
            == said
        )
        code, said, _ = worker("list", "--json", cwd=tmp_path, settings=only_database)
        listed = json.loads(said)
        counts = {"waiting": 0, "held": 0, "done": 0, "dead": 1}
        assert [{"kind": "acknowledgement", **counts}] == listed["counts"]
        assert ["ana@example.com"] == [letter["target"] for letter in listed["troubled"]]

        room.on_recipient = lambda _: None
        assert (0, "1 letter is tried again.\n", "") == worker(
            "retry", cwd=tmp_path, settings=only_database
        )
        with process(site, settings=settings) as (_, client):
            wait_until(lambda: "done" == client.rows("outbox")[0]["state"])
        assert 1 == len(room.mails)
        assert (0, "0 letters are tried again.\n", "") == worker(
            "retry", cwd=tmp_path, settings=only_database
        )


def test_what_waits_is_sent_at_once_when_the_server_is_back(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with mail_server() as room:
        settings = settings_for(site, room.port)
        room.on_recipient = lambda _: "450 4.2.1 later"
        with process(site, settings=settings) as (_, client):
            assert 201 == client.post_json(SUPPORT, GOOD).status
            wait_until(lambda: client.rows("outbox")[0]["error"] != "")
            room.on_recipient = lambda _: None
            only_database = {"CAREBASE_DATABASE_URL": settings["CAREBASE_DATABASE_URL"]}
            later = iso(datetime.now(UTC) + timedelta(minutes=30))
            write(settings["CAREBASE_DATABASE_URL"], f"UPDATE outbox SET next_at = '{later}'")
            assert (0, "0 letters are tried again.\n", "") == worker(
                "retry", cwd=tmp_path, settings=only_database
            )
            assert (0, "1 letter is tried again.\n", "") == worker(
                "retry", "--waiting", cwd=tmp_path, settings=only_database
            )
            wait_until(lambda: "done" == client.rows("outbox")[0]["state"])
        assert 1 == len(room.mails)


def test_the_secret_of_a_webhook_is_shown(tmp_path: Path) -> None:
    site = make_site(tmp_path, sources=HOOKED)
    settings = settings_for(site, 9)
    code, said, _ = worker("secret", "callback", cwd=tmp_path, settings=settings)
    assert (0, "whsec_") == (code, said[:6])
    assert (code, said, "") == worker("secret", "callback", cwd=tmp_path, settings=settings)
    own = "whsec_" + "A" * 32
    given = {**settings, "CAREBASE_WEBHOOK_SECRET": own}
    assert (0, own + "\n", "") == worker("secret", "callback", cwd=tmp_path, settings=given)
    assert (2, "", "The form `calback` has no webhook. Did you mean `callback`?\n") == worker(
        "secret", "calback", cwd=tmp_path, settings=settings
    )


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (
            ["list"],
            {},
            "There is no database {tmp}/carebase.db. Set CAREBASE_DATABASE_URL to that of the"
            " endpoint.\n",
        ),
        (
            [],
            {},
            "Set CAREBASE_SITE to the folder of the built site; `carebase build` makes it.\n",
        ),
    ],
)
def test_what_hinders_is_one_sentence(
    tmp_path: Path, arguments: list[str], settings: dict[str, str], message: str
) -> None:
    assert (2, "", message.replace("{tmp}", str(tmp_path))) == worker(
        *arguments, cwd=tmp_path, settings=settings
    )


@pytest.mark.parametrize("command", ["list", "retry"])
def test_a_database_that_lacks_a_table_is_told(tmp_path: Path, command: str) -> None:
    database = f"sqlite:///{tmp_path / 'carebase.db'}"
    upgrade(database)
    write(database, "DROP TABLE outbox")
    settings = {"CAREBASE_DATABASE_URL": database}
    said = (
        "The database lacks the table `outbox`, which was deleted after being made: go back to a"
        " backup, or copy it from one.\n"
    )

    assert (2, "", said) == worker(command, cwd=tmp_path, settings=settings)


def test_an_unknown_command_is_told(tmp_path: Path) -> None:
    code, _, said = worker("retri", cwd=tmp_path, settings={})
    assert 2 == code
    assert "There is no command `retri`. Did you mean `retry`?" in said


def test_a_webhook_that_is_not_called_is_told_at_the_start(tmp_path: Path) -> None:
    site = make_site(tmp_path, sources=HOOKED)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings = settings_for(site, closed.getsockname()[1])
        with process(site, settings=settings) as (running, client):
            client.post_json("/v1/forms/callback", {"name": "Ana"})
            wait_until(lambda: "dead" == client.rows("outbox")[0]["state"])
            running.send_signal(signal.SIGTERM)
            assert running.stdout is not None
            said = running.stdout.read()
    assert [
        NO_ADDRESS,
        "The webhook of the form `callback` is not called, because it leads to a private address:"
        " set CAREBASE_ALLOW_PRIVATE_WEBHOOKS=1 to allow that.",
    ] == said.splitlines()[:2]
    given_up = "is given up: the webhook leads to a private address"
    assert 1 == sum(given_up in line for line in said.splitlines())
    with sqlite.connect(str(tmp_path / "carebase.db")) as connection:
        assert [(1,)] == list(connection.execute("SELECT attempts FROM outbox"))
