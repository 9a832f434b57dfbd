"""Putting a new folder into the place of an old one while others read it.

Whoever opens a file of it meets the old state or the new one, and never a moment without either:
where a system can, both folders change places in one step (`renameat2` of Linux, `renamex_np` of
macOS). Elsewhere two renames follow one another at once. At no point is the only copy of what was
there under a name that the next build throws away: see `carebase.build.leftovers`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection
from pathlib import Path

from carebase.build.leftovers import OLD, put_back

# "Relative to the current folder", and "exchange" in the words of both systems.
_HERE, _EXCHANGE = -100, 2


def take_place(draft: Path, target: Path, kept: Collection[str] = ()) -> bool:
    """Move a folder into its place, which may be taken or free; tell whether that could be done.

    What was there is deleted, but for its entries named in `kept`: the new folder takes them over.
    A mounted folder cannot be moved: then all is as it was.
    """
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(target)
        return True
    old = draft.with_name(draft.name + OLD)
    if not _at_once(draft, target, old) and not _one_after_the_other(draft, target, old):
        return False
    put_back(old, target, kept)
    shutil.rmtree(old, ignore_errors=True)
    return True


def take_along(there: Path, here: Path) -> None:
    """Have a folder of others in a new folder as well, so that it is never missing.

    Its files are linked, not copied. Where they cannot be, nothing is done.
    """
    if there.is_dir() and not there.is_symlink() and not here.exists():
        try:
            shutil.copytree(there, here, symlinks=True, copy_function=os.link)
        except OSError:
            shutil.rmtree(here, ignore_errors=True)


def _at_once(draft: Path, target: Path, old: Path) -> bool:
    # What was there must have its name before it has left its place.
    draft.rename(old)
    if _exchange(old, target):
        return True
    old.rename(draft)
    return False


def _one_after_the_other(draft: Path, target: Path, old: Path) -> bool:
    try:
        try:
            target.rename(old)
        except OSError:
            return False
        draft.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    return True


def _exchange(one: Path, other: Path) -> bool:
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
