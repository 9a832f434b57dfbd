"""Why SQLite may not be able to use a file, as far as the system can tell."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# Bytes without which the next submission may find no place on SQLite's disk.
ROOM = 1_000_000


def find_hindrance(file: Path) -> str:
    """Give a sentence with the way out, or nothing where nothing hinders.

    SQLite itself says "unable to open", "readonly" or "disk I/O error", whatever the reason.
    """
    folder = file.absolute().parent
    for one in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        if one.exists() and not os.access(one, os.R_OK | os.W_OK, **_BY_EFFECT):
            return f"This user may not read and write {one}: it must belong to the endpoint's."
    if not os.access(folder, os.W_OK | os.X_OK, **_BY_EFFECT):
        return f"This user cannot write into {folder}, or its disk can only be read."
    if is_full(file):
        return f"The disk of {folder} is full."
    return ""


def is_full(file: Path) -> bool:
    """Tell whether the next submission may find no place beside what a file holds."""
    return shutil.disk_usage(file.absolute().parent).free < ROOM


_BY_EFFECT = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
