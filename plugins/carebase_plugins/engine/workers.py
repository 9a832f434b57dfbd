"""Work on all processors: the process is forked, so that nothing has to be handed over first."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from carebase.errors import CarebaseError

Item = TypeVar("Item")
Result = TypeVar("Result")
# Fewer than this are done sooner than a process is started.
_WORTH = 24


def processors() -> int:
    """Give how many processors this process may use; 1 where processes cannot be forked."""
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    workers: int,
    told: Callable[[int], None],
) -> Iterator[tuple[Item, Result]]:
    """Give each item with what came of it, in the order of the items.

    `told` hears how many are done. Raises CarebaseError when a process ends too early.
    """
    workers = min(workers, len(items) // _WORTH)
    if workers < 2 or threading.active_count() > 1:
        for number, item in enumerate(items, 1):
            result = work(item)
            told(number)
            yield item, result
        return
    results: dict[int, Result] = {}
    # What is there already is not looked through for garbage, and so not copied for each process.
    gc.freeze()
    others = [_Other(items, work, number, workers) for number in range(1, workers)]
    try:
        for index in range(0, len(items), workers):
            results[index] = work(items[index])
            told(min(index + workers, len(items)))
        for other in others:
            results.update(other.results())
    finally:
        gc.unfreeze()
        for other in others:
            other.end()
    for index, item in enumerate(items):
        yield item, results.pop(index)


class _Other:
    """A forked process that does every n-th item."""

    def __init__(
        self, items: Sequence[Any], work: Callable[[Any], Any], number: int, workers: int
    ) -> None:
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid:
            os.close(writing)
            self._pipe = os.fdopen(reading, "rb")
            return
        code = 1
        try:
            os.close(reading)
            done = {i: work(items[i]) for i in range(number, len(items), workers)}
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(done, pipe, 5)
            code = 0
        except OSError as error:
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(error, pipe, 5)
            code = 0
        finally:
            os._exit(code)

    def results(self) -> dict[int, Any]:
        """Wait for the results; raises the process's own OSError, such as a full disk."""
        try:
            done = pickle.load(self._pipe)  # noqa: S301 - written by our own fork
        except (EOFError, pickle.UnpicklingError):
            raise CarebaseError(
                "A process that makes pages ended too early: is there enough memory?"
            ) from None
        if isinstance(done, OSError):
            raise done
        found: dict[int, Any] = done
        return found

    def end(self) -> None:
        """Let the process end."""
        self._pipe.close()
        os.waitpid(self.pid, 0)
