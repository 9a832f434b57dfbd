"""What the endpoint writes of itself, and what never stands there."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from carebase.endpoint import logs
from carebase.endpoint.logs import Log, logging_to_stderr
from carebase.endpoint.setting import JSON_LOG, LOGS
from carebase.store.database import StoreError
from tests.kb.endpoint_site import Client, make_site, process

CANARY = "canary7f3a"
SUPPORT = "/v1/forms/support-request"
VALUES = {"topic": "fault", "message": CANARY, "name": CANARY, "email": f"{CANARY}@example.com"}


def ask_everything(client: Client) -> str:
    """Send a canary by all ways that a request has, and give the token of a status page."""
    headers = {
        "User-Agent": CANARY,
        "Referer": f"http://care.test/{CANARY}",
        "X-Request-Id": CANARY,
        "X-Forwarded-For": CANARY,
    }
    sent = client.post_json(SUPPORT, VALUES, key=CANARY, headers=headers)
    assert 201 == sent.status
    token: str = sent.json["status_url"].rpartition("/")[2]
    assert 200 == client.get(f"/requests/{token}").status
    assert 404 == client.get(f"/requests/{CANARY}").status
    assert 404 == client.get(f"/v1/forms/{CANARY}?name={CANARY}").status
    assert 404 == client.get(f"/{CANARY}.html").status
    assert 404 == client.get(f"/v1/search?q={CANARY}").status
    assert 422 == client.post_json(SUPPORT, {"email": CANARY}).status
    assert 400 == client.post_json(SUPPORT, CANARY.encode()).status
    assert 303 == client.post_form(SUPPORT, VALUES).status
    assert 200 == client.get("/healthz").status
    return token


@pytest.mark.parametrize("kind", LOGS)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_line_holds_what_a_customer_sent(tmp_path: Path, kind: str, workers: str) -> None:
    settings = {"CAREBASE_LOG": kind}
    with process(make_site(tmp_path), "--workers", workers, settings=settings) as (
        running,
        client,
    ):
        token = ask_everything(client)
        running.send_signal(signal.SIGTERM)
        assert running.stdout is not None
        said = running.stdout.read()

    assert CANARY not in said
    assert token not in said
    assert "127.0.0.1" not in said
    if kind == JSON_LOG:
        lines = [json.loads(line) for line in said.splitlines()]
        found = [line for line in lines if line["event"] == "request"]
        assert 9 == len(found)
        first = found[0] if workers == "1" else next(one for one in found if one["status"] == 201)
        assert {
            "time": first["time"],
            "level": "info",
            **({"worker": first["worker"]} if workers == "2" else {}),
            "request": first["request"],
            "event": "request",
            "method": "POST",
            "route": "/v1/forms/{id}",
            "status": 201,
            "ms": first["ms"],
        } == first
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
        assert re.fullmatch(r"[0-9a-f]{16}", first["request"])
        assert 0 < first["ms"] < 60_000
        assert {"/requests/{token}", "/v1/forms/{id}", "/{file}", "/v1/search"} == {
            line["route"] for line in found
        }
    else:
        lines = [line for line in said.splitlines() if " ms request=" in line]
        assert (0 if kind == "quiet" else 9) == len(lines)
        expected = r"\S+Z info    POST /v1/forms/\{id\} 201 [\d.]+ ms request=[0-9a-f]{16}"
        assert kind == "quiet" or any(re.match(expected, line) for line in lines)


def test_the_name_of_a_request_is_in_its_answer_and_in_its_line(tmp_path: Path) -> None:
    with process(make_site(tmp_path), settings={"CAREBASE_LOG": "json"}) as (running, client):
        names = [client.get(path).headers["x-request-id"] for path in ("/", "/v1/nothing")]
        running.send_signal(signal.SIGTERM)
        assert running.stdout is not None
        lines = [json.loads(line) for line in running.stdout.read().splitlines()]

    # A line is written after the answer, so that two may stand in either order.
    found = [line["request"] for line in lines if line["event"] == "request"]
    assert sorted(names) == sorted(found)
    assert 2 == len(set(names))


def test_with_json_everything_is_json(tmp_path: Path) -> None:
    """Also what is said at the start, which scripts read for the address otherwise."""
    with process(make_site(tmp_path), settings={"CAREBASE_LOG": "json"}) as (running, client):
        address = client.address
        running.send_signal(signal.SIGTERM)
        assert running.stdout is not None
        (notice,) = map(json.loads, running.stdout.read().splitlines())

    assert address.startswith("http://127.0.0.1:")
    assert "No mail is sent, because CAREBASE_SMTP_URL is not set." == notice["message"]
    assert ("info", "message", "carebase.endpoint") == (
        notice["level"],
        notice["event"],
        notice["logger"],
    )


def test_a_log_that_nobody_reads_delays_no_answer(tmp_path: Path) -> None:
    with process(make_site(tmp_path)) as (_, client):
        # A pipe holds 64 kB, and each line has about a hundred.
        for _ in range(1200):
            assert 404 == client.get("/v1/nothing").status


def test_too_many_lines_are_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MOST_WAITING", 50)
    free = threading.Event()
    written: list[bytes] = []

    def write(_: int, piece: bytes) -> int:
        assert free.wait(20)
        written.append(piece)
        return len(piece)

    monkeypatch.setattr(os, "write", write)
    handler = Log("plain")
    dropped: list[int] = []
    handler.on_drop = lambda: dropped.append(1)
    for number in range(300):
        handler.handle(logging.makeLogRecord({"msg": f"line {number}"}))
    free.set()
    handler.close()
    lines = b"".join(written).splitlines()

    # What is being written, what waits, and what found no place.
    assert 300 == len(lines) + len(dropped)
    assert 50 <= len(lines) <= 250


@pytest.mark.parametrize("kind", ["plain", "json"])
def test_of_a_failure_stands_where_and_not_what(
    capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    def fail() -> None:
        raise ValueError(CANARY)

    with logging_to_stderr(kind):
        try:
            fail()
        except ValueError as error:
            logging.getLogger("carebase.test").error("It failed.", exc_info=error)
        try:
            Path(f"/nothing/{CANARY}").read_text()
        except OSError as error:
            logging.getLogger("carebase.test").error("It failed.", exc_info=error)
    said = capfd.readouterr().err

    assert CANARY not in said
    if kind == "json":
        one, other = (json.loads(line) for line in said.splitlines())
        assert "ValueError" == one["error"]
        assert re.fullmatch(r"test_endpoint_logs\.py:\d+ fail", one["trace"][-1])
        assert "FileNotFoundError: No such file or directory" == other["error"]
    else:
        assert re.search(r"It failed\.\n    ValueError\n    test_endpoint_logs\.py:\d+ test_", said)


def test_a_failure_of_ours_is_logged_once_and_names_its_request(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from carebase.endpoint.search import SearchRoute
    from tests.kb.endpoint_site import serving

    async def fail(*_: Any) -> None:
        raise StoreError(CANARY)

    monkeypatch.setattr(SearchRoute, "get", fail)
    with logging_to_stderr("json"), serving(make_site(tmp_path)) as client:
        answer = client.get("/v1/search?q=x")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]

    assert 500 == answer.status
    assert CANARY not in answer.text + json.dumps(lines)
    (failure,) = (line for line in lines if "error" in line)
    (request,) = (line for line in lines if line["event"] == "request")
    assert ("StoreError", 500) == (failure["error"], request["status"])
    assert re.fullmatch(r"test_endpoint_logs\.py:\d+ fail", failure["trace"][-1])
    assert answer.headers["x-request-id"] == request["request"] == failure["request"]
