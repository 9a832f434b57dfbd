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

# Behind the name of a draft: what was there before, until the new state has its place.
OLD = ".old"
_MARK = "carebase-"


def draft_of(folder: Path) -> Path:
    """Give where this process drafts a folder: beside it, and where that is another disk in it."""
    real = folder.resolve()
    if _is_apart(real):
        return real / f".{_MARK}{os.getpid()}"
    return real.with_name(f".{real.name}.{_MARK}{os.getpid()}")


def inside(what: str) -> str:
    """Give how the name of a draft begins that lies in the folder itself."""
    return f".{_MARK}{os.getpid()}-{what}-"


def make_good(folder: Path, kept: Collection[str] = ()) -> None:
    """Put back what a build that was ended had moved aside of a folder, and clear its drafts.

    `kept` are the entries that a new state takes over from the old one, as it does hidden ones.
    """
    real = folder.resolve()
    for old in [path for path in _drafts(real) if path.name.endswith(OLD)]:
        # What cannot be put back stays for a person to see.
        with suppress(OSError):
            if real.exists():
                put_back(old, real, others_in(old, kept))
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(real)
    for path in list(_drafts(real)):
        if not path.name.endswith(OLD):
            shutil.rmtree(path, ignore_errors=True)


def others_in(folder: Path, kept: Collection[str]) -> list[str]:
    """Name the entries of a folder that no build has made: hidden ones, and those in `kept`."""
    names = (entry.name for entry in folder.iterdir())
    return [name for name in names if name.startswith(".") or name in kept]


def put_back(old: Path, folder: Path, names: Collection[str]) -> None:
    """Move entries of what was there before into the new folder, but where it has its own.

    A hidden folder that both have, such as `.well-known`, may hold files of both.
    """
    for name in names:
        was, target = old / name, folder / name
        if not os.path.lexists(target):
            was.rename(target)
        elif name.startswith(".") and was.is_dir() and target.is_dir() and not was.is_symlink():
            _fill_up(was, target)


def _fill_up(old: Path, folder: Path) -> None:
    for was in list(old.iterdir()):
        target = folder / was.name
        if not os.path.lexists(target):
            was.rename(target)
        elif was.is_dir() and target.is_dir() and not was.is_symlink():
            _fill_up(was, target)


def _drafts(folder: Path) -> Iterator[Path]:
    """Give the drafts of processes that have ended, in a folder and beside it.

    In a container every build may have the same number as the one that was ended there.
    """
    beside = re.compile(rf"\.{re.escape(folder.name)}\.{_MARK}(\d+)(?:\{OLD})?")
    within = re.compile(rf"\.{_MARK}(\d+)(?:-.+)?")
    for top, form in ((folder.parent, beside), (folder, within)):
        with suppress(OSError):
            for entry in list(os.scandir(top)):
                found = form.fullmatch(entry.name)
                if not found or not entry.is_dir(follow_symlinks=False):
                    continue
                process = int(found[1])
                is_left = process == os.getpid() and entry.name.endswith(OLD)
                if is_left or has_ended(process):
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
