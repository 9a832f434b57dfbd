"""The folder in which customers' files are kept, outside the site and beside the database.

A file has a random name, and is written once: it is whole and on the disk from the moment on which
it has that name. The rows of the database say what it is and to whom it belongs. What has no row is
an orphan, left by a process that was killed in between, and goes with the next sweep.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from carebase.errors import UsageError

# Bytes on their way are in a folder of their own.
ARRIVING = "arriving"
# In seconds: longer than anything takes from the file to the commit of its row.
_IN_BETWEEN = 3600.0
_AT_ONCE = 500
_READ = 1 << 20


class FolderError(UsageError):
    """The folder cannot be used as it is."""


class Known(Protocol):
    """Gives those of some names that a row has; of bytes on their way, or of files."""

    def __call__(self, names: Collection[str], arriving: bool) -> Collection[str]: ...


def folder_beside(database: Path | None) -> Path | None:
    """Give the folder of files beside an SQLite database, where nobody has named another."""
    return database.with_suffix(".files") if database else None


def new_name() -> str:
    """Give a name that tells nothing and that nobody can guess."""
    return secrets.token_hex(16)


class Folder:
    """A folder of files; it is made when the first file comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make the folder, for its owner alone; a `FolderError` says what hinders."""
        try:
            for folder in (self.path, self.path / ARRIVING):
                if not folder.is_dir():
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    _sync(folder.parent)
        except OSError as error:
            raise FolderError(
                f"The folder of files {self.path} cannot be made: {error.strerror}."
                " Set CAREBASE_FILES to one that can be written."
            ) from None

    def place(self, stored: str) -> Path:
        """Give the path of a file that is kept."""
        return self.path / stored

    def arriving(self, stored: str) -> Path:
        """Give the path of the bytes that have come so far."""
        return self.path / ARRIVING / stored

    def keep(self, draft: Path, stored: str) -> None:
        """Give a finished file of this folder its name; it is on the disk then."""
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(self.place(stored))
        _sync(self.path)

    def remove(self, names: Iterable[str]) -> None:
        """Delete files, as they are kept and as they came; one that is gone already is well."""
        gone = False
        for name in names:
            for path in (self.place(name), self.arriving(name)):
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
                    gone = True
        if gone:
            _sync(self.path)

    def sweep(self, known: Known) -> int:
        """Delete what no row knows; `known` gives those of some names that a row has.

        It is told whether they are names of bytes on their way. Young files are left alone, as
        their row may be on its way too. Gives the number deleted.
        """
        count = 0
        for path in self.strays(known):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                count += 1
        return count

    def strays(self, known: Known) -> Iterator[Path]:
        """Give the files that no row knows, the young ones left out; `known` as for `sweep`."""
        before = time.time() - _IN_BETWEEN
        for folder, arriving in ((self.path, False), (self.path / ARRIVING, True)):
            names = sorted(_old(folder, before))
            for start in range(0, len(names), _AT_ONCE):
                part = names[start : start + _AT_ONCE]
                # Drafts have the name of their file and an ending.
                held = known({name.partition(".")[0] for name in part}, arriving=arriving)
                for name in part:
                    if name.partition(".")[0] not in held:
                        yield folder / name

    def copy(self, names: Iterable[str], target: Path) -> int:
        """Copy files into another folder, synced; give the number of those that are not here."""
        missing = 0
        target.mkdir(mode=0o700)
        for name in names:
            try:
                with self.place(name).open("rb") as source, _private(target / name) as copy:
                    shutil.copyfileobj(source, copy, _READ)
                    copy.flush()
                    os.fsync(copy.fileno())
            except FileNotFoundError:
                missing += 1
        _sync(target)
        _sync(target.parent)
        return missing

    @property
    def free(self) -> int:
        """How many bytes the disk has left."""
        return shutil.disk_usage(self._there).free

    @property
    def is_writable(self) -> bool:
        """Whether files can be kept in it, or it can be made, by the user of this process."""
        arriving = self.path / ARRIVING
        folders = (self.path, arriving) if arriving.exists() else (self._there,)
        return all(os.access(one, os.R_OK | os.W_OK | os.X_OK) for one in folders)

    @property
    def _there(self) -> Path:
        """The folder itself, or the next one above that is there."""
        at = self.path
        while not at.exists() and at != at.parent:
            at = at.parent
        return at


def _old(folder: Path, before: float) -> Iterator[str]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as found:
        for one in found:
            with contextlib.suppress(FileNotFoundError):
                if one.is_file(follow_symlinks=False) and one.stat().st_mtime < before:
                    yield one.name


@contextlib.contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file


def _sync(folder: Path) -> None:
    """Make names in a folder survive a power cut; where folders cannot be opened, nothing can."""
    with contextlib.suppress(PermissionError, IsADirectoryError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
