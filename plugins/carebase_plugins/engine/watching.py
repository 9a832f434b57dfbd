"""Watching the files of a site, by events of the system and by looking where no event tells.

A folder that was deleted and made again, as by a checkout, is another one to both: it is watched
anew, and whatever has changed in it meanwhile is built.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingEmitter

from carebase.build.stamps import Stamps
from carebase.build.touched import FOLDER, LISTED, Touched

# Every so many seconds files are looked at,
_POLL = 1.5
# or where that takes the processor long, after so many times as long.
_REST = 20
_CHANGES = frozenset(("created", "modified", "moved", "deleted"))
# What is told of a folder; that of its files is told of each, but for those that went with it.
_FOLDERS = frozenset(("moved", "deleted"))

# A watch that is let go of while something happens logs that as an error, and Python prints what
# nobody listens to. What events do not tell is seen by looking.
logging.getLogger("watchdog").addHandler(logging.NullHandler())

# Device and number of a folder; nothing where there is none.
Identity = tuple[int, int] | None


@dataclass(slots=True)
class _Watched:
    """A folder that is watched, with what each observer calls that."""

    folder: Path
    handler: _Handler
    recursive: bool
    identity: Identity
    watches: list[tuple[Any, Any]] = field(default_factory=list)


class Looking(PollingEmitter):
    """Looks at the files of a folder again and again, less often where they are very many."""

    took = 0.0

    def queue_events(self, timeout: float) -> None:
        """Wait, look, and tell what has changed."""
        began = time.thread_time()
        super().queue_events(max(timeout, _REST * self.took))
        # Waiting takes no time of the processor.
        self.took = time.thread_time() - began


class Watching:
    """Calls `note` with the path of each file that changes; reading one means nothing."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self.observers: list[Any] = [Observer(), BaseObserver(Looking, timeout=_POLL)]
        self._watched: dict[str, _Watched] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        # It warns of folders that come back, which is none of a writer's business.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")

    def add(self, path: str, *, recursive: bool = True) -> bool:
        """Watch a folder, or one file through the folder it is in; tell whether it is new."""
        place = Path(path).absolute()
        if str(place) in self._watched or not place.exists():
            return False
        if place.is_dir():
            self._schedule(place, place, None, recursive=recursive)
        else:
            self._schedule(place, place.parent, str(place))
        return True

    def remove(self, path: str) -> None:
        """Watch no more what was added."""
        with self._lock:
            watched = self._watched.pop(str(Path(path).absolute()), None)
        if watched is not None:
            # Others may be watched through the same folder.
            watched.handler.only = ""

    def look(self, path: str, seen: str) -> None:
        """Watch what a page was made of: nothing else beside it, as it may lie anywhere.

        What has been saved since it was `seen` is told now: nobody watched it then.
        """
        place = Path(path)
        listed = seen.startswith(LISTED)
        folder = place if listed else place.parent
        if path not in self._watched and seen != FOLDER and folder.is_dir():
            self._schedule(place, folder, None if listed else path)
            if not Touched(Stamps()).hold({path: seen}):
                self._note(path)

    def start(self) -> None:
        """Begin to tell."""
        for observer in self.observers:
            observer.start()
        threading.Thread(target=self._look_after, name="watching", daemon=True).start()

    def stop(self) -> None:
        """Tell no more."""
        self._over.set()
        for observer in self.observers:
            observer.stop()

    def _schedule(
        self, place: Path, folder: Path, only: str | None, *, recursive: bool = False
    ) -> None:
        handler = _Handler(self._note, only)
        watched = _Watched(folder, handler, recursive, _identity_of(folder))
        with self._lock:
            self._watched[str(place)] = watched
            self._begin(watched)

    def _begin(self, watched: _Watched) -> None:
        for observer in list(self.observers):
            try:
                watch = observer.schedule(
                    watched.handler, str(watched.folder), recursive=watched.recursive
                )
            except OSError:
                # No more folders can be watched by events here: looking remains.
                if watched.folder.is_dir():
                    self.observers.remove(observer)
            else:
                watched.watches.append((observer, watch))

    def _look_after(self) -> None:
        """Watch folders anew that have become others."""
        while not self._over.wait(_POLL):
            with self._lock:
                others = [
                    watched
                    for watched in self._watched.values()
                    if _identity_of(watched.folder) != watched.identity
                ]
                # Several may be watched through one folder, which is let go of once.
                for watched in others:
                    self._end(watched)
                for watched in others:
                    watched.identity = _identity_of(watched.folder)
                    if watched.identity is not None:
                        self._begin(watched)
            for watched in others:
                self._note(str(watched.folder))

    def _end(self, watched: _Watched) -> None:
        for observer, watch in watched.watches:
            with suppress(KeyError, OSError):
                observer.unschedule(watch)
        watched.watches.clear()


def _identity_of(folder: Path) -> Identity:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class _Handler(FileSystemEventHandler):
    """Notes files that were written, made, moved or deleted; reading them means nothing."""

    def __init__(self, note: Callable[[str], None], only: str | None) -> None:
        self.note = note
        self.only = only

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in (_FOLDERS if event.is_directory else _CHANGES):
            return
        for path in filter(None, (event.src_path, event.dest_path)):
            name = os.fsdecode(cast(str | bytes, path))
            if self.only in (None, name):
                self.note(name)
