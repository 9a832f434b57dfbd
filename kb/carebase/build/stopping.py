"""Ending a build or a preview from outside: as well as by Ctrl-C."""

from __future__ import annotations

import signal
import time
from types import FrameType

# In seconds: what comes so soon after the first belongs to it, as where a whole group is told.
_ONE = 0.5
_last = float("-inf")


def end_well() -> None:
    """Let what ends this process raise KeyboardInterrupt, so that nothing half-made stays behind.

    Ctrl-C does so also where a script started this in the background, with it ignored. A closed
    terminal does not where `nohup` was asked for.
    """
    for number in endings():
        signal.signal(number, _interrupt)


def go_on_ending() -> None:
    """Let nothing interrupt the end, such as another Ctrl-C of somebody who cannot wait."""
    for number in endings():
        signal.signal(number, signal.SIG_IGN)


def endings() -> list[signal.Signals]:
    """Give the signals that end a command: Ctrl-C, `kill`, and a closed terminal."""
    found = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        found.append(signal.SIGHUP)
    return found


def _interrupt(number: int, frame: FrameType | None) -> None:
    global _last
    before, _last = _last, time.monotonic()
    if _last - before > _ONE:
        raise KeyboardInterrupt
