"""Opening the database: where it is, how each connection is set up, what can go wrong."""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from carebase.errors import UsageError
from carebase.store.hindrance import find_hindrance
from carebase.store.statements import to_json

# Older ones can damage a WAL database that several processes write (sqlite.org/wal.html).
SAFE_FOR_PROCESSES = (3, 51, 3)
# How long a write waits for another process's, in seconds, before it is told as a failure.
PATIENCE = 10.0

_EXAMPLES = "Write `sqlite:///carebase.db` or `postgresql://user@host/carebase`."


class StoreError(UsageError):
    """The database cannot be used as it is."""


def read_url(address: str) -> URL:
    """Read the address of a database; what cannot be one is told in one sentence."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        shown = re.sub(r":[^/@]*@", ":***@", address)
        raise StoreError(f"`{shown}` is not the address of a database. {_EXAMPLES}") from None
    match url.get_backend_name():
        case "sqlite":
            return _read_sqlite(url)
        case "postgresql":
            if not url.database:
                raise StoreError(f"The address names no database of PostgreSQL. {_EXAMPLES}")
            return url.set(drivername="postgresql+psycopg")
    raise StoreError(
        f"Carebase cannot use a database of the kind `{url.get_backend_name()}`. {_EXAMPLES}"
    )


def _read_sqlite(url: URL) -> URL:
    if not url.database or url.database == ":memory:":
        raise StoreError(
            "The database must be a file, so that nothing is lost: write `sqlite:///carebase.db`."
        )
    file = Path(url.database).absolute()
    folder = file.parent
    if file.is_dir():
        raise StoreError(
            f"The database is a folder: {file}. Name the file in it too, such as"
            f" `sqlite:///{file / 'carebase.db'}`."
        )
    if not folder.is_dir():
        raise StoreError(f"The folder of the database is not there: {folder}")
    return url.set(drivername="sqlite+pysqlite")


def path_of(url: URL) -> Path | None:
    """Give the file of an SQLite database; one of PostgreSQL has none."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def name_of(url: URL) -> str:
    """Name a database in a message: its file, or its address without the password."""
    if path_of(url) is not None:
        return url.database or ""
    # What follows the name may hold a password too.
    bare = url.set(drivername="postgresql", query={})
    return bare.render_as_string(hide_password=True)


def why(error: SQLAlchemyError) -> str:
    """Give what a database says of a failure, without the details that may quote a customer."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return (str(said).splitlines() or ["no reason given"])[0].rstrip(".")


def told(
    url: URL, error: SQLAlchemyError, failed: str = "The database {} cannot be used"
) -> StoreError:
    """Give the sentence for a database that fails while it is used, and what hinders it."""
    said = f"{failed.format(name_of(url))}: {why(error)}."
    file = path_of(url)
    return StoreError(f"{said} {find_hindrance(file) if file else ''}".rstrip())


def open_engine(url: URL, *, writes: bool) -> Engine:
    """Open a database with one connection that writes, or several that only read."""
    file = path_of(url)
    sqlite_file = file is not None
    if file is not None and writes:
        _make_private(file)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1 if writes else 4,
        max_overflow=0,
        # A server may be started again between two requests.
        pool_pre_ping=not sqlite_file,
        # What customers wrote must not reach a log by way of an error.
        hide_parameters=True,
        json_serializer=to_json,
        **(_SQLITE if sqlite_file else _POSTGRESQL),
    )
    if sqlite_file:
        _set_up_sqlite(engine, url, writes=writes)
    else:
        _set_up_postgresql(engine, writes=writes)
    return engine


def _make_private(file: Path) -> None:
    """Make a new database readable by its owner alone: it holds personal data.

    SQLite gives its log the same rights. What cannot be made, SQLite tells.
    """
    with suppress(OSError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


_SQLITE: Mapping[str, Any] = {
    "module": sqlite,
    "connect_args": {"timeout": PATIENCE, "check_same_thread": False},
}
_POSTGRESQL: Mapping[str, Any] = {
    "connect_args": {"connect_timeout": int(PATIENCE), "application_name": "carebase"},
}


def _set_up_sqlite(engine: Engine, url: URL, *, writes: bool) -> None:
    """Make each connection lose nothing.

    WAL lets readers go on beside the writer; `synchronous=FULL` syncs the log at every commit, so
    that what was acknowledged survives a power cut; `BEGIN IMMEDIATE` takes the write lock first,
    so that no transaction fails half-way as "database is locked". What is deleted is overwritten
    in the file, and not only marked as free.
    """

    _follow_file(engine, Path(url.database or ""))

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
        mode = _keep_log_beside(cursor)
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()
        if mode != "wal":
            raise StoreError(
                f"SQLite cannot keep its log beside {url.database}: the file system does not"
                " allow it. Put the database on a local disk."
            )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _follow_file(engine: Engine, file: Path) -> None:
    """Write and read nothing in a file that its folder does not hold any more.

    Whoever deletes a database, or moves another into its place, leaves open connections with the
    old one, which nobody can read when they are closed: all that was acknowledged would be lost.
    """
    was_open = False

    @event.listens_for(engine, "do_connect")
    def _is_there(*_: Any) -> None:
        if was_open and not file.exists():
            # SQLite would make an empty one.
            raise sqlite.OperationalError(f"the file {file.name} was deleted or moved away")

    @event.listens_for(engine, "connect")
    def _note(_connection: Any, record: Any) -> None:
        nonlocal was_open
        was_open = True
        record.info["file"] = _identity_of(file)

    @event.listens_for(engine, "checkout")
    def _look(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["file"] != _identity_of(file):
            raise DisconnectionError("The database is another file now.")


def _identity_of(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _keep_log_beside(cursor: Any) -> str:
    """Turn a database to WAL; give the mode it is in then.

    Where several processes do so to a new file at once, SQLite refuses all but one without the
    patience it has otherwise.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return str(cursor.fetchone()[0])
        except sqlite.OperationalError as error:
            if error.sqlite_errorcode != sqlite.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _set_up_postgresql(engine: Engine, *, writes: bool) -> None:
    """Make each connection lose nothing, whatever the server is set to by default.

    A commit waits for the log on the disk; a lock that is not had in time is told as a failure;
    who only reads sees one moment in each transaction, as with SQLite.
    """
    settings = [
        "SET synchronous_commit = 'on'",
        f"SET lock_timeout = '{PATIENCE:.0f}s'",
        "SET TIME ZONE 'UTC'",
    ]
    if not writes:
        settings.append(
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
        )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # Within a transaction they would be undone with it.
        connection.autocommit = True
        for setting in settings:
            connection.execute(setting)
        connection.autocommit = False


def check_exists(
    url: URL, way_out: str = "Set CAREBASE_DATABASE_URL to that of the endpoint."
) -> None:
    """Refuse a database that is not there, for those who do not make one."""
    path = path_of(url)
    if path is not None and not path.is_file():
        raise StoreError(f"There is no database {path.absolute()}. {way_out}")


def check_safe(url: URL) -> None:
    """Refuse to write beside other processes with an SQLite that could damage the database."""
    if path_of(url) is None or is_safe_for_processes():
        return
    version = ".".join(map(str, SAFE_FOR_PROCESSES))
    raise StoreError(
        f"Writing beside the endpoint needs SQLite {version} or newer; older ones can damage a"
        " database that several processes write. Install a newer pysqlite3."
    )


def take_turns(connection: Connection, name: str) -> None:
    """Let one transaction at a time go on with what has this name, until it ends.

    PostgreSQL does not show what others have written and not yet committed; SQLite has one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": lock_of(name)}
        )


def lock_of(name: str) -> int:
    """Give the number by which PostgreSQL knows what takes turns under a name."""
    return zlib.crc32(name.encode())


def is_safe_for_processes() -> bool:
    """Tell whether this SQLite may be written by several processes at once."""
    return tuple(sqlite.sqlite_version_info) >= SAFE_FOR_PROCESSES
