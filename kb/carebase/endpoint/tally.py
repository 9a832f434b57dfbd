"""What happened in the processes of one endpoint, counted where all of them can read it.

Each process writes into cells of its own and nobody else does, so that nothing needs a lock;
whoever is asked adds them up. A process that takes the place of another counts on in its cells.
"""

from __future__ import annotations

import bisect
import multiprocessing
import re
import time
from collections.abc import Iterator, MutableSequence, Sequence
from dataclasses import dataclass
from itertools import accumulate

# In seconds: up to which duration each bucket of the histogram reaches.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = ("GET", "POST", "other")
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
# What is no route of ours: the files of the site.
FILES = "/{file}"

_STARTED, _STARTS, _DROPPED = range(3)
_HEAD = 3
_COUNTS = len(METHODS) * len(CLASSES)
_EACH = _COUNTS + len(BUCKETS) + 2


@dataclass(frozen=True, slots=True)
class RouteTally:
    """What one route has answered, of all processes together."""

    route: str
    requests: dict[tuple[str, str], int]
    # So many requests took at most as long as each of `BUCKETS`, and the last: all.
    buckets: tuple[int, ...]
    seconds: float


class Tally:
    """The counters of one process among those of all; `routes` are the same in each."""

    def __init__(
        self,
        routes: Sequence[str],
        cells: MutableSequence[float] | None = None,
        worker: int = 0,
        workers: int = 1,
    ) -> None:
        self.routes = (*dict.fromkeys(map(template_of, routes)), FILES)
        self.workers = workers
        self._size = _HEAD + _EACH * len(self.routes)
        self._cells = [0.0] * (self._size * workers) if cells is None else cells
        self._mine = self._size * worker
        self._places = {route: place for place, route in enumerate(self.routes)}
        self._cells[self._mine + _STARTED] = time.time()
        self._cells[self._mine + _STARTS] += 1

    def room(self, workers: int) -> MutableSequence[float]:
        """Make cells for so many processes, to be handed to each of them."""
        shared: MutableSequence[float] = multiprocessing.get_context("spawn").RawArray(
            "d", self._size * workers
        )
        return shared

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered; called by one thread alone."""
        at = self._mine + _HEAD + _EACH * self._places.get(route, len(self.routes) - 1)
        ways = METHODS.index(method) if method in METHODS else len(METHODS) - 1
        kind = min(max(status // 100, 1), len(CLASSES)) - 1
        self._cells[at + ways * len(CLASSES) + kind] += 1
        self._cells[at + _COUNTS + bisect.bisect_left(BUCKETS, seconds)] += 1
        self._cells[at + _EACH - 1] += seconds

    def note_dropped(self) -> None:
        """Count a line of the log that could not be written."""
        self._cells[self._mine + _DROPPED] += 1

    @property
    def dropped(self) -> int:
        """How many lines of the log could not be written."""
        return sum(int(self._cells[at + _DROPPED]) for at in self._heads())

    @property
    def starts(self) -> list[int]:
        """How often each process was started."""
        return [int(self._cells[at + _STARTS]) for at in self._heads()]

    @property
    def started(self) -> list[float]:
        """When each process was started last, in seconds since 1970; 0 before that."""
        return [self._cells[at + _STARTED] for at in self._heads()]

    def read(self) -> Iterator[RouteTally]:
        """Add up what all processes have counted."""
        for place, route in enumerate(self.routes):
            begins = [at + _HEAD + _EACH * place for at in self._heads()]
            sums = [sum(self._cells[begin + cell] for begin in begins) for cell in range(_EACH)]
            kinds = [(method, kind) for method in METHODS for kind in CLASSES]
            requests = {
                kind: int(number) for kind, number in zip(kinds, sums, strict=False) if number
            }
            if requests:
                buckets = tuple(map(int, accumulate(sums[_COUNTS:-1])))
                yield RouteTally(route, requests, buckets, sums[-1])

    def _heads(self) -> range:
        return range(0, self._size * self.workers, self._size)


def template_of(path: str) -> str:
    """Give a route as people write it: `/v1/{rest}` for `/v1/{rest:path}`."""
    return re.sub(r":\w+}", "}", path)
