"""Several processes that share one socket: started, watched, replaced and ended together."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, MutableSequence
from multiprocessing.context import SpawnProcess
from typing import Any

from carebase.build.stopping import endings
from carebase.endpoint.closing import let_in, turn_away
from carebase.endpoint.logs import logging_to_stderr
from carebase.endpoint.server import GRACE, run, server_for
from carebase.endpoint.settings import Settings
from carebase.errors import CarebaseError

log = logging.getLogger("carebase.endpoint")

# What all count in, and how many they are.
Cells = tuple[MutableSequence[float], int]

_LOOK = 0.2
_BEAT = 1.0
# In seconds: for how long a process may say nothing of itself before it is replaced. One that
# starts on a busy machine is slow and not dead.
_UNWELL = 60.0
_STARTING = 180.0
# In seconds: what ends as soon as it has started is not started again at once.
_PAUSE = 1.0


class Worker:
    """One process of several. `beat` is shared with it: when it last said that it is well."""

    def __init__(self, number: int, taken: socket.socket, settings: Settings, cells: Cells) -> None:
        context = multiprocessing.get_context("spawn")
        self.number = number
        self.beat = context.RawValue("d", 0.0)
        self.begun = time.monotonic()
        self.process: SpawnProcess = context.Process(
            target=_work,
            args=(number, taken, settings, cells, self.beat),
            name=f"carebase-{number}",
        )
        self.process.start()

    @property
    def has_served(self) -> bool:
        """Whether it came as far as to answer requests."""
        return float(self.beat.value) > 0

    def is_well(self) -> bool:
        """Tell whether it has said so lately."""
        now = time.monotonic()
        if self.has_served:
            return now - float(self.beat.value) < _UNWELL
        return now - self.begun < _STARTING


class Supervisor:
    """Keeps so many workers at work until it is told to end; `ready` is called once all are.

    `cells` are what all count in (`Tally.room`).
    """

    def __init__(
        self,
        workers: int,
        taken: socket.socket,
        settings: Settings,
        cells: MutableSequence[float],
        ready: Callable[[], None],
    ) -> None:
        self._taken = taken
        self._cells = (cells, workers)
        self._ready: Callable[[], None] | None = ready
        self._settings = settings
        self._caught: list[int] = []
        self._workers = [self._start(number) for number in range(workers)]

    def run(self) -> None:
        """Watch over them; comes back when all have ended."""
        for number in endings():
            signal.signal(number, lambda caught, _: self._caught.append(caught))
        try:
            while not self._caught:
                sentinels = [worker.process.sentinel for worker in self._workers]
                multiprocessing.connection.wait(sentinels, _LOOK)
                if not self._caught:
                    self._replace()
                    self._announce()
        finally:
            self._end()

    def _start(self, number: int) -> Worker:
        return Worker(number, self._taken, self._settings, self._cells)

    def _replace(self) -> None:
        for place, worker in enumerate(self._workers):
            if worker.process.is_alive() and worker.is_well():
                continue
            if worker.process.is_alive():
                log.error("Worker %d has said nothing for long and is replaced.", worker.number)
                worker.process.kill()
            worker.process.join()
            code = worker.process.exitcode
            if not worker.has_served:
                raise CarebaseError(f"Worker {worker.number} could not start (exit code {code}).")
            log.error("Worker %d has ended (exit code %s); another starts.", worker.number, code)
            if time.monotonic() - worker.begun < _PAUSE:
                time.sleep(_PAUSE)
            # One that was told to end has turned away who comes to the socket that all share.
            let_in(self._taken)
            self._workers[place] = self._start(worker.number)

    def _announce(self) -> None:
        if self._ready and all(worker.has_served for worker in self._workers):
            self._ready()
            self._ready = None

    def _end(self) -> None:
        turn_away(self._taken)
        self._taken.close()
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic() + GRACE
        for worker in self._workers:
            worker.process.join(max(until - time.monotonic(), 0.0))
        for worker in self._workers:
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def _work(number: int, taken: socket.socket, settings: Settings, cells: Cells, beat: Any) -> None:
    """Be one of several: what `Worker` starts."""
    # Ctrl-C reaches all processes of a terminal: before the server takes it, it just ends this one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from carebase.endpoint.app import create_app

    shared, workers = cells
    with logging_to_stderr(settings.log, number) as lines:
        try:
            app = create_app(settings, cells=(shared, number, workers))
        except CarebaseError as error:
            log.error("%s", error)
            sys.exit(error.exit_code)
        lines.on_drop = app.tally.note_dropped
        follow_parent()
        run(server_for(app, settings, app.state.service.end_by), taken, lambda: _beat(beat))


def _beat(beat: Any) -> None:
    """Say that the loop of events goes round, now and then again."""
    beat.value = time.monotonic()
    asyncio.get_running_loop().call_later(_BEAT, _beat, beat)


def follow_parent() -> None:
    """Have this process end with the one that started it, even when that one is killed.

    Several workers share a socket: left alone they would go on to answer on it, with settings
    that nobody can change, beside the endpoint that is started next.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="carebase-parent", daemon=True).start()
