"""Clearing what was erased from the files of the database, soon after it has left the tables."""

from __future__ import annotations

import logging
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from carebase.errors import UsageError
from carebase.store import Store

log = logging.getLogger("carebase.endpoint")

# In seconds: however many are erased, the file is written anew only so often.
PAUSE = 60.0


class Clearing:
    """Clears the files in a thread of its own, whenever it is told that something was erased."""

    def __init__(self, store: Store, pause: float = PAUSE) -> None:
        self._store = store
        self._pause = pause
        self._wanted = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="carebase-clearing", daemon=True)

    def start(self) -> None:
        """Wait for work."""
        self._thread.start()

    def soon(self) -> None:
        """Clear as soon as the last time is long enough ago."""
        self._wanted.set()

    def stop(self) -> None:
        """Stop; what is under way is waited for only a moment, as half done it does no harm."""
        self._stopped.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(1)

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            if self._stopped.is_set():
                return
            self._wanted.clear()
            try:
                self._store.scrub()
            except (UsageError, SQLAlchemyError) as error:
                # The next round of the retention job tries again.
                log.warning("What was erased is not cleared yet: %s", type(error).__name__)
            self._stopped.wait(self._pause)
