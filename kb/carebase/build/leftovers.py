"""What a build leaves that was ended at once (`kill -9`, a power cut), and how it is made good.

Every draft bears the number of its process, so that the next build knows whose it was. What a
build had moved aside and not yet replaced is put back; all else of it is thrown away.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

_MARK = "carebase-"
_OLD = ".old"


def draft_of(folder: Path) -> Path:
    """Give where this process drafts a folder: beside it, and where that is another disk in it."""
    real = folder.resolve()
    if _is_apart(real):
        return real / f".{_MARK}{os.getpid()}"
    return real.with_name(f".{real.name}.{_MARK}{os.getpid()}")


def old_of(folder: Path) -> Path:
    """Give where this process moves the old state of a folder while the new one takes its place."""
    draft = draft_of(folder)
    return draft.with_name(draft.name + _OLD)


def inside(what: str) -> str:
    """Give how the name of a draft begins that lies in the folder itself."""
    return f".{_MARK}{os.getpid()}-{what}-"


def make_good(folder: Path, kept: Collection[str] = ()) -> None:
    """Put back what a build that was ended had moved aside of a folder, and clear its drafts.

    `kept` are the entries that a new state takes over from the old one, as it does hidden ones.
    """
    real = folder.resolve()
    for path in list(_drafts(real)):
        if path.name.endswith(_OLD):
            _put_back(path, real, kept)
    for path in list(_drafts(real)):
        shutil.rmtree(path, ignore_errors=True)


def _put_back(old: Path, folder: Path, kept: Collection[str]) -> None:
    with suppress(OSError):
        if not folder.exists():
            old.rename(folder)
            return
        for entry in list(old.iterdir()):
            if entry.name.startswith(".") or entry.name in kept:
                target = folder / entry.name
                if not target.exists():
                    entry.rename(target)


def _drafts(folder: Path) -> Iterator[Path]:
    """Give the drafts of processes that have ended, in a folder and beside it."""
    beside = re.compile(rf"\.{re.escape(folder.name)}\.{_MARK}(\d+)(?:\{_OLD})?")
    within = re.compile(rf"\.{_MARK}(\d+)(?:-.+)?")
    for top, form in ((folder.parent, beside), (folder, within)):
        with suppress(OSError):
            for entry in list(os.scandir(top)):
                found = form.fullmatch(entry.name)
                if found and entry.is_dir(follow_symlinks=False) and has_ended(int(found[1])):
                    yield Path(entry.path)


def has_ended(process: int) -> bool:
    """Tell whether no process has this number any more; where that cannot be asked it has not."""
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        # Nobody can be asked without being ended.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _is_apart(folder: Path) -> bool:
    """Tell whether a folder is another disk than what it lies in."""
    try:
        return folder.stat().st_dev != folder.parent.stat().st_dev
    except OSError:
        return False
