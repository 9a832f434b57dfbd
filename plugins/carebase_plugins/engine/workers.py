"""Work on all processors: the process is forked, so that nothing has to be handed over first."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from struct import Struct
from typing import Any, TypeVar

from carebase.build.garbage import no_garbage
from carebase.errors import CarebaseError

Item = TypeVar("Item")
Result = TypeVar("Result")
# What is not the disk's fault; a RuntimeError is also too deep a recursion.
_TOLD_LATER = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
# Fewer than this for each process are done sooner than it is started; of light work, so many.
_WORTH = 24
LIGHT = 100
# Each process takes about so many runs of neighbours: what pages of a folder share is then made by
# few, and none waits long for the last.
_RUNS = 8
_NUMBER = Struct("H")
# What a process hands over last.
_ALL = "all"


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
    worth: int = _WORTH,
) -> Iterator[tuple[Item, Result]]:
    """Give each item with what came of it, in the order of the items.

    A process is started for `worth` items at least. `told` hears how many have been begun. Raises
    CarebaseError when a process ends too early.
    """
    workers = min(workers, len(items) // worth)
    if workers < 2 or threading.active_count() > 1:
        for number, item in enumerate(items, 1):
            result = work(item)
            told(number)
            yield item, result
        return
    results: dict[int, Result] = {}
    runs = _Runs(len(items), workers)
    # What is there already is not looked through for garbage, and so not copied for each process.
    gc.freeze()
    others = [_Other(items, work, number, runs) for number in range(1, workers)]
    try:
        for run in runs.of(0):
            for index in run:
                results[index] = work(items[index])
                told(index + 1)
        for other in others:
            results.update(other.results())
        for index in range(len(items)):
            # What another process could not hand over is done here, where an error is seen whole.
            if index not in results:
                results[index] = work(items[index])
    finally:
        gc.unfreeze()
        runs.close()
        for other in others:
            other.end()
    told(len(items))
    for index, item in enumerate(items):
        yield item, results.pop(index)


def beside(work: Callable[[], None]) -> Callable[[], None]:
    """Begin work whose result lies in files in a forked process, and give what waits for its end.

    That raises the CarebaseError or OSError of the work; one that nobody foresaw comes up again
    here, where the work is then done anew.
    """
    if threading.active_count() > 1:
        return work
    # What is printed already is not printed by both.
    sys.stdout.flush()
    runs = _Runs(1, 1)
    gc.freeze()
    try:
        other = _Other([work], _told, 0, runs)
    finally:
        gc.unfreeze()
        runs.close()

    def wait() -> None:
        try:
            done = other.results()
        finally:
            other.end()
        if 0 not in done:
            work()
        elif done[0]:
            raise CarebaseError(done[0])

    return wait


def _told(work: Callable[[], None]) -> str:
    try:
        work()
    except CarebaseError as error:
        return str(error)
    return ""


class _Runs:
    """Runs of neighbouring items: each process has one to begin with and takes more from a pipe."""

    def __init__(self, items: int, workers: int) -> None:
        size = max(items // (workers * _RUNS), 1)
        self._runs = [range(at, min(at + size, items)) for at in range(0, items, size)]
        self._taken, giving = os.pipe()
        # Far fewer than a pipe holds.
        os.write(giving, b"".join(map(_NUMBER.pack, range(workers, len(self._runs)))))
        os.close(giving)

    def of(self, number: int) -> Iterator[range]:
        """Give a process its runs until all are taken."""
        yield self._runs[number]
        while left := os.read(self._taken, _NUMBER.size):
            yield self._runs[_NUMBER.unpack(left)[0]]

    def close(self) -> None:
        """Leave nothing to be taken: after an error nobody begins another run."""
        for _ in self.of(0):
            pass
        os.close(self._taken)


class _Other:
    """A forked process that does its share of the items."""

    def __init__(
        self, items: Sequence[Any], work: Callable[[Any], Any], number: int, runs: _Runs
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
            # As bytes, run by run: what these were made of is given back at once.
            done = [_done(items, work, run) for run in runs.of(number)]
            with os.fdopen(writing, "wb") as pipe:
                pipe.writelines([*done, pickle.dumps(_ALL, 5)])
            code = 0
        except OSError as error:
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(error, pipe, 5)
            code = 0
        finally:
            os._exit(code)

    def results(self) -> dict[int, Any]:
        """Wait for the results; raises the process's own OSError, such as a full disk."""
        found: dict[int, Any] = {}
        try:
            with no_garbage():
                # Written by our own fork.
                while (done := pickle.load(self._pipe)) != _ALL:  # noqa: S301
                    if isinstance(done, OSError):
                        raise done
                    found |= done
        except (EOFError, pickle.UnpicklingError):
            raise CarebaseError(
                "A process of this build ended too early: is there enough memory?"
            ) from None
        return found

    def end(self) -> None:
        """Let the process end."""
        self._pipe.close()
        os.waitpid(self.pid, 0)


def _done(items: Sequence[Any], work: Callable[[Any], Any], mine: Iterable[int]) -> bytes:
    """Do some items; give pickled what came of those that can be handed over."""
    done: dict[int, Any] = {}
    for index in mine:
        # Any other error comes up again where it can be told.
        with suppress(*_TOLD_LATER):
            done[index] = work(items[index])
    try:
        return pickle.dumps(done, 5)
    except Exception:
        return pickle.dumps(
            {index: done[index] for index in done if _can_be_handed(done[index])}, 5
        )


def _can_be_handed(result: Any) -> bool:
    try:
        pickle.dumps(result, 5)
    except Exception:
        return False
    return True
