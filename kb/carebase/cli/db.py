"""`carebase db`: look after the database that holds what customers sent."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import click

from carebase.cli.extras import endpoint_part
from carebase.cli.groups import Commands
from carebase.endpoint.settings import database_url, files_folder
from carebase.errors import VerificationError

_WORDS = {"outbox": "letters", "rates": "limits"}


@click.group("db", cls=Commands)
def command() -> None:
    """Look after the database of CAREBASE_DATABASE_URL (default: sqlite:///carebase.db).

    SQLite: `sqlite:///carebase.db`, made and brought up to date when the endpoint starts.
    PostgreSQL: `postgresql://user:password@host/carebase`, made by you; `carebase db upgrade`
    makes its tables, and CAREBASE_SECRET must be set for the endpoint.
    """


@command.command("upgrade", short_help="Make the tables, or bring them up to date.")
def upgrade() -> None:
    """Make the tables, or bring them up to date; does no harm when they are."""
    maintenance = _maintenance()
    name, before = maintenance.upgrade(database_url(os.environ))
    from carebase.store.migrate import HEAD

    if before == HEAD:
        click.echo(f"{name} is up to date (version {HEAD} of the tables).")
    elif before is None:
        click.echo(f"{name}: the tables are made (version {HEAD}).")
    else:
        click.echo(f"{name}: the tables are up to date now (version {before} → {HEAD}).")


@command.command("check", short_help="Read the whole database and say whether it is sound.")
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def check(as_json: bool) -> None:
    """Read the whole database and say whether it is sound; the endpoint may run meanwhile.

    The files of customers are read as well, and compared with what the database knows of them.
    Exit code 0: sound; 2: it cannot be used, or its tables are of another version; 3: damaged.
    """
    maintenance, url = _maintenance(), database_url(os.environ)
    named = files_folder(os.environ)
    found = maintenance.check(url)
    # Where rows cannot be trusted, neither can what they say of files.
    kept = maintenance.FilesCondition(None) if found.faults else maintenance.check_files(url, named)
    if as_json:
        about = {
            "database": found.name,
            "version": found.version,
            "faults": list(found.faults),
            "rows": dict(found.rows),
            "files": None if kept.folder is None else str(kept.folder),
            "file_faults": list(kept.faults),
            "remarks": list(kept.remarks),
        }
        click.echo(json.dumps(about, ensure_ascii=False))
    else:
        if found.rows:
            click.echo(f"{found.name}: version {found.version} of the tables, {_rows(found.rows)}")
        for said in (*found.faults, *kept.faults, *kept.remarks):
            click.echo(said)
    if found.faults:
        raise VerificationError(
            f"The database {found.name} is damaged. Stop the endpoint, and go back to a backup."
        )
    if kept.faults:
        raise VerificationError(
            f"Files of customers are not in {kept.folder} as they came. Bring them back from the"
            " folder beside a backup."
        )
    if not as_json:
        click.echo("It is sound.")


@command.command("backup", short_help="Copy the database into FILE while the endpoint runs.")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database, as it is at one moment, into a new SQLite FILE; the endpoint may run.

    The files of customers are copied into a folder beside FILE, of the same name and with the
    ending .files. A copy of PostgreSQL is an SQLite file as well: `carebase db move` brings it
    back. It holds personal data and can be read by you alone.
    """
    url = database_url(os.environ)
    maintenance, folder = _maintenance(), files_folder(os.environ)
    rows = maintenance.backup(url, file)
    click.echo(f"{file}: {_rows(rows)}")
    copied = maintenance.backup_files(url, file, folder)
    if copied is not None:
        said = f"{copied.folder}: {copied.copied:,} file{'' if copied.copied == 1 else 's'}"
        gone = f", {copied.missing:,} not there any more" if copied.missing else ""
        click.echo(f"{said}{gone}")
    secret = _secret_of(url)
    if secret:
        click.echo(f"Keep {secret} with it: the addresses of status pages are made from it.")


@command.command("scrub", short_help="Clear what was erased from the files of the database.")
def scrub() -> None:
    """Clear what was erased from the files, so that no byte of it is left there.

    The endpoint does so by itself after each erasure while an SQLite file has at most 256 MB.
    Meanwhile nothing can be stored, with PostgreSQL not even read: choose a quiet hour.
    PostgreSQL keeps old rows in its log (pg_wal) until it uses that again, and so do archives,
    copies and backups of yours.
    """
    name = _maintenance().scrub(database_url(os.environ))
    click.echo(f"{name}: what was erased is cleared.")


@command.command("move", short_help="Copy all rows FROM one database TO another, empty one.")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def move(source: str, target: str) -> None:
    """Copy all rows FROM one database TO another, empty one, and prove that they are equal.

    Both are addresses such as sqlite:///carebase.db or postgresql://user@host/carebase. Stop the
    endpoint first: what it takes in after the copy is not in it. FROM is left as it is. Exit code
    3: the rows differ, and nothing was copied.
    """
    before, after = _maintenance().move(source, target)
    for name, one in before.items():
        click.echo(f"{name}: {one.rows:,} row{'' if one.rows == 1 else 's'}")
        click.echo(f"    from {one.hash}")
        click.echo(f"    to   {after[name].hash}")
    click.echo("All rows are equal. Set CAREBASE_DATABASE_URL to the new address.")
    if before["files"].rows or before["uploads"].rows:
        click.echo(
            "Files of customers are not in the database: set CAREBASE_FILES to the folder in which"
            " they are, as it is or moved."
        )
    secret = _secret_of(source)
    if secret and not target.startswith("sqlite"):
        click.echo(
            f"Set CAREBASE_SECRET to what {secret} holds: the addresses of status pages are made"
            " from it."
        )


def _maintenance() -> ModuleType:
    with endpoint_part("The database needs"):
        from carebase.store import maintenance
    return maintenance


def _rows(rows: Mapping[str, int]) -> str:
    said = []
    for name, number in rows.items():
        words = _WORDS.get(name, name.replace("_", " "))
        said.append(f"{number:,} {words.removesuffix('s') if number == 1 else words}")
    return ", ".join(said)


def _secret_of(address: str) -> Path | None:
    """Give the file of the secret that the endpoint made beside an SQLite database."""
    if not address.startswith("sqlite:///"):
        return None
    path = Path(address.removeprefix("sqlite:///")).with_suffix(".secret")
    return path if path.is_file() and not os.environ.get("CAREBASE_SECRET") else None
