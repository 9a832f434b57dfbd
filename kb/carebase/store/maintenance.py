"""Looking after a database: upgrading, checking, copying it to a file or to another server."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL, Connection, inspect
from sqlalchemy.exc import DBAPIError

from carebase.counting import counted
from carebase.errors import VerificationError
from carebase.files.folder import Folder, folder_beside
from carebase.store import copy, files
from carebase.store.copy import Digest
from carebase.store.database import (
    StoreError,
    check_exists,
    check_safe,
    name_of,
    open_engine,
    path_of,
    read_url,
    told,
    why,
)
from carebase.store.file_check import find_faults, find_strays
from carebase.store.migrate import check_tables, check_version, find_missing, find_version
from carebase.store.migrate import upgrade as migrate
from carebase.store.scrub import scrub as scrub_files
from carebase.store.tables import metadata


@dataclass(frozen=True, slots=True)
class FilesCondition:
    """How customers' files are: what is missing or changed, and what is to be known besides."""

    folder: Path | None
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class _DamageError(StoreError):
    """SQLite finds no sense in what it reads."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a database is: its version, what is broken in it, and how much it holds."""

    name: str
    version: str
    faults: tuple[str, ...]
    rows: Mapping[str, int]


def upgrade(address: str) -> tuple[str, str | None]:
    """Make the tables or bring them up to date; give the database's name and earlier version."""
    url = read_url(address)
    path = path_of(url)
    if path is not None and path.is_file():
        check_safe(url)
    engine = open_engine(url, writes=True)
    try:
        return name_of(url), migrate(engine)
    except DBAPIError as error:
        raise told(url, error) from None
    finally:
        engine.dispose()


def check(address: str) -> Condition:
    """Read a whole database and say what is broken; beside a running endpoint too.

    SQLite checks its pages, indexes and references; PostgreSQL has no such check for users, so
    every row is read. `StoreError` when its tables are not those of this Carebase.
    """
    url = read_url(address)
    check_exists(url)
    name = name_of(url)
    try:
        with _reading(url) as connection:
            check_version(connection)
            version = str(find_version(connection))
            faults = tuple(_faults_of(connection))
            return Condition(name, version, faults, {} if faults else copy.count_rows(connection))
    except _DamageError as error:
        return Condition(name, "", (str(error),), {})


def check_files(address: str, named: Path | None) -> FilesCondition:
    """Compare customers' files with the rows of a sound database; the endpoint may run meanwhile.

    `named` is the folder of files where that is not beside the database.
    """
    url = read_url(address)
    folder = named or folder_beside(path_of(url))
    if folder is None:
        with _reading(url) as connection:
            names = len(files.all_names(connection))
        said = f"{names:,} file{'' if names == 1 else 's'} not compared: set CAREBASE_FILES"
        return FilesCondition(None, remarks=(said,) if names else ())
    reading = partial(_reading, url)
    try:
        return FilesCondition(folder, find_faults(reading, folder), find_strays(reading, folder))
    except OSError as error:
        raise StoreError(
            f"The files in {folder} cannot be read: {error.strerror}. Call this as the user of the"
            " endpoint."
        ) from None


def backup(address: str, target: Path) -> Mapping[str, int]:
    """Copy a database as it is at one moment into a new SQLite file; give its rows by table.

    Writers go on meanwhile. The file gets its name only when it is whole and on the disk.
    """
    url = read_url(address)
    check_exists(url)
    if target.exists():
        raise StoreError(f"{target} is there already. Name a new file, so that no copy is lost.")
    if not target.absolute().parent.is_dir():
        raise StoreError(f"There is no folder {target.absolute().parent}.")
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with _reading(url) as connection:
            if path_of(url) is not None:
                # Of any version: the copy that is wanted most is that of before an update.
                check_tables(connection)
                _copy_file(connection, draft)
            else:
                check_version(connection)
                _copy_to(draft, connection)
        rows = _finish(draft)
        os.link(draft, target)
    except FileExistsError:
        raise StoreError(f"{target} is there already. Name a new file.") from None
    except (OSError, sqlite.Error) as error:
        raise StoreError(f"{target} cannot be written: {error}.") from None
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + end).unlink(missing_ok=True)
    return rows


def scrub(address: str) -> str:
    """Write the files of a database anew, without what was erased; give its name."""
    url = read_url(address)
    check_exists(url)
    check_safe(url)
    with _reading(url) as connection:
        check_version(connection)
    try:
        if not scrub_files(url, wholly=True):
            raise StoreError(
                f"{name_of(url)} is being read all the time: its log could not be emptied. Try"
                " again at a quieter hour."
            )
    except DBAPIError as error:
        raise told(url, error) from None
    return name_of(url)


@dataclass(frozen=True, slots=True)
class CopiedFiles:
    """Customers' files beside a copy of the database: how many, and how many were not there."""

    folder: Path
    copied: int
    missing: int


def backup_files(address: str, target: Path, named: Path | None) -> CopiedFiles | None:
    """Copy the files that a copy of a database names into a folder beside it.

    `address` is the database that was copied into `target`, `named` the folder of its files where
    that is not beside it. Files are written once, so those of a copy are as they were at its
    moment; one that has been deleted since is missing. Nothing where there are none.
    """
    with _reading(URL.create("sqlite+pysqlite", database=str(target))) as connection:
        there = inspect(connection).has_table("files")
        names = [name for name, _ in files.all_names(connection)] if there else []
    if not names:
        return None
    folder = named or folder_beside(path_of(read_url(address)))
    if folder is None:
        number = counted(len(names), "file")
        raise StoreError(
            f"{target} names {number}, and none is with it: set CAREBASE_FILES to the"
            " folder of files, as the endpoint has it, and make another copy."
        )
    beside = target.with_suffix(".files")
    try:
        missing = Folder(folder).copy(names, beside)
    except OSError as error:
        raise StoreError(
            f"The files cannot be copied to {beside}: {error.strerror}. {target} is without them."
        ) from None
    return CopiedFiles(beside, len(names) - missing, missing)


def move(source: str, target: str) -> tuple[Mapping[str, Digest], Mapping[str, Digest]]:
    """Copy all rows into an empty database and give what both hold, which is proven to be equal.

    The source is locked against writing meanwhile, and left as it is. Where anything differs,
    nothing is copied and a `VerificationError` says so.
    """
    from_url, to_url = read_url(source), read_url(target)
    check_exists(from_url, "Name the one to copy from first, then the one to copy to.")
    if from_url == to_url or _is_same_file(path_of(from_url), path_of(to_url)):
        raise StoreError("Both addresses are of the same database.")
    check_safe(from_url)
    with _reading(from_url) as connection:
        check_version(connection)
    with _writing(from_url) as reading:
        if reading.dialect.name == "postgresql":
            names = ", ".join(table.name for table in metadata.sorted_tables)
            reading.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")
        before = copy.digest_rows(reading)
        upgrade(target)
        with _writing(to_url) as writing:
            held = sum(copy.count_rows(writing).values())
            if held:
                raise StoreError(
                    f"{name_of(to_url)} holds {held:,} row{'' if held == 1 else 's'} already;"
                    " only an empty database can be filled."
                )
            copy.copy_rows(reading, writing)
            after = copy.digest_rows(writing)
            if before != after:
                raise VerificationError(
                    f"The rows in {name_of(to_url)} are not those of {name_of(from_url)};"
                    " nothing was moved."
                )
    return before, after


def _is_same_file(one: Path | None, other: Path | None) -> bool:
    return one is not None and other is not None and one.resolve() == other.resolve()


@contextmanager
def _reading(url: URL) -> Iterator[Connection]:
    engine = open_engine(url, writes=False)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        if "malformed" in why(error):
            raise _DamageError(why(error)) from None
        raise told(url, error) from None
    finally:
        engine.dispose()


@contextmanager
def _writing(url: URL) -> Iterator[Connection]:
    engine = open_engine(url, writes=True)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise told(url, error) from None
    finally:
        engine.dispose()


def _faults_of(connection: Connection) -> Iterator[str]:
    if missing := find_missing(connection):
        yield f"missing tables: {', '.join(missing)}"
    if connection.dialect.name == "postgresql":
        if not missing:
            copy.digest_rows(connection)
        return
    for row in connection.exec_driver_sql("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield str(row[0])
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"


def _copy_file(connection: Connection, draft: Path) -> None:
    """Copy with SQLite's online backup: in one step, so that writers cannot make it start anew."""
    source = connection.connection.driver_connection
    with contextlib.closing(sqlite.connect(str(draft))) as written:
        # A transaction of our own would keep the copy from seeing the newest rows.
        connection.rollback()
        source.backup(written, pages=-1)  # type: ignore[union-attr]


def _copy_to(draft: Path, connection: Connection) -> None:
    address = URL.create("sqlite+pysqlite", database=str(draft))
    engine = open_engine(address, writes=True)
    try:
        migrate(engine)
        with engine.begin() as writing:
            copy.copy_rows(connection, writing)
    finally:
        engine.dispose()


def _finish(draft: Path) -> Mapping[str, int]:
    """Make one file of the copy, sync it, and prove that it can be read."""
    with contextlib.closing(sqlite.connect(str(draft))) as written:
        written.execute("PRAGMA journal_mode=DELETE")
        found = written.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise StoreError(f"The copy is damaged, and so may be the database: {found}.")
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    with _reading(URL.create("sqlite+pysqlite", database=str(draft))) as connection:
        return copy.count_rows(connection)
