"""Told to stop in the middle of the rush: whoever got in is answered, the others are refused."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from carebase.endpoint.closing import IDLE
from carebase.endpoint.server import GRACE
from tests.kb.endpoint_site import make_site, process, wait_until
from tests.kb.mail_server import MailRoom, mail_server

_BODY = json.dumps({"helpful": "yes"})


@dataclass
class Rush:
    """Clients that send as fast as they are answered; what became of each request."""

    port: int
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    broken: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, keep: bool) -> None:
        """Send until connections are refused, over one line for each request, or kept ones."""
        line: HTTPConnection | None = None
        while not self.stopping.is_set():
            if line is None:
                line = HTTPConnection("127.0.0.1", self.port, timeout=20)
                # The line is not opened again behind our back.
                line.auto_open = 0
                try:
                    line.connect()
                except OSError:
                    self.refused += 1
                    return
            try:
                line.request(
                    "POST",
                    "/v1/forms/page-feedback",
                    _BODY,
                    {"Content-Type": "application/json"},
                )
                answer = line.getresponse()
                told = json.loads(answer.read())
                assert 201 == answer.status, told
            except (OSError, HTTPException, AssertionError) as error:
                self.broken.append(repr(error))
                line = None
                continue
            self.acknowledged.append(told["ref"])
            if answer.will_close or not keep:
                line.close()
                line = None


@pytest.fixture
def threads() -> Iterator[list[threading.Thread]]:
    started: list[threading.Thread] = []
    yield started
    for one in started:
        one.join(30)


@pytest.mark.parametrize(
    ("workers", "whole_group", "by"),
    [
        (1, False, signal.SIGTERM),
        (2, False, signal.SIGTERM),
        (2, True, signal.SIGTERM),
        (1, False, signal.SIGHUP),
        (2, True, signal.SIGHUP),
    ],
    ids=["one", "parent", "group", "terminal", "terminal of all"],
)
def test_nobody_who_got_in_is_left_without_an_answer(
    tmp_path: Path,
    threads: list[threading.Thread],
    workers: int,
    whole_group: bool,
    by: signal.Signals,
) -> None:
    """As `kill` does it, which reaches one process, and as systemd does, which reaches all.

    A terminal that is closed reaches all as well.
    """
    with process(make_site(tmp_path), "--workers", str(workers)) as (running, client):
        rush = Rush(urlsplit(client.address).port or 0)
        threads += [
            threading.Thread(target=rush.run, args=(number % 2 == 0,)) for number in range(12)
        ]
        for one in threads:
            one.start()
        wait_until(lambda: len(rush.acknowledged) > 100, 30)
        if whole_group:
            for pid in children_of(running.pid):
                os.kill(pid, by)
        running.send_signal(by)

        assert 0 == running.wait(2 * GRACE)
        for one in threads:
            one.join(30)
    assert [] == rush.broken
    assert 12 == rush.refused
    assert sorted(rush.acknowledged) == sorted(row["ref"] for row in client.rows())


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_that_ends_is_replaced(tmp_path: Path, by: signal.Signals) -> None:
    with process(make_site(tmp_path), "--workers", "2") as (running, client):
        first = set(children_of(running.pid))
        assert 2 == len(first)
        os.kill(min(first), by)
        wait_until(lambda: len(set(children_of(running.pid)) - first) == 1, 30)
        # Whoever is turned away meanwhile is let in when his machine tries again.
        for _ in range(20):
            assert 201 == client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).status
        running.send_signal(signal.SIGTERM)
        assert 0 == running.wait(2 * GRACE)


def children_of(pid: int) -> list[int]:
    """Give the processes that a process has started (Linux), without those of Python's own."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]


def test_a_line_that_is_kept_open_is_answered_once_more_and_closed(tmp_path: Path) -> None:
    with process(make_site(tmp_path)) as (running, client), ExitStack() as stack:
        port = urlsplit(client.address).port or 0
        used, unused = (
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 20)) for _ in range(2)
        )
        used.sendall(ask(port))
        assert b"connection: close" not in read_answer(used)
        running.send_signal(signal.SIGTERM)
        # The answer of a request on its way as the end begins says that the line is over.
        time.sleep(IDLE / 4)
        used.sendall(ask(port))
        answer = read_answer(used)

        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer
        assert b"" == used.recv(1)
        # What nobody uses is closed without a word.
        assert b"" == unused.recv(1)
        assert 0 == running.wait(20)


def test_a_mail_server_that_does_not_answer_delays_no_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {
            "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}",
            "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
        }
        values = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "a@b.example"}
        with process(make_site(tmp_path), settings=settings) as (running, client):
            assert 201 == client.post_json("/v1/forms/support-request", values).status
            line, _ = silent.accept()
            with line:
                running.send_signal(signal.SIGTERM)
                assert 0 == running.wait(2 * GRACE)
            # The mail is still to be sent.
            assert ["waiting"] == [row["state"] for row in client.rows("outbox")]


def test_a_mail_that_is_being_sent_is_finished(tmp_path: Path) -> None:
    class Slow(MailRoom):
        began = threading.Event()

        async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
            self,
            server: object,
            session: object,
            envelope: object,
            address: str,
            options: list[str],
        ) -> str:
            self.began.set()
            await asyncio.sleep(1.5)
            envelope.mail_from = address  # type: ignore[attr-defined]
            return "250 OK"

    with mail_server(Slow()) as room:
        settings = {
            "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{room.port}",
            "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
        }
        values = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "a@b.example"}
        with process(make_site(tmp_path), settings=settings) as (running, client):
            assert 201 == client.post_json("/v1/forms/support-request", values).status
            assert Slow.began.wait(20)
            running.send_signal(signal.SIGTERM)
            assert 0 == running.wait(GRACE + 10)
            assert ["done"] == [row["state"] for row in client.rows("outbox")]


def ask(port: int) -> bytes:
    return f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()


def read_answer(line: socket.socket) -> bytes:
    got = b""
    while not got.endswith(b"}"):
        more = line.recv(4000)
        assert more, got
        got += more
    return got
