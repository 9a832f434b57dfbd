"""When the endpoint itself fails, nothing is claimed and nothing written is thrown away."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy.exc import OperationalError

from carebase.endpoint.app import create_app
from carebase.endpoint.server import run_in_thread
from carebase.endpoint.settings import Settings
from carebase.store import Accepted, NewSubmission, Store, StoreError, Submission
from carebase.warranty.unit import Unit
from tests.kb.endpoint_site import Client, make_site, process
from tests.support.process import give_up_power, run_carebase, run_powerless

SUPPORT = "/v1/forms/support-request"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}


class FullDisk(Store):
    """A store whose disk is full, and which cannot be read either."""

    def accept(self, new: NewSubmission) -> Future[Accepted]:
        return self._failed()

    def ping(self) -> Future[None]:
        return self._failed()

    def find_unit(self, product: str, serial: str, model: str = "") -> Unit | None:
        raise OperationalError("SELECT", {}, OSError("disk is full"))

    def find_by_token(self, token_hash: str) -> Submission | None:
        raise ZeroDivisionError

    def _failed(self) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(OperationalError("INSERT", {}, OSError("disk is full")))
        return future


class Away(Store):
    """A store whose database is away."""

    def find_by_token(self, token_hash: str) -> Submission | None:
        raise OperationalError("SELECT", {}, OSError("connection refused"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    site = make_site(tmp_path_factory.mktemp("failures"))
    database = Path(site.parent / "carebase.db")
    settings = Settings(site=site, database_url=f"sqlite:///{database}")
    app = create_app(settings, store=FullDisk(settings.database_url))
    running = run_in_thread(app)
    yield Client(running.address, database)
    running.stop()


def test_what_cannot_be_stored_is_not_acknowledged(client: Client) -> None:
    answer = client.post_json(SUPPORT, GOOD)

    assert (503, "5") == (answer.status, answer.headers["retry-after"])
    assert "The answers could not be stored. Please send them again." == answer.json["detail"]
    assert "disk" not in answer.text


def test_a_plain_form_comes_back_with_what_was_written(client: Client) -> None:
    answer = client.post_form(SUPPORT, GOOD)

    assert (503, "5") == (answer.status, answer.headers["retry-after"])
    assert "We could not store your message just now." in answer.words
    assert "It hums." in answer.text
    assert 'value="ana@example.com"' in answer.text


def test_a_unit_that_cannot_be_looked_up_gets_no_answer_as_if_nothing_were_known(
    client: Client,
) -> None:
    asked = {"product": "brio", "serial": "BR26100042", "bought": "2026-03-20"}
    answer = client.post_json("/v1/warranty", asked)

    # The page works it out by itself then, and says so.
    assert (503, "5") == (answer.status, answer.headers["retry-after"])
    plain = client.post_form("/v1/warranty", asked)
    assert 200 == plain.status
    assert "We could not look up what is recorded of this unit at the moment." in plain.words
    # What nothing is recorded of needs no database.
    del asked["serial"]
    assert 200 == client.post_json("/v1/warranty", asked).status
    assert "look up" not in client.post_form("/v1/warranty", asked).words


def test_readiness_tells_it(client: Client) -> None:
    answer = client.get("/readyz")

    assert 503 == answer.status
    assert "The database cannot be written to at the moment." == answer.json["detail"]
    assert 200 == client.get("/healthz").status


def test_a_full_disk_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site(tmp_path)
    database = f"sqlite:///{tmp_path / 'carebase.db'}"
    running = run_in_thread(create_app(Settings(site=site, database_url=database)))
    client = Client(running.address, tmp_path)
    try:
        before = client.get("/readyz").status
        full = SimpleNamespace(total=10_000_000, used=9_999_000, free=1_000)
        monkeypatch.setattr("carebase.store.hindrance.shutil.disk_usage", lambda _: full)
        answer = client.get("/readyz")
        told = client.get("/metrics").text
    finally:
        running.stop()

    # The write lock can be had all the same: no byte is written for it.
    assert (200, 503) == (before, answer.status)
    assert "carebase_database_up 0" in told


def test_a_database_that_can_only_be_read_is_not_ready(tmp_path: Path) -> None:
    """As where a copy was brought back by somebody else, who kept it."""
    with process(make_site(tmp_path), before=give_up_power) as (_, client):
        before = client.get("/readyz").status
        settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{client.database}"}
        told = run_carebase("db", "backup", "copy.db", cwd=tmp_path, env=settings)
        assert 0 == told.returncode, told.stderr
        for end in ("-wal", "-shm"):
            Path(f"{client.database}{end}").unlink(missing_ok=True)
        with closing(sqlite.connect(tmp_path / "copy.db")) as copy:
            copy.execute("PRAGMA journal_mode=WAL")
        (tmp_path / "copy.db").chmod(0o400)
        (tmp_path / "copy.db").replace(client.database)
        answer, sent = client.get("/readyz"), client.post_json(SUPPORT, GOOD)
        metrics = client.get("/metrics").text

    # SQLite takes the beginning of a write for that of a read then, and says nothing.
    assert (200, 503, 503) == (before, answer.status, sent.status)
    assert "carebase_database_up 0" in metrics


def test_an_endpoint_does_not_start_where_it_can_write_nothing(tmp_path: Path) -> None:
    make_site(tmp_path)
    settings = {"CAREBASE_SITE": "site", "CAREBASE_RATE_LIMITS": "off"}
    with process(tmp_path / "site") as (started, client):
        started.terminate()
        assert 0 == started.wait(20)
        database = client.database
    database.chmod(0o400)
    settings["CAREBASE_DATABASE_URL"] = f"sqlite:///{database}"
    ended = run_powerless("endpoint", "--port", "0", cwd=tmp_path, env=settings)

    assert (2, "") == (ended.returncode, ended.stdout)
    assert (
        f"The forms could not be stored in {database}: attempt to write a readonly database. This"
        f" user may not read and write {database}: it must belong to the endpoint's.\n"
        == ended.stderr
    )


def test_a_folder_that_cannot_be_written_into_is_told(tmp_path: Path) -> None:
    make_site(tmp_path)
    (tmp_path / "data").mkdir(mode=0o500)
    database = tmp_path / "data" / "carebase.db"
    settings = {"CAREBASE_SITE": "site", "CAREBASE_DATABASE_URL": f"sqlite:///{database}"}
    ended = run_powerless("endpoint", "--port", "0", cwd=tmp_path, env=settings)

    assert (2, "") == (ended.returncode, ended.stdout)
    assert (
        f"The database {database} cannot be used: unable to open database file. This user cannot"
        f" write into {database.parent}, or its disk can only be read.\n" == ended.stderr
    )


def test_a_full_disk_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(total=10_000_000, used=9_999_000, free=1_000)
    monkeypatch.setattr("carebase.store.hindrance.shutil.disk_usage", lambda _: full)
    database = tmp_path / "carebase.db"
    database.write_text("no room for more")
    with pytest.raises(StoreError) as told:
        Store(f"sqlite:///{database}")

    assert str(told.value).endswith(f" The disk of {tmp_path} is full.")


def test_a_fault_of_our_own_shows_nothing_of_itself(client: Client) -> None:
    for accept in ("text/html", "application/json"):
        answer = client.get("/requests/" + "x" * 32, {"Accept": accept})

        assert 500 == answer.status
        assert "Something failed on our side." in answer.text
        assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize("path", ["", "/take-back", "/erase"])
def test_the_page_of_a_request_waits_for_a_database_that_is_away(tmp_path: Path, path: str) -> None:
    site = make_site(tmp_path)
    settings = Settings(site=site, database_url=f"sqlite:///{tmp_path / 'carebase.db'}")
    running = run_in_thread(create_app(settings, store=Away(settings.database_url)))
    try:
        client = Client(running.address, tmp_path)
        asked = {"Accept": "text/html", "Accept-Language": "de"}
        answer = client.get(f"/requests/{'x' * 32}{path}", asked)
        told = client.get(f"/requests/{'x' * 32}{path}", {"Accept": "application/json"})
    finally:
        running.stop()

    # Not a failure of ours: proxies ask another endpoint, and programs come again.
    assert (503, "5") == (answer.status, answer.headers["retry-after"])
    assert "Das hat nicht geklappt" in answer.words
    assert "The database cannot be used at the moment. Please try again." == told.json["detail"]


def test_nothing_is_taken_into_a_database_that_was_deleted(tmp_path: Path) -> None:
    """The open connection would go on in a file that nobody finds any more."""
    with process(make_site(tmp_path)) as (running, client):
        assert 201 == client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).status
        for end in ("", "-wal", "-shm"):
            Path(f"{client.database}{end}").unlink(missing_ok=True)

        for _ in range(3):
            refused = client.post_json("/v1/forms/page-feedback", {"helpful": "yes"})
            assert 503 == refused.status
        assert 503 == client.get("/readyz").status
        # None is made where it was: the operator sees that it is gone.
        assert not client.database.exists()
        running.send_signal(signal.SIGTERM)
        assert 0 == running.wait(20)
        assert running.stdout
        assert "the file carebase.db was deleted or moved away" in running.stdout.read()


def test_a_database_that_takes_the_place_of_another_is_written_from_then_on(
    tmp_path: Path,
) -> None:
    with process(make_site(tmp_path)) as (_, client):
        first = client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).json["ref"]
        copy = tmp_path / "copy.db"
        settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{client.database}"}
        told = run_carebase("db", "backup", str(copy), env=settings)
        assert 0 == told.returncode, told.stderr
        lost = client.post_json("/v1/forms/page-feedback", {"helpful": "no"}).json["ref"]
        for end in ("-wal", "-shm"):
            Path(f"{client.database}{end}").unlink(missing_ok=True)
        copy.replace(client.database)

        last = client.post_json("/v1/forms/page-feedback", {"helpful": "yes"})
        assert 201 == last.status
        refs = {row["ref"] for row in client.rows()}
        assert {first, last.json["ref"]} == refs
        assert lost not in refs
