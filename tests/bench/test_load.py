"""The load test in small, and the generator that it trusts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.bench.generator import generate, schedule
from tests.support.process import run_python

ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def server_that_stalls(after: int, seconds: float) -> Iterator[int]:
    """Answer everything at once, but stand still one time; give the port."""
    loop = asyncio.new_event_loop()
    seen = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        while await reader.readline():
            seen += 1
            if seen == after:
                threading.Event().wait(seconds)
            writer.write(ANSWER)
        writer.close()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.start_server(answer, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.1), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def test_a_stall_is_felt_by_all_that_were_due_meanwhile() -> None:
    with server_that_stalls(after=50, seconds=0.5) as port:
        outcome = generate("127.0.0.1", port, schedule(100, 2, seed=1), lambda _: b"post\n", 2)

    assert ({}, 200) == (outcome.errors, outcome.answered)
    # About fifty were due while it stood still, and waited a quarter of a second on average.
    assert outcome.percentile(0.9) > 150
    assert outcome.percentile(0.5) < 150


def test_arrivals_are_planned_and_bounded() -> None:
    moments = schedule(200, 5, seed=4)

    assert 1000 == len(moments)
    assert sorted(moments) == moments == schedule(200, 5, seed=4)
    assert 0 <= moments[0] and moments[-1] <= 5


@pytest.mark.parametrize("worker", ["inside", "apart"])
def test_the_endpoint_under_a_little_load(worker: str) -> None:
    arguments = ["load", "--rate", "60", "--seconds", "2", "--worker", worker]
    ended = run_python("-m", "tests.bench", *arguments)

    said = {line[:28].strip(): line[28:] for line in ended.stdout.splitlines()}
    assert ("none", "120, 0") == (said["errors"], said["acknowledged, lost"]), ended.stdout
    assert (0, "") == (ended.returncode, ended.stderr)
