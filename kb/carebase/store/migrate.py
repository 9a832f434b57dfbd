"""Bringing the tables of a database up to date, step by numbered step."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from carebase.store.database import StoreError, take_turns
from carebase.store.tables import metadata

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
        _run(connection, current)
        return current


def check_tables(connection: Connection) -> None:
    """Refuse a database without tables, as one that was made anew under the endpoint."""
    if find_version(connection) is None:
        raise StoreError(_NO_TABLES)


def check_whole(connection: Connection) -> None:
    """Refuse a database of this version in which tables are missing, and name them.

    What deleted one, such as a copy that broke off, took its rows: no step makes it again.
    """
    check_tables(connection)
    if missing := find_missing(connection):
        names = ", ".join(f"`{name}`" for name in missing)
        several = len(missing) > 1
        raise StoreError(
            f"The database lacks the table{'s' if several else ''} {names}, which"
            f" {'were' if several else 'was'} deleted after being made: go back to a backup, or"
            f" copy {'them' if several else 'it'} from one."
        )


def find_missing(connection: Connection) -> list[str]:
    """Give the names of our tables that a database does not have."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    names = (table.name for table in metadata.sorted_tables)
    # Those that PostgreSQL finds in another schema of its search path are not among the first.
    return [name for name in names if name not in there and not inspector.has_table(name)]


def check_writable(connection: Connection) -> None:
    """Fail as storing the next submission would, and write nothing.

    To begin to write is no proof: SQLite takes that for reading where it can only read the file,
    and so does a server of PostgreSQL that only follows another.
    """
    connection.execute(text("UPDATE submissions SET state = state WHERE 1 = 0"))


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


def _run(connection: Connection, current: str | None) -> None:
    # Loaded only when there is work: most starts find the tables as they should be.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "carebase.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise StoreError(
            f"No Carebase has written the tables of this database (version {current}). Go back to"
            " a backup, or use another database."
        ) from None
