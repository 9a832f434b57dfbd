"""The database: whether it can be used, is sound, and gets its letters out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from carebase.counting import counted
from carebase.endpoint.doctor.finding import Finding, error, ok, warning
from carebase.endpoint.doctor.secret import examine_secret
from carebase.endpoint.secret import load_secret
from carebase.endpoint.settings import Settings
from carebase.store import Store
from carebase.store.database import SAFE_FOR_PROCESSES, check_exists, path_of, read_url
from carebase.store.maintenance import check

_OTHERS = 0o077


def examine_database(settings: Settings) -> Iterator[Finding]:
    """Read the whole database; `StoreError` when it cannot be opened."""
    url = read_url(settings.database_url)
    path = path_of(url)
    if path is not None and not path.exists():
        yield ok("database", f"{path} is made when the endpoint starts")
        return
    check_exists(url)
    found = check(settings.database_url)
    if found.faults:
        yield error(
            "database",
            f"{found.name} is damaged: {found.faults[0]}",
            "Stop the endpoint, and go back to a backup.",
        )
        return
    rows = counted(found.rows.get("submissions", 0), "submission")
    yield ok("database", f"{found.name} is sound and holds {rows}")
    if path is None and not settings.secret:
        yield error(
            "secret",
            "PostgreSQL has no folder for one, and CAREBASE_SECRET is not set",
            "Set it to what `openssl rand -hex 32` prints, and keep it.",
        )
    if path is not None:
        yield from _examine_files(settings, path)
    with Store(settings.database_url) as store:
        yield from examine_secret(settings, store)
        yield from _examine_letters(store)


def _examine_files(settings: Settings, path: Path) -> Iterator[Finding]:
    if sqlite.sqlite_version_info < SAFE_FOR_PROCESSES:
        yield warning(
            "database",
            f"SQLite {sqlite.sqlite_version} can damage a file that several processes write",
            "Run the endpoint with one worker, or update pysqlite3.",
        )
    if path.stat().st_mode & _OTHERS:
        yield warning(
            "database",
            f"{path} can be read by other users of this machine",
            f"It holds personal data: chmod 600 {path}*",
        )
    if not settings.secret:
        if path.with_suffix(".secret").exists():
            load_secret(path)
        yield ok("secret", f"kept in {path.with_suffix('.secret').name} beside the database")


def _examine_letters(store: Store) -> Iterator[Finding]:
    counts = store.count_letters()
    troubled = store.find_troubled_letters()
    dead = sum(number for (_, state), number in counts.items() if state == "dead")
    if dead:
        yield error(
            "letters",
            f"{dead} could not be delivered",
            "`carebase worker list` says why; `carebase worker retry` sends them again.",
        )
    waiting = [letter for letter in troubled if letter.state != "dead"]
    if waiting:
        yield warning(
            "letters",
            f"{len(waiting)} failed and are tried again, the last with: {waiting[-1].error}",
            "`carebase worker list` shows them all.",
        )
    if not dead and not waiting:
        sent = sum(number for (_, state), number in counts.items() if state == "done")
        yield ok("letters", f"{sent:,} sent, none in trouble")
