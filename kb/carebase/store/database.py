"""Opening the database: where it is, how each connection is set up, what can go wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from carebase.errors import UsageError

# Older ones can damage a WAL database that several processes write (sqlite.org/wal.html).
SAFE_FOR_PROCESSES = (3, 51, 3)
# How long a write waits for another process's, in seconds, before it is told as a failure.
PATIENCE = 10.0


class StoreError(UsageError):
    """The database cannot be used as it is."""


def read_url(text: str) -> URL:
    """Read the address of a database; anything but an SQLite file is told in one sentence."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError(
            f"`{text}` is not the address of a database. Write `sqlite:///carebase.db`."
        ) from None
    if url.get_backend_name() != "sqlite":
        raise StoreError(
            f"Carebase cannot use a database of the kind `{url.get_backend_name()}`."
            " Write `sqlite:///carebase.db`."
        )
    if not url.database or url.database == ":memory:":
        raise StoreError(
            "The database must be a file, so that nothing is lost: write `sqlite:///carebase.db`."
        )
    folder = Path(url.database).absolute().parent
    if not folder.is_dir():
        raise StoreError(f"The folder of the database is not there: {folder}")
    return url.set(drivername="sqlite+pysqlite")


def open_engine(url: URL, *, writes: bool) -> Engine:
    """Open an SQLite database with one connection that writes, or several that only read.

    WAL lets readers go on beside the writer; `synchronous=FULL` syncs the log at every commit, so
    that what was acknowledged survives a power cut; `BEGIN IMMEDIATE` takes the write lock first,
    so that no transaction fails half-way as "database is locked".
    """
    engine = create_engine(
        url,
        module=sqlite,
        poolclass=QueuePool,
        pool_size=1 if writes else 4,
        max_overflow=0,
        # What customers wrote must not reach a log by way of an error.
        hide_parameters=True,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # The driver would otherwise begin transactions by itself, and too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if not writes:
            # Whoever only looks leaves even a database of something else as it is.
            cursor.execute("PRAGMA query_only=ON")
            cursor.close()
            return
        cursor.execute("PRAGMA journal_mode=WAL")
        mode = cursor.fetchone()[0]
        cursor.close()
        if mode != "wal":
            raise StoreError(
                f"SQLite cannot keep its log beside {url.database}: the file system does not"
                " allow it. Put the database on a local disk."
            )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def check_exists(url: URL) -> None:
    """Refuse a database that is not there, for those who do not make one."""
    path = Path(url.database or "").absolute()
    if not path.is_file():
        raise StoreError(
            f"There is no database {path}. Set CAREBASE_DATABASE_URL to that of the endpoint."
        )


def is_safe_for_processes() -> bool:
    """Tell whether this SQLite may be written by several processes at once."""
    return tuple(sqlite.sqlite_version_info) >= SAFE_FOR_PROCESSES
