"""A bounded generator of posts with an open schedule.

Each post has a planned moment, drawn before the run as independent customers come (uniformly, so
that the gaps are those of a Poisson process), and its latency counts from that moment. A server
that falls behind makes the figures worse: no post is sent later as if nobody had waited for it
("coordinated omission", Gil Tene, 2013).
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# In seconds, after the last planned post: what has no answer by then counts as an error.
_PATIENCE = 15.0


@dataclass(slots=True)
class Outcome:
    """What came of one run. Latencies are in seconds, from the planned moment."""

    planned: int
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    answers: dict[int, bytes] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    late: float = 0.0

    def fail(self, what: str) -> None:
        """Count an error."""
        self.errors[what] = self.errors.get(what, 0) + 1

    @property
    def answered(self) -> int:
        """How many posts got a 201."""
        return len(self.answers)

    def percentile(self, share: float) -> float:
        """Give the latency below which a share of all lie, in milliseconds."""
        if not self.latencies:
            return float("nan")
        self.latencies.sort()
        place = min(len(self.latencies) - 1, int(share * len(self.latencies)))
        return self.latencies[place] * 1000


def schedule(rate: float, seconds: float, seed: int) -> list[float]:
    """Give the planned moments of posts, in seconds from the start: `rate` each second."""
    chance = random.Random(seed)
    return sorted(chance.uniform(0, seconds) for _ in range(round(rate * seconds)))


class _Line(asyncio.Protocol):
    """One connection that is kept: one post at a time."""

    def __init__(self, run: _Run) -> None:
        self.run = run
        self.number = -1
        self.transport: asyncio.Transport | None = None
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, number: int, data: bytes) -> None:
        self.number = number
        assert self.transport is not None
        self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._got, 0, end + 2)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._got) < whole:
            return
        got, self._got = self._got, b""
        number, self.number = self.number, -1
        self.run.answered(self, number, got[9:12], got[end + 4 :])

    def connection_lost(self, error: Exception | None) -> None:
        self.run.lost(self, self.number)


class _Run:
    def __init__(
        self, host: str, port: int, moments: list[float], request: Callable[[int], bytes]
    ) -> None:
        self.outcome = Outcome(len(moments))
        self._target = (host, port)
        self._moments = moments
        self._request = request
        self._free: deque[_Line] = deque()
        self._waiting: deque[int] = deque()
        self._left = len(moments)
        self._done = asyncio.Event()
        self._start = 0.0

    async def go(self, lines: int) -> Outcome:
        loop = asyncio.get_running_loop()
        for _ in range(lines):
            _, line = await loop.create_connection(lambda: _Line(self), *self._target)
            self._free.append(line)
        self._start = time.perf_counter()
        upcoming = iter(range(len(self._moments)))
        self._due(loop, next(upcoming), upcoming)
        limit = self._moments[-1] + _PATIENCE
        try:
            await asyncio.wait_for(self._done.wait(), limit)
        except TimeoutError:
            for _ in range(self._left):
                self.outcome.fail("no answer")
        self.outcome.seconds = time.perf_counter() - self._start
        for line in self._free:
            assert line.transport is not None
            line.transport.abort()
        return self.outcome

    def _due(self, loop: asyncio.AbstractEventLoop, number: int, upcoming: Iterator[int]) -> None:
        """Send what is due by now, and come back when the next one is."""
        while True:
            ahead = self._start + self._moments[number] - time.perf_counter()
            if ahead > 0:
                loop.call_later(ahead, self._due, loop, number, upcoming)
                return
            # How late the generator itself is: it shares the processors with the server.
            self.outcome.late = max(self.outcome.late, -ahead)
            self._waiting.append(number)
            self._send()
            following = next(upcoming, None)
            if following is None:
                return
            number = following

    def _send(self) -> None:
        while self._free and self._waiting:
            number = self._waiting.popleft()
            self._free.popleft().send(number, self._request(number))

    def answered(self, line: _Line, number: int, status: bytes, body: bytes) -> None:
        moment = time.perf_counter() - self._start
        self.outcome.latencies.append(moment - self._moments[number])
        if status == b"201":
            self.outcome.answers[number] = body
        else:
            self.outcome.fail(f"status {status.decode()}")
        self._free.append(line)
        self._end_one()
        self._send()

    def lost(self, line: _Line, number: int) -> None:
        if line in self._free:
            self._free.remove(line)
        if number >= 0:
            self.outcome.fail("connection lost")
            self._end_one()

    def _end_one(self) -> None:
        self._left -= 1
        if not self._left:
            self._done.set()


def generate(
    host: str, port: int, moments: list[float], request: Callable[[int], bytes], lines: int = 64
) -> Outcome:
    """Post at the planned moments over so many kept connections, and give what came of it."""
    return asyncio.run(_Run(host, port, moments, request).go(lines))
