"""What writes letters by the clock, in a thread of its own."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("carebase.outbox")


class ClockJob:
    """Takes a step again and again until it is stopped.

    Several processes may do so: the store takes one letter for each address within a pause.
    """

    # In seconds: how often the clock is looked at.
    every = 30.0
    name = "clock"

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"carebase-{self.name}", daemon=True)

    def step(self) -> int:
        """Write what is to be written now; give the number of letters."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin to look at the clock."""
        self._thread.start()

    def wake(self) -> None:
        """Nothing: the clock says when."""

    def stop(self, patience: float) -> None:
        """Stop, waiting at most `patience` seconds."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.step()
            except (SQLAlchemyError, RuntimeError) as error:
                log.error("The %s could not be written: %s", self.name, type(error).__name__)
            self._stopping.wait(self.every)
