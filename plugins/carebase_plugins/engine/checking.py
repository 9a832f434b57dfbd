"""Checking the edited files in the background while a site is served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

# How far a check stands behind builds and browsers, from 0 to 19.
_BEHIND = 10

Show = Callable[[list[dict[str, Any]]], None]


class Checking:
    """Runs `carebase check` as a process of its own, so that it never keeps a writer waiting."""

    def __init__(self, root: Path, show: Show) -> None:
        self.root = root.absolute()
        self.show = show
        self._process: subprocess.Popen[str] | None = None
        # The files that were edited since nothing was wrong in them.
        self._edited: set[str] = set()

    def start(self, paths: Collection[str]) -> None:
        """Check, and show what is wrong in the files of these paths and in those before them."""
        self.stop()
        for path in map(Path, paths):
            if path.is_relative_to(self.root):
                self._edited.add(path.relative_to(self.root).as_posix())
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
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            _kill(process)
            process.wait()

    def _wait(self, process: subprocess.Popen[str]) -> None:
        said = process.communicate()[0]
        if process is not self._process:
            return
        try:
            found: list[dict[str, Any]] = json.loads(said)
        except ValueError:
            return
        ours = [problem for problem in found if problem["file"] in self._edited]
        self._edited &= {problem["file"] for problem in ours}
        self.show([_shown(problem) for problem in ours])


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


def _shown(problem: dict[str, Any]) -> dict[str, Any]:
    place = f"{problem['file']}:{problem['line']}:{problem['column']}"
    head = f"{place}: {problem['severity']} {problem['code']}: {problem['message']}"
    below = [
        f"    {name}: {problem[name]}" for name in ("found", "allowed", "hint") if problem.get(name)
    ]
    return {**problem, "place": place, "text": "\n".join([head, *below])}
