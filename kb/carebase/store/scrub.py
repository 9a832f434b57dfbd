"""Clearing from the files of a database what has been deleted from its tables.

SQLite overwrites what it deletes, but its log and pages that it has split before may hold copies:
writing the file anew and emptying the log leaves none. PostgreSQL marks rows as dead and uses
their room again; only writing the tables anew takes them out of the data files, and old rows stay
in its log until that is used again, which is for the server to say.
"""

from __future__ import annotations

import time
from contextlib import closing, suppress
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from carebase.store.database import PATIENCE, StoreError, open_engine, path_of
from carebase.store.tables import metadata

# In bytes: writing a larger file anew holds up those who want to write for too long.
QUICK = 256 * 1024 * 1024
# Tables of millions of rows with nothing about anyone; the server looks after them by itself.
_NAMELESS = ("units", "unit_events", "unit_models")
# How long the readers of an old moment are waited for, in seconds.
_READERS = 20.0


def scrub(url: URL, *, wholly: bool = False) -> bool:
    """Clear what was deleted from the files; give whether nothing of it is left there.

    An SQLite file is written anew while it is small, or when `wholly`; its log is emptied in any
    case. Of PostgreSQL the tables are written anew only when `wholly`, as nobody can use them
    meanwhile. Raises `StoreError` or `DBAPIError` when something hinders.
    """
    path = path_of(url)
    if path is None:
        _scrub_postgresql(url, wholly)
        return wholly
    return _scrub_sqlite(path, wholly or path.stat().st_size <= QUICK)


def _scrub_sqlite(path: Path, anew: bool) -> bool:
    try:
        with closing(sqlite.connect(str(path), timeout=PATIENCE, isolation_level=None)) as file:
            file.execute("PRAGMA synchronous=FULL")
            file.execute("PRAGMA secure_delete=ON")
            if anew:
                file.execute("VACUUM")
            end = time.monotonic() + _READERS
            while file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > end:
                    return False
                time.sleep(0.1)
    except sqlite.Error as error:
        raise StoreError(f"The database {path} cannot be cleared: {error}.") from None
    return anew


def _scrub_postgresql(url: URL, wholly: bool) -> None:
    engine = open_engine(url, writes=True)
    how = "VACUUM (FULL)" if wholly else "VACUUM"
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in metadata.sorted_tables:
                if wholly or table.name not in _NAMELESS:
                    connection.exec_driver_sql(f"{how} {table.name}")
            # Old files go at a checkpoint, which comes within minutes where the role may not ask.
            with suppress(DBAPIError):
                connection.exec_driver_sql("CHECKPOINT")
    finally:
        engine.dispose()
