"""The drill: a copy made while customers write, brought back in another place, and looked through.

Run as operators do it, by commands and processes, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kb.databases import read
from tests.kb.endpoint_site import Client, make_site, process, wait_until
from tests.support.postgres import Server
from tests.support.process import run_carebase

PATH = "/v1/forms/support-request"
SECRET = "restored" * 4


class Writers:
    """Customers who send without pause; `acknowledged` are the references by key."""

    def __init__(self, client: Client) -> None:
        self.acknowledged: dict[str, str] = {}
        self._client = client
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(one,)) for one in range(4)]

    def _run(self, one: int) -> None:
        number = 0
        while not self._ending.is_set():
            key = f"{one}-{number}"
            sent = self._client.post_json(PATH, values_of(key), key=key)
            assert 201 == sent.status, sent.text
            self.acknowledged[key] = sent.json["ref"]
            number += 1

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._ending.set()
            for thread in self._threads:
                thread.join(30)


def values_of(key: str) -> dict[str, str]:
    return {
        "topic": "fault",
        "message": f"It hums, says {key}.",
        "name": "Ana",
        "email": f"{key}@example.com",
    }


def db(address: str, *arguments: str | Path) -> str:
    ended = run_carebase("db", *arguments, env={"CAREBASE_DATABASE_URL": address})
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    return ended.stdout


def restored(kind: str, copy: Path, folder: Path, request: pytest.FixtureRequest) -> str:
    """Bring a copy back in another place, as the handbook says, and give its address."""
    if kind == "sqlite":
        shutil.copy(copy, folder / "carebase.db")
        return f"sqlite:///{folder / 'carebase.db'}"
    server: Server = request.getfixturevalue("postgres")
    address = server.new_database()
    said = db(address, "move", f"sqlite:///{copy}", address)
    assert "All rows are equal." in said
    return address


def test_every_row_that_was_acknowledged_before_the_copy_is_in_it(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kind = "sqlite" if database.startswith("sqlite") else "postgresql"
    if kind == "postgresql":
        db(database, "upgrade")
    settings = {"CAREBASE_DATABASE_URL": database, "CAREBASE_SECRET": SECRET}
    site = make_site(tmp_path)
    copy = tmp_path / "copy.db"
    with process(site, settings=settings) as (running, client):
        writers = Writers(client)
        with writers.at_work():
            wait_until(lambda: len(writers.acknowledged) > 50, 60)
            before = dict(writers.acknowledged)
            db(database, "backup", copy)
            # Customers wrote all the while, and go on.
            so_far = len(writers.acknowledged)
            wait_until(lambda: len(writers.acknowledged) > so_far + 10, 60)
        running.send_signal(signal.SIGTERM)
        assert 0 == running.wait(20)
    everything = read(database, "SELECT idempotency_key, ref FROM submissions")
    assert dict(everything) == writers.acknowledged

    place = tmp_path / "elsewhere"
    place.mkdir()
    address = restored(kind, copy, place, request)
    assert "It is sound." in db(address, "check")
    held = dict(read(address, "SELECT idempotency_key, ref FROM submissions"))
    assert before.items() <= held.items() <= writers.acknowledged.items()
    assert len(before) <= len(held) < len(writers.acknowledged)
    # The copy is of one moment: with each submission came what happened to it.
    query = "SELECT count(*) FROM submissions WHERE id NOT IN (SELECT submission_id FROM events)"
    assert [(0,)] == read(address, query)
    with process(site, settings=settings | {"CAREBASE_DATABASE_URL": address}) as (_, client):
        key = next(reversed(before))
        again = client.post_json(PATH, values_of(key), key=key)
        assert (201, before[key]) == (again.status, again.json["ref"])
        # The address in the customer's mail leads to the page still.
        assert 200 == client.get(again.json["status_url"]).status
        assert 201 == client.post_json(PATH, values_of("new"), key="new").status
