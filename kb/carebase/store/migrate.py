"""Bringing the tables of a database up to date, step by numbered step."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from carebase.store.database import StoreError, take_turns

# The newest migration in `migrations/versions`; a test compares it with the files.
HEAD = "0018"
_NO_TABLES = "The database holds no tables of Carebase yet: `carebase db upgrade` makes them."


def upgrade(engine: Engine) -> str | None:
    """Apply the migrations that a database lacks, all in one transaction.

    Gives the version before, nothing for an empty database.
    Several processes may start at once: the first takes the write lock and the others find the
    work done. Raises `StoreError` for a database that a newer Carebase has written.
    """
    with engine.begin() as connection:
        take_turns(connection, "carebase db upgrade")
        current = find_version(connection)
        if current == HEAD:
            return current
        _refuse_newer(current)
        _run(connection)
        return current


def check_tables(connection: Connection) -> None:
    """Refuse a database without tables, as one that was made anew under the endpoint."""
    if find_version(connection) is None:
        raise StoreError(_NO_TABLES)


def check_version(connection: Connection) -> None:
    """Refuse a database whose tables are not those of this Carebase, and say what to do."""
    current = find_version(connection)
    if current == HEAD:
        return
    _refuse_newer(current)
    if current is None:
        raise StoreError(_NO_TABLES)
    raise StoreError(
        f"The database was written by an older Carebase (version {current} of its tables; this"
        f" one needs {HEAD}): `carebase db upgrade` brings them up to date."
    )


def _refuse_newer(current: str | None) -> None:
    if current is not None and current > HEAD:
        raise StoreError(
            f"The database was written by a newer Carebase (version {current} of its tables;"
            f" this one knows {HEAD}). Install that Carebase, or use another database."
        )


def find_version(connection: Connection) -> str | None:
    """Give the number of the last migration applied, or nothing for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return version


def _run(connection: Connection) -> None:
    # Loaded only when there is work: most starts find the tables as they should be.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "carebase.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
