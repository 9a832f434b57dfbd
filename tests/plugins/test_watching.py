"""Looking at the files of a site takes little of the processor, however many there are."""

from __future__ import annotations

import time
from pathlib import Path

from watchdog.observers.api import EventQueue, ObservedWatch

from carebase_plugins.engine.watching import Looking

MANY = 4000


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
