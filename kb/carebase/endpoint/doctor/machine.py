"""The machine: room on its disks, and its clock."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from carebase.endpoint.doctor.finding import Finding, error, ok, warning
from carebase.endpoint.settings import Settings
from carebase.files.folder import folder_beside
from carebase.store.database import path_of, read_url

# In bytes. Below the first no backup fits beside a database for long; below the second, forms are
# refused soon.
_LITTLE = 2_000_000_000
_TOO_LITTLE = 200_000_000
_PATIENCE = 5.0


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Look at the disks of the site and the database, and whether somebody sets the clock."""
    folders = {"site": settings.site}
    database = path_of(read_url(settings.database_url))
    if database is not None:
        folders["database"] = database.absolute().parent
    files = settings.files or folder_beside(database)
    if files is not None and files.is_dir():
        folders["folder of files"] = files
    seen: set[int] = set()
    for name, folder in folders.items():
        device = folder.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield _disk(name, folder)
    yield _clock()


def _disk(name: str, folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:.1f} GB free where the {name} lies"
    if free < _TOO_LITTLE:
        return error("disk", said, "Make room now: without it no form can be stored.")
    if free < _LITTLE:
        return warning("disk", said, "Make room, or look after old backups.")
    return ok("disk", said)


def _clock() -> Finding:
    """Ask the system whether its clock is kept right; not every system can tell."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, timeout=_PATIENCE, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        answer = ""
    if answer == "no":
        return warning(
            "clock",
            f"{now}, and nothing keeps it right",
            "Warranties and deadlines go by it: timedatectl set-ntp true",
        )
    kept = "kept right by NTP" if answer == "yes" else "compare it with another clock"
    return ok("clock", f"{now}, {kept}")
