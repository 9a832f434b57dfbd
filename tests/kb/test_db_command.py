"""`carebase db`: upgrading, checking, copying and moving what customers sent."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite

from carebase.cli import main
from carebase.endpoint.app import create_app
from carebase.endpoint.server import run_in_thread
from carebase.endpoint.setting import SettingsError
from carebase.endpoint.settings import Settings
from carebase.errors import VerificationError
from carebase.files.folder import new_name
from carebase.store import FormVersion, NewSubmission, Store, StoreError, copy
from carebase.store.database import name_of, read_url
from carebase.store.files import Kept, NewUpload, Quota, Wanted
from carebase.store.ids import new_id
from carebase.store.inbox import Inbox
from carebase.store.letters import NewLetter
from carebase.store.maintenance import backup, upgrade
from carebase.store.messages import NewMessage
from carebase.store.migrate import HEAD
from carebase.warranty.unit import Registration
from tests.kb.databases import read, write
from tests.kb.endpoint_site import Client, make_site, process, run_endpoint, wait_until
from tests.support.postgres import Server
from tests.support.postgres import running as running_postgres

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Command:
    """Calls `carebase db` in this process with one database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def use(self, address: str) -> None:
        """Set the database."""
        self._monkeypatch.setenv("CAREBASE_DATABASE_URL", address)

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Give exit code, output and messages."""
        with pytest.raises(SystemExit) as ended:
            main(["db", *map(str, arguments)])
        said = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err


@pytest.fixture
def db(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    for name in [name for name in os.environ if name.startswith("CAREBASE_")]:
        monkeypatch.delenv(name)
    command = Command(monkeypatch, capsys)
    command.use(database)
    return command


def submission(values: dict[str, Any] | None = None) -> NewSubmission:
    row_id = new_id()
    return NewSubmission(
        id=row_id,
        form="support-request",
        form_version="v1",
        values=values or {"message": "Größe 💧", "list": ["b", "a"], "n": 9.5, "yes": True},
        token_hash=row_id,
        received_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        body_hash="",
        key=row_id,
    )


def fill(address: str, number: int = 3) -> list[str]:
    """Make a database with submissions and give their references, the oldest first."""
    upgrade(address)
    with Store(address) as store:
        store.keep_forms([FormVersion("support-request", "v1", {"title": "Ask"})])
        futures = [store.accept(submission()) for _ in range(number)]
        return [future.result().submission.ref for future in futures]


def test_makes_the_tables_and_brings_them_up_to_date(db: Command, database: str) -> None:
    name = name_of(read_url(database))

    assert (0, f"{name}: the tables are made (version {HEAD}).\n", "") == db("upgrade")
    assert (0, f"{name} is up to date (version {HEAD} of the tables).\n", "") == db("upgrade")
    tables = (
        "files",
        "uploads",
        "attempt_answers",
        "attempts",
        "challenges",
        "erasures",
        "unit_events",
        "units",
        "unit_models",
        "messages",
        "signals",
        "rates",
        "outbox",
        "form_versions",
    )
    for table in tables:
        write(database, f"DROP TABLE {table}")
    write(database, "ALTER TABLE submissions DROP COLUMN reopened_at")
    write(database, "UPDATE alembic_version SET version_num = '0001'")
    assert (
        0,
        f"{name}: the tables are up to date now (version 0001 → {HEAD}).\n",
        "",
    ) == db("upgrade")
    write(database, "UPDATE alembic_version SET version_num = '0002'")
    unknown = (
        "No Carebase has written the tables of this database (version 0002). Go back to a backup,"
        " or use another database.\n"
    )
    assert (2, "", unknown) == db("upgrade")
    write(database, "UPDATE alembic_version SET version_num = '9999'")
    newer = (
        "The database was written by a newer Carebase (version 9999 of its tables; this one knows"
        f" {HEAD}). Install that Carebase, or use another database.\n"
    )
    assert (2, "", newer) == db("upgrade") == db("check")


def test_check_tells_what_a_sound_database_holds(db: Command, database: str) -> None:
    fill(database)
    name = name_of(read_url(database))

    assert (
        0,
        f"{name}: version {HEAD} of the tables, 0 challenges, 0 erasures, 1 form version, 0 limits,"
        " 0 signals, 3 submissions, 0 unit models, 0 uploads, 0 attempts, 3 events,"
        " 0 files, 0 messages, 0 letters, 0 units, 0 attempt answers, 0 unit events\n"
        "It is sound.\n",
        "",
    ) == db("check")
    code, printed, said = db("check", "--json")
    assert (0, "") == (code, said)
    path = database.removeprefix("sqlite:///")
    files = str(Path(path).with_suffix(".files")) if path != database else None
    assert {
        "database": name,
        "version": HEAD,
        "faults": [],
        "rows": {
            "challenges": 0,
            "erasures": 0,
            "form_versions": 1,
            "rates": 0,
            "signals": 0,
            "submissions": 3,
            "unit_models": 0,
            "uploads": 0,
            "attempts": 0,
            "events": 3,
            "files": 0,
            "messages": 0,
            "outbox": 0,
            "units": 0,
            "attempt_answers": 0,
            "unit_events": 0,
        },
        "files": files,
        "file_faults": [],
        "remarks": [],
    } == json.loads(printed)


@only_sqlite
def test_check_finds_damage(db: Command, database: str) -> None:
    fill(database, 300)
    path = Path(database.removeprefix("sqlite:///"))
    damaged = f"The database {path} is damaged. Stop the endpoint, and go back to a backup.\n"
    with sqlite.connect(str(path)) as connection:
        connection.execute("DELETE FROM submissions WHERE rowid = 7")

    assert (
        3,
        "row 7 of events refers to a row of submissions that is not there\n",
        damaged,
    ) == db("check")
    data = bytearray(path.read_bytes())
    for page in range(6, len(data) // 4096):
        data[page * 4096 : page * 4096 + 512] = b"\xff" * 512
    path.write_bytes(bytes(data))
    code, printed, said = db("check")
    assert (3, damaged) == (code, said)
    assert "" != printed
    assert 3 == db("check", "--json")[0]


def take_in(store: Store, content: bytes, at: datetime, *, sent: bool = True) -> tuple[str, str]:
    """Bring a file as the endpoint does; give its name in the folder, and the reference."""
    assert store.folder is not None
    token, stored = new_id(), new_name()
    until = at + timedelta(days=1)
    new = NewUpload(token, "support-request", "picture", "a.jpg", 9, "", at, until, stored)
    store.create_upload(new, Quota(1_000, 1_000), ()).result()
    store.folder.prepare()
    draft = store.folder.arriving(stored)
    draft.write_bytes(content)
    store.folder.keep(draft, stored)
    kept = Kept("a.jpg", "image/jpeg", len(content), hashlib.sha256(content).hexdigest())
    assert store.finish_upload(token, kept).result()
    if not sent:
        return stored, ""
    one = replace(submission(), received_at=at, uploads=(Wanted("picture", token),))
    return stored, store.accept(one).result().submission.ref


def test_check_compares_files_with_their_rows(
    db: Command, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    folder = tmp_path / "kept"
    now = datetime.now(UTC)
    with Store(database, folder) as store:
        missing, first = take_in(store, b"one", now)
        longer, second = take_in(store, b"two", now)
        changed, third = take_in(store, b"tea", now)
        waiting, _ = take_in(store, b"six", now, sent=False)
        take_in(store, b"well", now)
        stray, late = new_name(), new_name()
        for path in (folder / stray, folder / "arriving" / late, folder / new_name()):
            path.write_bytes(b"left")
        # What is young may have a row in a moment.
        for path in (folder / stray, folder / "arriving" / late):
            os.utime(path, (0, 0))
    monkeypatch.setenv("CAREBASE_FILES", str(folder))
    left = [
        f"the file {stray} in {folder} has no row; the endpoint deletes it within a day",
        f"the file {late} in {folder}/arriving has no row; the endpoint deletes it within a day",
    ]

    code, printed, said = db("check")
    assert (0, "") == (code, said)
    assert [*left, "It is sound."] == printed.splitlines()[1:]

    (folder / missing).unlink()
    (folder / longer).write_bytes(b"three")
    (folder / changed).write_bytes(b"TEA")
    (folder / waiting).unlink()
    faults = [
        f"the file {missing} of {first} is not in {folder}",
        f"the file {longer} of {second} has 5 bytes, and came with 3",
        f"the file {changed} of {third} is not what came: its SHA-256 is another one",
        f"the file {waiting} of a form that has not been sent yet is not in {folder}",
    ]
    code, printed, said = db("check")
    assert (
        3,
        f"Files of customers are not in {folder} as they came. Bring them back from the folder"
        " beside a backup.\n",
    ) == (code, said)
    lines = printed.splitlines()[1:]
    assert (sorted(faults), left) == (sorted(lines[:4]), lines[4:])
    code, printed, said = db("check", "--json")
    about = json.loads(printed)
    assert (3, str(folder), []) == (code, about["files"], about["faults"])
    assert (sorted(faults), left) == (sorted(about["file_faults"]), about["remarks"])


def test_check_says_what_it_cannot_compare(db: Command, postgres: Server, tmp_path: Path) -> None:
    address = postgres.new_database()
    db.use(address)
    fill(address)
    with Store(address, tmp_path / "kept") as store:
        take_in(store, b"one", datetime.now(UTC))

    code, printed, said = db("check")
    assert (0, "") == (code, said)
    assert ["1 file not compared: set CAREBASE_FILES", "It is sound."] == printed.splitlines()[1:]


@only_sqlite
def test_check_reads_the_files_of_a_backup(db: Command, database: str, tmp_path: Path) -> None:
    fill(database)
    path = Path(database.removeprefix("sqlite:///"))
    with Store(database, path.with_suffix(".files")) as store:
        stored, ref = take_in(store, b"one", datetime.now(UTC))
    copied = tmp_path / "copy.db"
    assert 0 == db("backup", copied)[0]
    db.use(f"sqlite:///{copied}")

    assert 0 == db("check")[0]
    (tmp_path / "copy.files" / stored).unlink()
    assert f"the file {stored} of {ref} is not in {tmp_path / 'copy.files'}" in db("check")[1]


def test_check_misses_a_table(db: Command, database: str) -> None:
    db.use(database)
    upgrade(database)
    write(database, "DROP TABLE events")

    assert (3, "missing tables: events\n") == db("check")[:2]


def test_backup_is_one_file_for_one_person(db: Command, database: str, tmp_path: Path) -> None:
    refs = fill(database)
    target = tmp_path / "copies" / "copy.db"

    assert (2, "", f"There is no folder {target.parent}.\n") == db("backup", target)
    target.parent.mkdir()
    assert (
        0,
        f"{target}: 0 challenges, 0 erasures, 1 form version, 0 limits, 0 signals,"
        " 3 submissions, 0 unit models, 0 uploads, 0 attempts, 3 events,"
        " 0 files, 0 messages, 0 letters, 0 units, 0 attempt answers, 0 unit events\n",
        "",
    ) == db("backup", target)
    assert [target] == list(target.parent.iterdir())
    assert 0o600 == target.stat().st_mode & 0o777
    assert (
        2,
        "",
        f"{target} is there already. Name a new file, so that no copy is lost.\n",
    ) == db("backup", target)
    with Inbox(f"sqlite:///{target}") as copied:
        assert sorted(refs) == sorted(copied.refs())
        assert submission().values == copied.find(refs[0])[0].values
    if database.startswith("sqlite"):
        (tmp_path / "c.secret").write_text("x" * 64)
        said = db("backup", tmp_path / "second.db")[1]
        secret = tmp_path / "c.secret"
        assert (
            f"Keep {secret} with it: the addresses of status pages are made from it."
            == said.splitlines()[1]
        )


def test_a_copy_can_be_made_before_an_update(db: Command, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'older.db'}"
    fill(database)
    db.use(database)
    for table in ("erasures", "files", "uploads"):
        write(database, f"DROP TABLE {table}")
    write(database, "UPDATE alembic_version SET version_num = '0016'")
    target = tmp_path / "before.db"
    code, printed, said = db("backup", str(target))
    assert (0, "", True) == (code, said, printed.startswith(f"{target}: 0 challenges, 1 form"))
    assert "3 submissions" in printed

    # Whoever goes back to it has what was there, and the tables are brought up to date again.
    target.replace(tmp_path / "older.db")
    assert db("upgrade")[1].endswith(f"(version 0016 → {HEAD}).\n")
    assert "3 submissions" in db("check")[1]


def test_backup_under_load_is_one_moment(database: str, tmp_path: Path) -> None:
    upgrade(database)
    with Store(database) as store:
        acknowledged = [store.accept(submission()).result().submission.ref for _ in range(20)]
        with ThreadPoolExecutor(1) as pool:
            copied = pool.submit(backup, database, tmp_path / "copy.db")
            while not copied.done():
                store.accept(submission()).result()
        rows = copied.result()

    assert rows["submissions"] >= 20
    assert rows["submissions"] == rows["events"]
    with Inbox(f"sqlite:///{tmp_path / 'copy.db'}") as inbox:
        assert set(acknowledged) <= set(inbox.refs())


@only_sqlite
def test_moves_to_postgresql_and_back(
    db: Command, database: str, postgres: Server, tmp_path: Path
) -> None:
    refs = fill(database, 1200)
    with Store(database) as store:
        letter = NewLetter("digest", "care@fjellby.example", content={"n": 1})
        store.put_letters([letter], datetime.now(UTC)).result()
        unit = Registration("brio", "", "BR26100042", "2026-11-21", "2026-11-02")
        refs.append(store.accept(replace(submission(), registration=unit)).result().submission.ref)
        asked = store.find_by_ref(refs[0])
        assert asked
        message = NewMessage(new_id(), asked.id, "It still hums.", datetime.now(UTC))
        store.take_message(message).result()
    (tmp_path / "c.secret").write_text("x" * 64)
    server = postgres.new_database()
    code, printed, said = db("move", database, server)

    assert (0, "") == (code, said)
    lines = printed.splitlines()
    assert [
        "challenges: 0 rows",
        "erasures: 0 rows",
        "form_versions: 1 row",
        "rates: 0 rows",
        "signals: 0 rows",
        "submissions: 1,201 rows",
        "unit_models: 1 row",
        "uploads: 0 rows",
        "attempts: 0 rows",
        "events: 1,202 rows",
        "files: 0 rows",
        "messages: 1 row",
        "outbox: 1 row",
        "units: 1 row",
        "attempt_answers: 0 rows",
        "unit_events: 2 rows",
    ] == lines[:48:3]
    hashes = [re.fullmatch(r"    (from|to  ) ([0-9a-f]{64})", line) for line in lines[:48]]
    found = [match.group(2) for match in hashes if match]
    assert (found[::2], 32, 9) == (found[1::2], len(found), len(set(found)))
    assert [
        "All rows are equal. Set CAREBASE_DATABASE_URL to the new address.",
        f"Set CAREBASE_SECRET to what {tmp_path / 'c.secret'} holds: the addresses of status pages"
        " are made from it.",
    ] == lines[48:]
    with Inbox(server) as moved:
        assert sorted(refs) == sorted(moved.refs())
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert lines[:48] == db("move", server, back)[1].splitlines()[:48]
    assert (
        2,
        "",
        f"{tmp_path / 'back.db'} holds 2,410 rows already; only an empty database can be filled.\n",
    ) == db("move", server, back)


@only_sqlite
def test_moves_nothing_when_rows_would_differ(
    db: Command, database: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    server = postgres.new_database()
    whole = copy.copy_rows

    def careless(*connections: Any) -> None:
        whole(*connections)
        connections[1].exec_driver_sql("UPDATE submissions SET page = 'x'")

    monkeypatch.setattr(copy, "copy_rows", careless)
    path = name_of(read_url(database))

    assert (
        VerificationError.exit_code,
        "",
        f"The rows in {name_of(read_url(server))} are not those of {path}; nothing was moved.\n",
    ) == db("move", database, server)
    assert [(0,)] == read(server, "SELECT count(*) FROM submissions")


@only_sqlite
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("move", "sqlite:///nothing.db", "sqlite:///x.db"),
            "There is no database {tmp}/nothing.db."
            " Name the one to copy from first, then the one to copy to.",
        ),
        (
            ("move", "sqlite:///c.db", "sqlite:///./c.db"),
            "Both addresses are of the same database.",
        ),
        (
            ("move", "sqlite:///c.db", "mysql://x/y"),
            "Carebase cannot use a database of the kind `mysql`. Write `sqlite:///carebase.db` or"
            " `postgresql://user@host/carebase`.",
        ),
        (("move", "sqlite:///c.db"), "Missing argument 'TO'."),
        (("backup",), "Missing argument 'FILE'."),
        (("chek",), "There is no command `chek`. Did you mean `check`?"),
    ],
)
def test_wrong_use_is_told(
    db: Command,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    fill(database)
    monkeypatch.chdir(tmp_path)
    code, printed, said = db(*arguments)

    assert (2, "") == (code, printed)
    assert message.format(tmp=tmp_path) == said.splitlines()[-1].removeprefix("Error: ")


@only_sqlite
def test_a_missing_database_is_not_made(db: Command, tmp_path: Path) -> None:
    absent = (
        f"There is no database {tmp_path / 'c.db'}."
        " Set CAREBASE_DATABASE_URL to that of the endpoint.\n"
    )

    assert (2, "", absent) == db("check") == db("backup", tmp_path / "copy.db")
    assert [] == list(tmp_path.iterdir())


def test_an_empty_database_is_told(db: Command, postgres: Server, tmp_path: Path) -> None:
    db.use(postgres.new_database())
    empty = "The database holds no tables of Carebase yet: `carebase db upgrade` makes them.\n"

    assert (2, "", empty) == db("check") == db("backup", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_the_endpoint_says_which_table_is_missing(tmp_path: Path, database: str) -> None:
    upgrade(database)
    settings = Settings(site=make_site(tmp_path), database_url=database, secret="s" * 32)
    running = run_in_thread(create_app(settings), settings=settings)
    client = Client(running.address, tmp_path)
    try:
        before = client.get("/readyz").status
        write(database, "DROP TABLE signals")
        without = client.get("/readyz")
        counted = client.get("/metrics").text
    finally:
        running.stop()
    said = (
        "The database lacks the table `signals`, which was deleted after being made: go back to a"
        " backup, or copy it from one."
    )

    assert (200, 503, said) == (before, without.status, without.json["detail"])
    assert "carebase_database_up 0" in counted
    write(database, "DROP TABLE rates")
    with pytest.raises(StoreError) as told:
        create_app(settings)
    assert (
        "The database lacks the tables `rates`, `signals`, which were deleted after being made: go"
        " back to a backup, or copy them from one." == str(told.value)
    )


def test_the_command_ends_where_a_table_is_missing(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'c.db'}"
    upgrade(database)
    write(database, "DROP TABLE outbox")
    settings = {"CAREBASE_DATABASE_URL": database, "CAREBASE_SITE": str(make_site(tmp_path))}
    done = run_endpoint("--port", "0", cwd=tmp_path, settings=settings)

    said = (
        "The database lacks the table `outbox`, which was deleted after being made: go back to a"
        " backup, or copy it from one.\n"
    )
    assert (2, "", said) == (done.returncode, done.stdout, done.stderr)


def test_the_endpoint_works_on_postgresql(postgres: Server, tmp_path: Path) -> None:
    address = postgres.new_database()
    site = make_site(tmp_path)
    with pytest.raises(SettingsError) as told:
        upgrade(address)
        create_app(Settings(site=site, database_url=address))
    assert (
        "PostgreSQL has no folder for a secret: set CAREBASE_SECRET to at least 32 random"
        " characters, such as `openssl rand -hex 32` prints." == str(told.value)
    )
    settings = Settings(site=site, database_url=address, secret="s" * 32)
    running = run_in_thread(create_app(settings), settings=settings)
    client = Client(running.address, tmp_path)
    sent = {"topic": "fault", "message": "It hums.", "name": "A", "email": "a@example.com"}
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(
                    lambda number: client.post_json(
                        "/v1/forms/support-request",
                        sent | {"_page": "a\0b", "_lang": "de-" + "a" * 8},
                        key=f"key-{number % 10}",
                    ),
                    range(30),
                )
            )
        assert {201} == {answer.status for answer in answers}
        assert 200 == client.get("/readyz").status
        assert 200 == client.get(answers[0].json["status_url"]).status
    finally:
        running.stop()
    assert {answer.json["ref"] for answer in answers} == {
        row[0] for row in read(address, "SELECT ref FROM submissions")
    }
    assert [("ab",)] == read(address, "SELECT DISTINCT page FROM submissions")


def test_several_workers_share_postgresql(postgres: Server, tmp_path: Path) -> None:
    address = postgres.new_database()
    upgrade(address)
    settings = {"CAREBASE_DATABASE_URL": address, "CAREBASE_SECRET": "s" * 32}
    with process(make_site(tmp_path), "--workers", "2", settings=settings) as (running, client):
        wait_until(lambda: 200 == client.get("/healthz").status)
        refs = [
            client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).json["ref"]
            for _ in range(20)
        ]
        running.send_signal(signal.SIGTERM)
        running.wait(15)

    with Inbox(address) as inbox:
        assert sorted(refs) == sorted(inbox.refs())


def test_a_database_without_tables_is_not_ready_until_they_are_made(
    tmp_path: Path, database: str
) -> None:
    """One that was made anew under the endpoint takes a lock as well as any."""
    upgrade(database)
    settings = Settings(site=make_site(tmp_path), database_url=database, secret="s" * 32)
    running = run_in_thread(create_app(settings), settings=settings)
    client = Client(running.address, tmp_path)
    try:
        before = client.get("/readyz").status
        if "sqlite" in database:
            empty = tmp_path / "empty.db"
            with sqlite.connect(empty) as made:
                made.execute("CREATE TABLE other (id)")
            made.close()
            file = Path(database.removeprefix("sqlite:///"))
            for end in ("-wal", "-shm"):
                Path(f"{file}{end}").unlink(missing_ok=True)
            empty.replace(file)
        else:
            write(database, "DROP SCHEMA public CASCADE")
            write(database, "CREATE SCHEMA public")
        bare = client.get("/readyz")
        refused = client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).status
        counted = client.get("/metrics").text
        upgrade(database)
        after = client.get("/readyz").status
        taken = client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).status
    finally:
        running.stop()

    assert (200, 503, 200) == (before, bare.status, after)
    assert (
        "The database holds no tables of Carebase yet: `carebase db upgrade` makes them."
        == bare.json["detail"]
    )
    assert "carebase_database_up 0" in counted
    assert (503, 201) == (refused, taken)


def test_a_server_that_only_follows_another_is_not_ready(postgres: Server, tmp_path: Path) -> None:
    """As after a change of servers: it lets itself be read, and nothing can be stored."""
    address = postgres.new_database()
    upgrade(address)
    settings = {"CAREBASE_DATABASE_URL": address, "CAREBASE_SECRET": "s" * 32}
    site = make_site(tmp_path)
    name = read_url(address).database
    with process(site, settings=settings) as (_, client):
        before = client.get("/readyz").status
        write(address, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        write(
            postgres.new_database(),
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        answer = client.get("/readyz").status
    ended = run_endpoint(cwd=tmp_path, settings={"CAREBASE_SITE": str(site), **settings})

    assert (200, 503) == (before, answer)
    assert (2, True) == (ended.returncode, "in a read-only transaction" in ended.stderr)


def test_a_server_that_is_away_is_told_and_comes_back(tmp_path: Path, postgres: Server) -> None:
    feedback = "/v1/forms/page-feedback"
    with running_postgres() as own:
        address = own.new_database()
        upgrade(address)
        settings = Settings(site=make_site(tmp_path), database_url=address, secret="s" * 32)
        running = run_in_thread(create_app(settings), settings=settings)
        client = Client(running.address, tmp_path)
        try:
            first = client.post_json(feedback, {"helpful": "yes"}, key="1")
            own.stop()
            away = client.post_json(feedback, {"helpful": "yes"}, key="2")
            ready = client.get("/readyz").status
            own.start()
            again = client.post_json(feedback, {"helpful": "yes"}, key="2")
            back = client.get("/readyz").status
        finally:
            running.stop()
        kept = read(address, "SELECT ref FROM submissions ORDER BY id")

    assert [201, 503, 503, 201, 200] == [first.status, away.status, ready, again.status, back]
    assert "The answers could not be stored. Please send them again." == away.json["detail"]
    assert [(first.json["ref"],), (again.json["ref"],)] == kept


def test_a_kill_loses_nothing_that_was_acknowledged(database: str, tmp_path: Path) -> None:
    upgrade(database)
    settings = {"CAREBASE_DATABASE_URL": database, "CAREBASE_SECRET": "s" * 32}
    ledger: dict[str, str] = {}

    def send(number: int) -> None:
        try:
            answer = client.post_json(
                "/v1/forms/page-feedback", {"helpful": "yes"}, key=f"key-{number}"
            )
        except (OSError, HTTPException):
            return
        if 201 == answer.status:
            ledger[f"key-{number}"] = answer.json["ref"]

    with process(make_site(tmp_path), settings=settings) as (running, client):
        with ThreadPoolExecutor(4) as pool:
            sent = [pool.submit(send, number) for number in range(200)]
            wait_until(lambda: len(ledger) > 40)
            running.send_signal(signal.SIGKILL)
            running.wait(10)
        for one in sent:
            one.result()
    stored = dict(read(database, "SELECT idempotency_key, ref FROM submissions"))

    assert ledger.items() <= stored.items()
    assert len(ledger) > 40
    with process(tmp_path / "site", settings=settings) as (_, client):
        for number in range(200):
            send(number)
    again = dict(read(database, "SELECT idempotency_key, ref FROM submissions"))
    assert (200, again) == (len(ledger), ledger)
    assert stored.items() <= again.items()
