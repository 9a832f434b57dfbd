"""How far long work is: a line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click

# Work of fewer steps is over before a line could be read.
_WORTH_A_LINE = 200
_SECONDS = 0.1
_BAR = 24


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
        if self._quiet or total < _WORTH_A_LINE:
            return
        took = max(now - self._began, 1e-6)
        if done == total:
            rate = total / took
            self.say(f"{stage}: {total:,} in {took:.1f} s ({rate:,.0f} a second)")
        elif self._moving and now - self._shown >= _SECONDS:
            self._shown, self._open = now, True
            filled = _BAR * done // total
            bar = "█" * filled + "·" * (_BAR - filled)
            rate = max(done - self._before, 1) / took
            left = (total - done) / rate
            click.echo(
                f"\r\x1b[2K{stage} {bar} {done:,} of {total:,}, {rate:,.0f} a second,"
                f" {left:.0f} s left",
                err=True,
                nl=False,
            )

    def _clear(self) -> None:
        if self._open:
            click.echo("\r\x1b[2K", err=True, nl=False)
            self._open = False
