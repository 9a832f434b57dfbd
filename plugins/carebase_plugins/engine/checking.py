"""Checking the edited files while a site is served: at a glance at once, wholly in the background.

A glance tells what follows from the edited files alone. What only a whole check can tell stays
shown while the line that it is about still stands there, and until the next whole check.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carebase import clock
from carebase.glance import Glance

# How far a check stands behind builds and browsers, from 0 to 19.
_BEHIND = 10

Told = dict[str, Any]
Show = Callable[[list[Told]], None]


@dataclass(slots=True)
class _Edited:
    """What is wrong in an edited file: by the last glance, and what only a whole check told.

    With each of those goes the text of its line.
    """

    seen: list[Told] = field(default_factory=list)
    late: list[tuple[Told, str]] = field(default_factory=list)


class Checking:
    """Looks at edited files, and runs `carebase check` as a process of its own behind that.

    So it never keeps a writer waiting.
    """

    def __init__(self, root: Path, show: Show) -> None:
        self.root = root.absolute()
        self.show = show
        self._process: subprocess.Popen[str] | None = None
        # The files that were edited since nothing was wrong in them.
        self._edited: dict[str, _Edited] = {}
        self._lock = threading.Lock()

    def look(self, paths: Collection[str], glance: Glance | None) -> None:
        """Show at once what is wrong in the files of these paths, and in those before them."""
        names = self._names_of(paths)
        found: list[Told] = []
        if glance is not None:
            # What goes away meanwhile is told by the whole check.
            with suppress(OSError):
                found = [problem.as_dict() for problem in glance.look(names, clock.today())]
        with self._lock:
            for name in names:
                edited = self._edited.setdefault(name, _Edited())
                edited.seen = [problem for problem in found if problem["file"] == name]
                edited.late = self._still(name, edited.late)
            self._show()

    def start(self, paths: Collection[str]) -> None:
        """Check, and show what is wrong in the files of these paths and in those before them."""
        self.stop()
        for name in self._names_of(paths):
            self._edited.setdefault(name, _Edited())
        self._process = subprocess.Popen(
            [sys.executable, "-m", "carebase", "check", "--format", "json"],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # A group of its own: its helpers end with it.
            start_new_session=True,
        )
        _put_behind(self._process)
        threading.Thread(target=self._wait, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """End a check that is under way."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None and process.poll() is None:
            _kill(process)
            process.wait()

    def _wait(self, process: subprocess.Popen[str]) -> None:
        said = process.communicate()[0]
        try:
            found: list[Told] = json.loads(said)
        except ValueError:
            return
        with self._lock:
            # Another edit may have come.
            if process is self._process:
                self._replace(found)
                self._show()

    def _replace(self, found: list[Told]) -> None:
        """Take what a whole check found for what is wrong."""
        for name, edited in tuple(self._edited.items()):
            ours = [problem for problem in found if problem["file"] == name]
            if not ours:
                del self._edited[name]
                continue
            rows = self._rows(name)
            late = [problem for problem in ours if problem not in edited.seen]
            edited.late = [(problem, _row(rows, problem["line"])) for problem in late]
            edited.seen = [problem for problem in ours if problem in edited.seen]

    def _still(self, name: str, late: list[tuple[Told, str]]) -> list[tuple[Told, str]]:
        """Give of what a whole check told what may still be so, where it stands now."""
        rows = self._rows(name) if late else []
        still = []
        for problem, row in late:
            at = [number for number, text in enumerate(rows, 1) if text == row]
            if at:
                line = min(at, key=lambda number: abs(number - problem["line"]))
                still.append(({**problem, "line": line}, row))
        return still

    def _rows(self, name: str) -> list[str]:
        try:
            return (self.root / name).read_text("utf-8", "replace").split("\n")
        except OSError:
            return []

    def _names_of(self, paths: Collection[str]) -> list[str]:
        inside = (path for path in map(Path, paths) if path.is_relative_to(self.root))
        return sorted(path.relative_to(self.root).as_posix() for path in inside)

    def _show(self) -> None:
        told = [
            problem
            for edited in self._edited.values()
            for problem in (*edited.seen, *(late for late, _ in edited.late))
        ]
        order = ("file", "line", "column", "code", "message")
        told.sort(key=lambda problem: [problem[name] for name in order])
        self.show([_shown(problem) for problem in told])


def _row(rows: list[str], line: int) -> str:
    return rows[line - 1] if 0 < line <= len(rows) else ""


def _put_behind(process: subprocess.Popen[str]) -> None:
    """Let a check have the time of the processors that nothing else wants."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _BEHIND)


def _kill(process: subprocess.Popen[str]) -> None:
    """End a check with the processes that help it, which would go on without it."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _shown(problem: Told) -> Told:
    place = f"{problem['file']}:{problem['line']}:{problem['column']}"
    head = f"{place}: {problem['severity']} {problem['code']}: {problem['message']}"
    below = [
        f"    {name}: {problem[name]}" for name in ("found", "allowed", "hint") if problem.get(name)
    ]
    return {**problem, "place": place, "text": "\n".join([head, *below])}
