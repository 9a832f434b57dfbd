"""The files that are looked at while a page is made, whoever looks at them.

An audit hook sees every file that Python opens and every folder that it lists, and looking
whether a file is there goes through `os.stat`: a snippet, an included table, a download whose
size is told, and also a file that is not there yet. What belongs to installed packages is left
out: their versions stand for it.
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from carebase.build.digest import digest
from carebase.build.stamps import Stamps

MISSING = "-"
FOLDER = "/"
# How what was seen begins: of a file that was opened, of a folder that was listed.
OPENED, LISTED, LOOKED = "=", "*", ""


@cache
def installed() -> tuple[str, ...]:
    """Give where Python, installed packages and our own code lie, each with a stroke behind."""
    own = Path(__file__).parents[1]
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(own), "/proc", "/dev", "/sys"}
    found |= {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    return tuple(sorted({os.path.join(name, "") for name in found} | {"/usr/share/zoneinfo/"}))


class Touched:
    """Notes the files that are looked at, with what was seen: a digest, a size, or nothing."""

    def __init__(self, stamps: Stamps, ignored: tuple[str, ...] = ()) -> None:
        self.stamps = stamps
        self._ignored = installed() + tuple(os.path.join(name, "") for name in ignored)
        self._noted: dict[str, str] | None = None
        self._thread = 0
        # What was written meanwhile.
        self.wrote: set[str] = set()

    @contextmanager
    def noted(self) -> Iterator[dict[str, str]]:
        """Gather what is looked at inside."""
        before, self._noted = self._noted, {}
        # Other threads answer requests meanwhile.
        self._thread = threading.get_ident()
        hook = _Hook.installed()
        outer, hook.listener = hook.listener, self
        try:
            yield self._noted
        finally:
            hook.listener = outer
            self._noted = before

    def hold(self, noted: dict[str, str]) -> bool:
        """Tell whether every file is still as it was seen."""
        return all(self.see(path, was[:1]) == was for path, was in noted.items())

    def note(self, path: Any, how: str) -> None:
        """Note a file that is being opened, listed or looked at."""
        noted = self._noted
        if noted is None or isinstance(path, int) or self._thread != threading.get_ident():
            return
        # Nothing that happens in here is to be noted itself.
        self._noted = None
        try:
            name = os.path.abspath(os.fsdecode(path))
            if (how or name not in noted) and not f"{name}/".startswith(self._ignored):
                noted[name] = self.see(name, how)
        finally:
            self._noted = noted

    def note_writing(self, path: Any) -> None:
        """Note a file that is being written, or put into its place."""
        if isinstance(path, str | bytes) and self._thread == threading.get_ident():
            self.wrote.add(os.path.abspath(os.fsdecode(path)))

    def see(self, path: str, how: str) -> str:
        """Give what is seen of a file now, by how it is looked at."""
        if how == OPENED:
            return OPENED + (self.stamps.digest(path) or MISSING)
        if how == LISTED:
            try:
                return LISTED + digest(sorted(os.listdir(path)))
            except OSError:
                return LISTED + MISSING
        try:
            found = _STAT(path)
        except (OSError, ValueError):
            return MISSING
        return FOLDER if stat.S_ISDIR(found.st_mode) else f"{found.st_size}"


_STAT = os.stat
_IMPORTERS = (
    "<frozen importlib._bootstrap_external>",
    os.path.join(sysconfig.get_path("stdlib"), "importlib", "metadata", "__init__.py"),
)


def _imports() -> bool:
    """Tell whether Python itself lists a folder, to look for a module: no page shows what is there.

    Such a folder may be the current one, which every build changes.
    """
    return sys._getframe(2).f_code.co_filename in _IMPORTERS


class _Hook:
    """The one hook of the process; audit hooks cannot be taken out again."""

    _one: _Hook | None = None

    def __init__(self) -> None:
        self.listener: Touched | None = None

    @classmethod
    def installed(cls) -> _Hook:
        if cls._one is None:
            cls._one = hook = cls()
            sys.addaudithook(hook.heard)
            os.stat = hook.stat
        return cls._one

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        # Another thread may stop listening at any moment.
        listener = self.listener
        if listener is None:
            return
        if event == "open":
            path, _, flags = arguments
            if path is not None and not (flags or 0) & (os.O_WRONLY | os.O_RDWR):
                listener.note(path, OPENED)
            else:
                listener.note_writing(path)
        elif event == "os.rename":
            listener.note_writing(arguments[1])
        elif event in ("os.listdir", "os.scandir") and not _imports():
            listener.note(arguments[0] or ".", LISTED)

    def stat(self, path: Any, *arguments: Any, **options: Any) -> os.stat_result:
        listener = self.listener
        if listener is not None:
            listener.note(path, LOOKED)
        return _STAT(path, *arguments, **options)
