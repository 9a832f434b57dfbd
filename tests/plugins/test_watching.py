"""Watching the files of a site takes little of the processor, and says nothing of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from watchdog.observers.api import EventQueue, ObservedWatch

from carebase_plugins.engine.watching import Looking

MANY = 4000
# What an observer does with an event that comes while it is stopped.
STOPPED = """
import carebase_plugins.engine.watching
from watchdog.observers.api import EventQueue, ObservedWatch
from watchdog.observers.inotify import InotifyEmitter
InotifyEmitter(EventQueue(), ObservedWatch(".", recursive=True)).queue_events(0.01)
"""


def test_many_files_are_looked_at_less_often(tmp_path: Path) -> None:
    for number in range(MANY):
        (tmp_path / f"{number}.md").touch()
    told = EventQueue()
    looking = Looking(told, ObservedWatch(str(tmp_path), recursive=True), timeout=0.01)
    looking.on_thread_start()
    looking.queue_events(0.01)
    took = looking.took
    (tmp_path / "7.md").write_text("# Seven\n", encoding="utf-8")
    began = time.monotonic()
    looking.queue_events(0.01)

    # What it costs by the time that it takes: a twentieth, and not one half.
    assert time.monotonic() - began > 10 * took > 0.01
    assert str(tmp_path / "7.md") in [event.src_path for event, _ in list(told.queue)]


@pytest.mark.skipif(sys.platform != "linux", reason="the events of Linux")
def test_a_watch_that_was_stopped_says_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STOPPED], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert not done.stdout + done.stderr
