"""Customers' files beside the rows that know them: what is missing, changed, or left over.

Rows and files are changed together while the endpoint runs, rows first where a file goes. So what
looks wrong is looked up once more before it is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, select

from carebase.counting import counted
from carebase.files.folder import Folder
from carebase.store import files
from carebase.store.tables import files as files_table
from carebase.store.tables import submissions, uploads

_READ = 1 << 20

Reading = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Expected:
    """A file as its row describes it; `owner` is the reference number of its submission, if any."""

    stored: str
    size: int
    sha256: str
    owner: str | None

    def __str__(self) -> str:
        return f"the file {self.stored} of {self.owner or 'a form that has not been sent yet'}"


def find_faults(reading: Reading, folder: Path) -> tuple[str, ...]:
    """Compare all files with their rows; say in a sentence each which are missing or changed.

    `reading` opens a connection with a view of its own. Raises `OSError` for a file or folder that
    may not be read.
    """
    with reading() as connection:
        expected = _expected(connection)
    suspects = {one.stored: fault for one in expected if (fault := _fault(one, folder))}
    if not suspects:
        return ()
    with reading() as connection:
        # Those that were erased meanwhile are gone rightly.
        still = files.known(connection, suspects, arriving=False)
    return tuple(said for stored, said in suspects.items() if stored in still)


def find_strays(reading: Reading, folder: Path) -> tuple[str, ...]:
    """Say in a sentence each which files have no row; young ones are passed over."""

    def known(names: Collection[str], arriving: bool) -> Collection[str]:
        with reading() as connection:
            return files.known(connection, names, arriving)

    return tuple(
        f"the file {path.name} in {path.parent} has no row; the endpoint deletes it within a day"
        for path in Folder(folder).strays(known)
    )


def _expected(connection: Connection) -> list[Expected]:
    """Give the files that have come whole, those without a form included."""
    owned = select(
        files_table.c.stored, files_table.c.size, files_table.c.sha256, submissions.c.ref
    ).join(submissions, submissions.c.id == files_table.c.submission_id)
    waiting = select(uploads.c.stored, uploads.c.size, uploads.c.sha256).where(
        uploads.c.sha256.is_not(None)
    )
    rows: Iterable[Expected] = (Expected(*row) for row in connection.execute(owned))
    return [*rows, *(Expected(*row, None) for row in connection.execute(waiting))]


def _fault(expected: Expected, folder: Path) -> str:
    """Say what is wrong with a file; nothing where it is as its row says."""
    digest, size = hashlib.sha256(), 0
    try:
        with Folder(folder).place(expected.stored).open("rb") as file:
            for part in iter(partial(file.read, _READ), b""):
                digest.update(part)
                size += len(part)
    except FileNotFoundError:
        return f"{expected} is not in {folder}"
    if size != expected.size:
        return f"{expected} has {counted(size, 'byte')}, and came with {expected.size:,}"
    if digest.hexdigest() != expected.sha256:
        return f"{expected} is not what came: its SHA-256 is another one"
    return ""
