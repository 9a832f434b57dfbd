"""Having a file looked at and cleaned, by a process of its own (`carebase.files.work`).

A process and not a thread: decoding is work for the processor, which a thread would take from the
event loop; a fault in a decoder ends the process that has it; and the system can limit a process.
A pool that stays would hold its memory for good, and files come seldom: each gets a new one, which
takes a fifth of a second.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from carebase.files.kinds import Refused

# In seconds, of the clock: a machine under load takes longer than the processor does.
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file as it is kept: its media type, its length in bytes, and its SHA-256."""

    type: str
    size: int
    sha256: str


def clean(source: Path, draft: Path, allowed: Collection[str]) -> Cleaned:
    """Clean a file into another one, not yet synced; blocks, so call it in a thread.

    `allowed` are the media types that may be taken. How many run at once is for the caller to say:
    each may take a gigabyte. Raises `Refused` with the reason.
    """
    try:
        ended = subprocess.run(  # noqa: S603 - our own module and paths that we made
            [sys.executable, "-m", "carebase.files.work", source, draft, *allowed],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        told = json.loads(ended.stdout)
    except (subprocess.SubprocessError, ValueError):
        told = {"refused": "broken"}
    if "refused" in told:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        raise Refused(told["refused"])
    return Cleaned(told["type"], told["size"], told["sha256"])


def _environment() -> dict[str, str]:
    """Give the environment without what is secret."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CAREBASE_")}
