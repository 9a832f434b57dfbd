"""Putting a new folder into the place of an old one while others read it.

Whoever opens a file of it meets the old state or the new one, and never a moment without either:
where a system can, both folders change places in one step (`renameat2` of Linux, `renamex_np` of
macOS). Elsewhere two renames follow one another at once.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

# "Relative to the current folder", and "exchange" in the words of both systems.
_HERE, _EXCHANGE = -100, 2


def take_place(draft: Path, target: Path) -> None:
    """Move a folder into its place, which may be taken or free; what was there is deleted."""
    if not target.is_dir():
        draft.rename(target)
    elif exchange(draft, target):
        shutil.rmtree(draft, ignore_errors=True)
    else:
        old = draft.with_name(draft.name + "-old")
        target.rename(old)
        draft.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places; tell whether that could be done."""
    if not sys.platform.startswith(("linux", "darwin")):
        return False
    import ctypes

    system = ctypes.CDLL(None)
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            return bool(system.renamex_np(*names, _EXCHANGE) == 0)
        return bool(system.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    except AttributeError:
        # An older C library.
        return False
