"""Work that follows a build once a writer pauses: one piece at a time, and only the newest."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from carebase.errors import sentence_of


class StoppedError(Exception):
    """Work is given up: what it reads is to be built again, or the preview ends."""


class Turn:
    """What a piece of work asks while it goes on; by itself it is never interrupted."""

    def __init__(self, files: threading.Lock | None = None) -> None:
        # Held by a build while it writes, and by work while it reads what was written.
        self.files = files or threading.Lock()
        self.is_beside_builds = files is not None
        self.is_wanted = False
        self.is_over = False

    @contextmanager
    def reading(self) -> Iterator[Callable[[], None]]:
        """Read what a build wrote; the function given raises StoppedError where the next waits."""
        with self.files:
            self._check()
            yield self._check

    def go_on(self) -> None:
        """Raise StoppedError when everything ends."""
        if self.is_over:
            raise StoppedError

    def _check(self) -> None:
        if self.is_wanted or self.is_over:
            raise StoppedError


Work = Callable[[Turn], None]


class Later:
    """Does the work put off, `pause` seconds after it came; the first piece at once.

    `say` hears what went wrong, and `done` is called after each piece, while no build is writing.
    """

    def __init__(self, pause: float, say: Callable[[str], None], done: Callable[[], None]) -> None:
        self.files = threading.Lock()
        self._pause, self._say, self._done = pause, say, done
        self._news = threading.Condition()
        self._work: Work | None = None
        self._due = 0.0
        self._turn: Turn | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        # Whether a piece of work has come to its end, well or not.
        self._ended = False

    @property
    def is_awaited(self) -> bool:
        """Whether the first piece of work has come and not ended."""
        return self._thread is not None and not self._ended

    @property
    def is_busy(self) -> bool:
        """Whether a piece of work is going on."""
        return self._turn is not None

    def put(self, work: Work) -> None:
        """Put work off; it takes the place of what has not begun."""
        with self._news:
            if self._closed:
                return
            self._work = work
            self._due = time.monotonic() + (self._pause if self._thread else 0.0)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="later", daemon=True)
                self._thread.start()
            self._news.notify()

    def give_way(self) -> None:
        """Forget what has not begun, and let what reads the built files end; nothing is awaited."""
        with self._news:
            self._work = None
            if self._turn is not None:
                self._turn.is_wanted = True

    def stop(self) -> None:
        """End what is going on, and return when it has ended."""
        with self._news:
            self._closed = True
            if self._turn is not None:
                self._turn.is_over = True
            self._news.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while (begun := self._next()) is not None:
            work, turn = begun
            try:
                work(turn)
                with self.files:
                    turn.go_on()
                    self._done()
                self._ended = True
            except StoppedError:
                pass
            except Exception as error:
                # The next piece may go well; the preview goes on in any case.
                self._ended = True
                self._say(sentence_of(error))
            finally:
                self._turn = None

    def _next(self) -> tuple[Work, Turn] | None:
        """Wait for work that is due; nothing is given at the end."""
        with self._news:
            while not self._closed:
                left = self._due - time.monotonic()
                if self._work is not None and left <= 0:
                    work, self._work = self._work, None
                    self._turn = Turn(self.files)
                    return work, self._turn
                self._news.wait(left if self._work is not None else None)
        return None
