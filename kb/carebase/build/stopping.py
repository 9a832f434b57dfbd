"""Ending a build or a preview from outside: as well as by Ctrl-C."""

from __future__ import annotations

import signal
from types import FrameType


def end_well() -> None:
    """Let what ends this process raise KeyboardInterrupt, so that nothing half-made stays behind.

    Ctrl-C does so also where a script started this in the background, with it ignored. A closed
    terminal does not where `nohup` was asked for.
    """
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        signal.signal(hang_up, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
