"""The outbox when processes are killed or share one database."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.kb.endpoint_site import Client, make_site, process, wait_until
from tests.kb.mail_server import MailRoom, mail_server

SUPPORT = "/v1/forms/support-request"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}


def settings_for(room: MailRoom) -> dict[str, str]:
    return {
        "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{room.port}",
        "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
    }


def end_leases(client: Client) -> None:
    """Let the time of a lease pass at once."""
    with sqlite.connect(str(client.database)) as connection:
        connection.execute("UPDATE outbox SET next_at = created_at WHERE state = 'waiting'")
    connection.close()


@pytest.mark.parametrize(("moment", "copies"), [("before", 1), ("after", 2)])
def test_a_kill_while_sending_loses_no_mail(tmp_path: Path, moment: str, copies: int) -> None:
    """Killed after the server took the mail, it is sent once more, and recognisably so."""
    site = make_site(tmp_path)
    with mail_server() as room:
        with process(site, settings=settings_for(room)) as (running, client):

            def kill() -> None:
                os.kill(running.pid, signal.SIGKILL)
                running.wait(10)

            def on_recipient(_: str) -> str | None:
                if moment == "before":
                    kill()
                return None

            def on_mail() -> str | None:
                if moment == "after":
                    kill()
                return None

            room.on_recipient, room.on_mail = on_recipient, on_mail
            assert 201 == client.post_json(SUPPORT, GOOD).status
            assert -signal.SIGKILL == running.wait(20)
        room.on_recipient, room.on_mail = (lambda _: None), (lambda: None)
        assert ["waiting"] == [row["state"] for row in client.rows("outbox")]
        end_leases(client)
        with process(site, settings=settings_for(room)) as (_, client):
            wait_until(lambda: ["done"] == [row["state"] for row in client.rows("outbox")], 20)

        assert copies == len(room.mails)
        assert 1 == len({mail["Message-ID"] for mail in room.mails})


def test_two_endpoints_on_one_database_send_each_mail_once(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with (
        mail_server() as room,
        process(site, settings=settings_for(room)) as (first, one),
        process(site, settings=settings_for(room)) as (second, two),
    ):
        with ThreadPoolExecutor(4) as pool:
            answers = list(
                pool.map(
                    lambda number: (one, two)[number % 2].post_json(
                        SUPPORT, {**GOOD, "email": f"a{number}@example.com"}
                    ),
                    range(30),
                )
            )
        assert {201} == {answer.status for answer in answers}
        wait_until(lambda: {"done"} == {row["state"] for row in one.rows("outbox")}, 20)
        first.send_signal(signal.SIGTERM)
        second.send_signal(signal.SIGTERM)
        assert (0, 0) == (first.wait(20), second.wait(20))
        counts = Counter(envelope.rcpt_tos[0] for envelope in room.envelopes)

    assert (30, {1}) == (len(counts), set(counts.values()))


def test_an_endpoint_told_to_stop_ends_its_mail_first(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with mail_server() as room, process(site, settings=settings_for(room)) as (running, client):

        def stop() -> str | None:
            running.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(0.5)
            return None

        room.on_mail = stop
        assert 201 == client.post_json(SUPPORT, GOOD).status
        assert 0 == running.wait(20)
        assert ["done"] == [row["state"] for row in client.rows("outbox")]
        assert 1 == len(room.mails)


def test_kills_at_any_moment_lose_and_double_nothing_unseen(tmp_path: Path) -> None:
    """Every acknowledged submission has its mail; a second copy has the same Message-ID."""
    site = make_site(tmp_path)
    chance = random.Random(4)
    acknowledged: list[str] = []
    kills = 4
    with mail_server() as room:
        for turn in range(kills):
            with process(site, settings=settings_for(room)) as (running, client):
                if turn:
                    end_leases(client)
                alarm = threading.Timer(chance.uniform(0.3, 1.2), running.kill)
                alarm.start()
                for number in itertools.count():
                    address = f"a{turn}-{number}@example.com"
                    try:
                        answer = client.post_json(SUPPORT, {**GOOD, "email": address})
                    except (OSError, HTTPException):
                        break
                    assert 201 == answer.status
                    acknowledged.append(address)
                alarm.join()
                assert -signal.SIGKILL == running.wait(10)
        with process(site, settings=settings_for(room)) as (_, client):
            end_leases(client)
            wait_until(lambda: {"done"} == {row["state"] for row in client.rows("outbox")}, 30)
            integrity = sqlite.connect(str(client.database))
            assert [("ok",)] == list(integrity.execute("PRAGMA integrity_check"))
            integrity.close()

    by_id = Counter(mail["Message-ID"] for mail in room.mails)
    targets = Counter(target for _, target in {(m["Message-ID"], m["To"]) for m in room.mails})
    assert len(acknowledged) > kills
    assert set() == set(acknowledged) - set(targets)
    assert {1} == set(targets.values())
    assert kills >= sum(by_id.values()) - len(by_id)
