"""Folders in the machine's temporary folder, and those that a killed process left there."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from carebase.build.leftovers import has_ended
from carebase.build.lock import held

_MARK = "carebase-"
# Held by whoever uses the folder; the system lets go of it when the process ends, however it ends.
_LOCK = ".carebase-lock"
_FORM = re.compile(rf"{_MARK}(?:\w+-)?(\d+)-\w+")


@contextmanager
def scratch(what: str) -> Iterator[Path]:
    """Give a folder for `what` that goes at the end, and clear what killed processes left."""
    clear()
    prefix = f"{_MARK}{what}-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with held(folder / _LOCK):
            yield folder


def clear() -> None:
    """Delete the folders that processes of this user left here and that no process uses.

    The number alone does not tell: another container with the same temporary folder counts its
    processes for itself.
    """
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for entry in list(os.scandir(tempfile.gettempdir())):
            found = _FORM.fullmatch(entry.name)
            if found and _is_left(entry, int(found[1])):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_left(entry: os.DirEntry[str], process: int) -> bool:
    with suppress(OSError):
        if not entry.is_dir(follow_symlinks=False) or not has_ended(process):
            return False
        if entry.stat(follow_symlinks=False).st_uid != os.getuid():
            return False
        lock = Path(entry.path) / _LOCK
        if not lock.is_file():
            return False
        with held(lock) as is_mine:
            return is_mine
    return False
