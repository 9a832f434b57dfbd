"""How far long work is: a line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType

import click

# Work of fewer steps is mostly over before a line could be read; it has one after so many seconds.
_WORTH_A_LINE, _PATIENCE = 200, 0.5
_SECONDS = 0.1
# How long the bar is at most, and at least; how wide a terminal is that does not say.
_BAR, _LEAST, _USUAL = 24, 6, 80


class Pace:
    """Shows how many steps of how many are done, how fast, and how long it will take."""

    def __init__(self, quiet: bool = False) -> None:
        self._moving = not quiet and sys.stderr.isatty()
        self._quiet = quiet
        self._stage = ""
        self._began = self._shown = 0.0
        # The steps that were done when a stage was first heard of.
        self._before = 0
        self._open = False

    def __enter__(self) -> Pace:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()

    def say(self, text: str) -> None:
        """Say a line in between."""
        self._clear()
        click.echo(text, err=True)

    def show(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._shown, self._before = stage, now, now, done
        if self._quiet:
            return
        is_small = total < _WORTH_A_LINE
        took = max(now - self._began, 1e-6)
        if done == total and is_small:
            self._clear()
        elif done == total:
            rate = total / took
            self.say(f"{stage}: {total:,} in {took:.1f} s ({rate:,.0f} a second)")
        elif self._moving and now - self._shown >= (_PATIENCE if is_small else _SECONDS):
            self._shown, self._open = now, True
            rate = max(done - self._before, 1) / took
            left = (total - done) / rate
            parts = [f"{done:,} of {total:,}", f", {rate:,.0f} a second", f", {left:.0f} s left"]
            line = _fitted(stage, done / total, parts, _columns())
            click.echo(f"\r\x1b[2K{line}", err=True, nl=False)

    def _clear(self) -> None:
        if self._open:
            click.echo("\r\x1b[2K", err=True, nl=False)
            self._open = False


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL
    except (AttributeError, OSError, ValueError):
        return _USUAL


def _fitted(stage: str, share: float, parts: list[str], columns: int) -> str:
    """Write the line so that it stays one: what goes on below could not be written over."""
    room = columns - 1
    while len(parts) > 1 and len(stage) + 1 + sum(map(len, parts)) > room:
        del parts[1]
    text = "".join(parts)
    bar = min(_BAR, room - len(stage) - len(text) - 2)
    if bar < _LEAST:
        return f"{stage} {text}"[:room]
    filled = int(bar * share)
    return f"{stage} {'█' * filled}{'·' * (bar - filled)} {text}"
