"""The store: rows that are there once acknowledged, and once only."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from carebase.store import FormVersion, KeyReused, NewSubmission, Store, StoreError
from carebase.store.database import name_of, open_engine, read_url
from carebase.store.ids import new_id, new_ref
from carebase.store.maintenance import upgrade as upgrade_database
from carebase.store.migrate import HEAD
from carebase.store.rates import Meter, Rate, TooMany
from carebase.store.tables import metadata
from carebase.store.writer import StoredMeanwhile, Writer
from tests.kb.databases import read, write
from tests.support.postgres import Server

_END = "SELECT pg_terminate_backend(pg_backend_pid())"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    upgrade_database(database)
    with Store(database) as store:
        yield store


def submission(key: str | None = None, body_hash: str = "h") -> NewSubmission:
    row_id = new_id()
    return NewSubmission(
        id=row_id,
        form="support-request",
        form_version="v1",
        values={"message": "Größe"},
        token_hash=row_id,
        received_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        body_hash=body_hash,
        language="de",
        page="support/",
        key=key,
    )


def test_stores_and_finds_again(store: Store) -> None:
    new = submission()
    accepted = store.accept(new).result()

    assert not accepted.again
    found = store.find_by_token(new.token_hash)
    assert accepted.submission == found == store.find_by_ref(accepted.submission.ref)
    assert {"message": "Größe"} == accepted.submission.values
    assert store.find_by_token("nothing") is None


def test_a_key_counts_once_for_a_form(store: Store) -> None:
    first = store.accept(submission("k")).result()
    again = store.accept(submission("k")).result()

    assert (first.submission, True) == (again.submission, again.again)
    with pytest.raises(KeyReused):
        store.accept(submission("k", "other")).result()
    assert not store.accept(submission()).result().again


def test_a_failing_job_undoes_itself_alone(store: Store, database: str) -> None:
    taken = submission()
    store.accept(taken).result()
    futures = [store.accept(submission(str(number))) for number in range(30)]
    broken = store.accept(taken)
    futures += [store.accept(submission(str(number))) for number in range(30, 60)]

    assert 60 == len({future.result().submission.ref for future in futures})
    with pytest.raises(RuntimeError):
        broken.result()
    assert [(61,)] == read(database, "SELECT count(*) FROM submissions")
    assert [(61,)] == read(database, "SELECT count(*) FROM events")


def test_a_job_that_another_process_outran_is_run_again(database: str) -> None:
    engine = open_engine(read_url(database), writes=True)
    writer = Writer(engine)
    runs: list[int] = []

    def outrun(connection: Connection) -> int:
        connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
        runs.append(len(runs))
        if len(runs) < 3:
            raise StoredMeanwhile
        return len(runs)

    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(writer.submit, lambda _: "written") for _ in range(20)]
        assert 3 == writer.submit(outrun).result()
        assert {"written"} == {other.result().result() for other in others}
    writer.close()
    engine.dispose()


def test_what_a_refused_submission_had_counted_is_undone(store: Store, database: str) -> None:
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    broad, narrow = (
        Meter(name, Rate(at_once, timedelta(hours=1)), now + timedelta(days=1))
        for name, at_once in (("broad", 5), ("narrow", 1))
    )
    first = replace(submission("one"), meters=(broad, narrow))
    futures = [store.accept(one) for one in (first, replace(first, id=new_id(), key="two"), first)]

    assert not futures[0].result().again
    with pytest.raises(TooMany):
        futures[1].result()
    assert futures[2].result().again
    assert [(1,)] == read(database, "SELECT count(*) FROM submissions")
    hour = timedelta(hours=1) // timedelta(milliseconds=1)
    paid = int(now.timestamp() * 1000) + hour
    assert [("broad", paid), ("narrow", paid)] == read(
        database, "SELECT key, paid_until FROM rates ORDER BY key"
    )


def test_children_of_a_process_make_ids_of_their_own() -> None:
    script = (
        "import os; from carebase.store.ids import new_id, new_ref; new_id()\n"
        "os.fork(); os.write(1, f'{new_id()[-12:]} {new_ref()}\\n'.encode())"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout

    assert 4 == len(set(said.split())), said


def test_a_failed_commit_is_told_to_everyone_in_it(database: str) -> None:
    engine = open_engine(read_url(database), writes=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(
            text(
                "CREATE TABLE child (id INTEGER REFERENCES parent(id)"
                " DEFERRABLE INITIALLY DEFERRED)"
            )
        )
    writer = Writer(engine)

    def orphan(connection: Connection) -> None:
        connection.execute(text("INSERT INTO child VALUES (1)"))

    with pytest.raises(IntegrityError):
        writer.submit(orphan).result()
    writer.submit(lambda connection: connection.execute(text("SELECT 1")).scalar()).result()
    writer.close()
    engine.dispose()


def test_everything_queued_is_written_before_the_end(database: str, tmp_path: Path) -> None:
    upgrade_database(database)
    store = Store(database)
    futures = [store.accept(submission()) for _ in range(200)]
    store.close()

    assert all(future.done() for future in futures)
    assert 200 == len({future.result().submission.ref for future in futures})
    with pytest.raises(RuntimeError):
        store.accept(submission())
    files = ["c.db"] if database.startswith("sqlite") else []
    assert files == [path.name for path in tmp_path.iterdir()]


def test_two_processes_worth_of_stores_write_beside_each_other(database: str) -> None:
    upgrade_database(database)
    with Store(database) as one, Store(database) as two, ThreadPoolExecutor(8) as pool:
        futures = list(
            pool.map(
                lambda number: (one, two)[number % 2].accept(submission(str(number // 2))),
                range(100),
            )
        )
        refs = {future.result().submission.ref for future in futures}

    assert 50 == len(refs)


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path / 'c.db'}").close()
    engine = open_engine(read_url(f"sqlite:///{tmp_path / 'c.db'}"), writes=True)
    with engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()

    assert {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10000,
    } == settings


def test_postgresql_is_set_up_to_lose_nothing(postgres: Server) -> None:
    address = postgres.new_database()
    for writes, expected in (
        (True, ("on", "10s", "read committed", "off")),
        (False, ("on", "10s", "repeatable read", "on")),
    ):
        engine = open_engine(read_url(address), writes=writes)
        with engine.connect() as connection:
            settings = tuple(
                connection.execute(text(f"SHOW {name}")).scalar()
                for name in (
                    "synchronous_commit",
                    "lock_timeout",
                    "transaction_isolation",
                    "transaction_read_only",
                )
            )
        engine.dispose()
        assert expected == settings


def test_migrations_make_the_tables_as_they_are_described(store: Store, database: str) -> None:
    engine = open_engine(read_url(database), writes=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert HEAD == context.get_current_revision()
        assert [] == compare_metadata(context, metadata)
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", "carebase.store:migrations")
    config.set_main_option("path_separator", "os")
    assert HEAD == ScriptDirectory.from_config(config).get_current_head()


def test_a_database_of_a_newer_carebase_is_left_alone(database: str) -> None:
    upgrade_database(database)
    write(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as told:
        Store(database)

    assert (
        "The database was written by a newer Carebase (version 9999 of its tables; this one knows"
        f" {HEAD}). Install that Carebase, or use another database." == str(told.value)
    )


def test_ids_sort_by_time_and_references_are_readable() -> None:
    ids = [new_id() for _ in range(3)]

    assert ["7", "7", "7"] == [one[14] for one in ids]
    assert all(one[19] in "89ab" for one in ids)
    assert sorted(one[:13] for one in ids) == [one[:13] for one in ids]
    refs = {new_ref() for _ in range(500)}
    assert 500 == len(refs)
    assert not set("ILOU") & set("".join(refs).replace("CB-", ""))


def test_a_form_version_is_kept_once(store: Store, database: str) -> None:
    first = FormVersion("support-request", "v1", {"title": "Ask", "fields": [{"id": "größe"}]})
    second = FormVersion("support-request", "v2", {"title": "Ask us"})
    store.keep_forms([first])
    store.keep_forms([first, second])
    with Store(database) as other:
        other.keep_forms([second, first])

    assert first == store.find_form("support-request", "v1")
    assert second == store.find_form("support-request", "v2")
    assert store.find_form("support-request", "v3") is None
    assert [(2,)] == read(database, "SELECT count(*) FROM form_versions")


def test_a_form_that_cannot_be_kept_is_told(store: Store, database: str) -> None:
    write(database, "DROP TABLE form_versions")
    with pytest.raises(StoreError) as told:
        store.keep_forms([FormVersion("a", "v", {})])

    reason = (
        "no such table: form_versions"
        if database.startswith("sqlite")
        else 'relation "form_versions" does not exist'
    )
    assert f"The forms could not be stored in {name_of(read_url(database))}: {reason}." == str(
        told.value
    )


def test_postgresql_wants_to_be_upgraded_first(postgres: Server) -> None:
    address = postgres.new_database()
    with pytest.raises(StoreError) as told:
        Store(address)

    assert "The database holds no tables of Carebase yet: `carebase db upgrade` makes them." == str(
        told.value
    )


def test_several_upgrades_at_once_do_it_once(database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        before = list(pool.map(lambda _: upgrade_database(database)[1], range(4)))

    assert (1, 3) == (before.count(None), before.count(HEAD))


def test_a_lost_connection_is_told_to_everyone_who_waits(postgres: Server) -> None:
    address = postgres.new_database()
    upgrade_database(address)
    with Store(address) as store:
        gate = threading.Event()
        started = threading.Event()

        def wait(_: Connection) -> bool:
            started.set()
            return gate.wait(10)

        busy = store._writer.submit(wait)
        assert started.wait(10)
        # These three are one batch; the connection is lost in its middle.
        futures: list[Future[Any]] = [
            store.accept(submission()),
            store._writer.submit(lambda connection: connection.execute(text(_END))),
            store.accept(submission()),
        ]
        gate.set()

        assert busy.result()
        for future in futures:
            with pytest.raises(SQLAlchemyError):
                future.result()
        kept = store.accept(submission()).result().submission.ref
    assert [(kept,)] == read(address, "SELECT ref FROM submissions")
