"""A body that is far too long is answered so that its client can read it, within bounds."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from carebase.endpoint import lingering
from tests.kb.endpoint_site import Client, make_site, process, serving
from tests.support.browser import Watch

FORM = "/v1/forms/support-request"
# More than is taken off the line before the answer, and more than any buffer on the way holds.
LONG = 40_000_000
HEAD = f"POST {FORM} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
SAID = "A request may have at most 100,000 bytes."


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    site = make_site(tmp_path)
    with serving(site) as client:
        yield client


def begin(client: Client, size: int, sent: int) -> socket.socket:
    """Send a head that announces `size` bytes, and `sent` of them."""
    parts = urlsplit(client.address)
    line = socket.create_connection((parts.hostname or "", parts.port or 80), 20)
    line.sendall(f"{HEAD}{size}\r\n\r\n".encode())
    line.sendall(b"x" * sent)
    return line


def read_all(line: socket.socket) -> bytes:
    found = b""
    while part := line.recv(65536):
        found += part
    return found


def drip(line: socket.socket, pause: float) -> None:
    """Send a byte now and then until the other side is gone for good."""
    for _ in range(200):
        time.sleep(pause)
        try:
            line.sendall(b"x")
        except ConnectionError:
            return
    raise AssertionError("Nobody ever closed the line.")


def test_a_program_that_sends_all_before_it_reads_can_read_the_answer(tmp_path: Path) -> None:
    with process(make_site(tmp_path)) as (_, client):
        for path in (FORM, "/v1/warranty", "/v1/signals"):
            answer = client.post_json(path, b"x" * LONG)
            assert 413 == answer.status, path
            assert answer.json["detail"].startswith("A request may have at most"), path


def test_a_command_can_read_it_too(tmp_path: Path, client: Client) -> None:
    (tmp_path / "long").write_bytes(b"x" * LONG)
    # Without `Expect`, as most programs are, it sends at once.
    command = ["curl", "-sS", "-H", "Content-Type: application/json", "-H", "Expect:"]
    command += ["--data-binary", f"@{tmp_path / 'long'}", client.address.rstrip("/") + FORM]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        pytest.skip("There is no curl here.")

    assert SAID == json.loads(done.stdout)["detail"], done.stderr


@pytest.mark.browser
def test_a_browser_can_read_it_too(client: Client, page: Page, watch: Watch) -> None:
    watch.allow("status of 413|favicon")
    page.goto(client.address)
    status, answer = page.evaluate(
        """async ([path, size]) => {
          const body = new Blob([new Uint8Array(size).fill(120)], { type: "application/json" });
          const answer = await fetch(path, { method: "POST", body });
          return [answer.status, await answer.json()];
        }""",
        [FORM, LONG],
    )

    assert (413, SAID) == (status, answer["detail"])


def test_the_answer_has_an_end_while_the_body_has_none(client: Client) -> None:
    with begin(client, LONG, 6_000_000) as line:
        head, _, body = read_all(line).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in head.lower()
    assert SAID == json.loads(body)["detail"]


def test_what_is_thrown_away_has_an_end(client: Client) -> None:
    sent = 0
    with begin(client, 10**12, 0) as line, pytest.raises(ConnectionError):
        while sent < 10 * lingering.MOST:
            sent += line.send(b"x" * 1_000_000)

    assert LONG < sent < 2 * lingering.MOST


@pytest.mark.parametrize(
    ("path", "limits", "pause"),
    [
        pytest.param(FORM, {"LONGEST": 1.0, "SILENCE": 600.0}, 0.1, id="slow"),
        pytest.param(FORM, {"LONGEST": 600.0, "SILENCE": 0.3}, 0.6, id="silent"),
        pytest.param("/v1/nothing", {"LONGEST": 1.0, "SILENCE": 600.0}, 0.1, id="not asked for"),
    ],
)
def test_nobody_is_waited_for_without_end(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    limits: dict[str, float],
    pause: float,
) -> None:
    for name, seconds in limits.items():
        monkeypatch.setattr(lingering, name, seconds)
    parts = urlsplit(client.address)
    with socket.create_connection((parts.hostname or "", parts.port or 80), 20) as line:
        line.sendall(HEAD.replace(FORM, path).encode() + b"%d\r\n\r\n" % LONG)
        line.sendall(b"x" * (6_000_000 if path == FORM else 10))
        assert line.recv(12).startswith(b"HTTP/1.1 4")
        drip(line, pause)


def test_a_line_whose_body_came_whole_goes_on(client: Client) -> None:
    parts = urlsplit(client.address)
    with socket.create_connection((parts.hostname or "", parts.port or 80), 20) as line:
        whole = HEAD.replace(FORM, "/v1/nothing").encode() + b"10\r\n\r\n" + b"x" * 10
        line.sendall(
            whole + whole + b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        found = read_all(line)

    assert 2 == found.count(b"HTTP/1.1 404 ")
    assert 1 == found.count(b"HTTP/1.1 200 ")


def test_ending_does_not_wait_for_a_body_that_was_refused(tmp_path: Path) -> None:
    started = process(make_site(tmp_path))
    with started as (running, client), begin(client, LONG, 6_000_000) as line:
        assert read_all(line).startswith(b"HTTP/1.1 413 ")
        running.terminate()
        assert 0 == running.wait(20)
