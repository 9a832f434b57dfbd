"""`/metrics`, read as Prometheus reads it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from carebase import __version__
from carebase.endpoint.metrics import CONTENT_TYPE
from carebase.endpoint.tally import BUCKETS, FILES, Tally
from carebase.store import Store
from carebase.store.maintenance import upgrade
from tests.kb.databases import write
from tests.kb.endpoint_site import Client, make_site, process, serving, wait_until
from tests.kb.mail_server import mail_server
from tests.kb.test_endpoint_stop import children_of
from tests.support.postgres import Server

SUPPORT = "/v1/forms/support-request"
VALUES = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
TOKEN = "t" * 32

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(client: Client, headers: Mapping[str, str] | None = None) -> Samples:
    """Ask and parse; each family must have its help and a type that Prometheus knows."""
    answer = client.get("/metrics", headers)
    assert 200 == answer.status, answer.text
    assert CONTENT_TYPE == answer.headers["content-type"]
    found: Samples = {}
    for family in parse(answer.text):
        assert family.documentation
        assert family.type in ("counter", "gauge", "histogram"), family.name
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, key
            found[key] = sample.value
    return found


def value(found: Samples, name: str, **labels: str) -> float:
    return found[f"carebase_{name}", frozenset(labels.items())]


def requests(found: Samples, route: str, method: str, status: str) -> float:
    return value(found, "http_requests_total", route=route, method=method, status=status)


def test_requests_are_counted_by_route_and_never_by_address(tmp_path: Path) -> None:
    with serving(make_site(tmp_path)) as client:
        sent = client.post_json(SUPPORT, VALUES)
        client.get(f"/requests/{sent.json['status_url'].rpartition('/')[2]}")
        client.post_json(SUPPORT, {})
        client.get("/v1/forms/secret-name")
        client.get("/")
        client.get("/secret-page/")
        found = read(client)
        text = client.get("/metrics").text

    assert 1 == requests(found, "/v1/forms/{id}", "POST", "2xx")
    assert 1 == requests(found, "/v1/forms/{id}", "POST", "4xx")
    assert 1 == requests(found, "/v1/forms/{id}", "GET", "4xx")
    assert 1 == requests(found, "/requests/{token}", "GET", "2xx")
    assert 1 == requests(found, FILES, "GET", "2xx")
    assert 1 == requests(found, FILES, "GET", "4xx")
    assert 3 == value(found, "http_request_duration_seconds_count", route="/v1/forms/{id}")
    seconds = value(found, "http_request_duration_seconds_sum", route="/v1/forms/{id}")
    assert 0 < seconds < 60
    assert "secret" not in text
    assert 1 == sum(v for (name, _), v in found.items() if name == "carebase_build_info")
    assert f'version="{__version__}"' in text


def test_buckets_hold_what_took_no_longer(tmp_path: Path) -> None:
    tally = Tally(["/a", "/b/{c:path}"])
    for route, seconds in (("/a", 0.0005), ("/a", 0.001), ("/a", 0.3), ("/a", 99), ("/x", 0.02)):
        tally.note(route, "GET", 200, seconds)
    one, rest = tally.read()

    assert (("/a", "/b/{c}", FILES)) == tally.routes
    assert 4 == one.buckets[-1]
    assert dict(zip(BUCKETS, one.buckets, strict=False)) == {
        most: 2 if most < 0.5 else 3 for most in BUCKETS
    }
    assert {("GET", "2xx"): 4} == one.requests
    assert FILES == rest.route


def test_the_state_of_the_database_is_told(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with mail_server() as room:
        settings = {
            "CAREBASE_SMTP_URL": f"smtp://127.0.0.1:{room.port}",
            "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
        }
        with process(site, settings=settings) as (_, client):
            before = datetime.now(UTC).timestamp()
            assert 201 == client.post_json(SUPPORT, VALUES).status
            second = client.post_json(SUPPORT, {**VALUES, "_website": "x"})
            assert 201 == second.status, second.text
            wait_until(lambda: "done" in [row["state"] for row in client.rows("outbox")], 20)
            found = read(client)
            assert 1 == value(found, "database_up")
            assert 0 < value(found, "database_seconds", operation="write") < 60
            assert 0 < value(found, "database_seconds", operation="count") < 60
            form = {"form": "support-request"}
            assert 1 == value(found, "submissions", **form, state="received")
            assert 1 == value(found, "submissions", **form, state="quarantined")
            assert 1 == value(found, "quarantine", what="submissions")
            assert 0 == value(found, "quarantine", what="messages")
            assert 1 == value(found, "outbox_letters", kind="acknowledgement", state="done")
            assert 0 == value(found, "outbox_waiting") == value(found, "outbox_dead")
            assert 0 == value(found, "outbox_oldest_seconds")
            mailed = value(found, "mail_last_success_timestamp_seconds")
            assert before - 1 <= mailed <= datetime.now(UTC).timestamp() + 1


def test_what_waits_grows_old(tmp_path: Path) -> None:
    settings = {
        # Nobody listens there.
        "CAREBASE_SMTP_URL": "smtp://127.0.0.1:1",
        "CAREBASE_MAIL_FROM": "Fjellby Care <care@fjellby.example>",
        "CAREBASE_WORKER": "off",
    }
    site = make_site(tmp_path)
    with process(site, settings=settings) as (_, client):
        assert 201 == client.post_json(SUPPORT, VALUES).status
        write(
            f"sqlite:///{client.database}",
            "UPDATE outbox SET created_at = '2026-01-01T00:00:00.000000Z'",
        )
        found = read(client)

    assert 1 == value(found, "outbox_waiting")
    assert 86_400 < value(found, "outbox_oldest_seconds")
    assert not [name for name, _ in found if "mail_last_success" in name]


def test_several_workers_are_one_sum_that_never_falls(tmp_path: Path) -> None:
    with process(make_site(tmp_path), "--workers", "2") as (running, client):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: client.post_json(SUPPORT, VALUES), range(40)))
        # Whichever worker answers, it knows of all.
        for _ in range(6):
            found = read(client)
            assert 40 == requests(found, "/v1/forms/{id}", "POST", "2xx")
        assert 2 == value(found, "workers")
        first = children_of(running.pid)
        running_one = min(first)
        os.kill(running_one, signal.SIGKILL)
        wait_until(lambda: len(set(children_of(running.pid)) - set(first)) == 1, 30)
        wait_until(
            lambda: (
                3
                == sum(
                    v
                    for (name, _), v in read(client).items()
                    if name == "carebase_worker_starts_total"
                )
            ),
            30,
        )
        assert 40 == requests(read(client), "/v1/forms/{id}", "POST", "2xx")


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, {"X-Forwarded-For": "127.0.0.1"}, 404),
        ({}, {"Forwarded": "for=127.0.0.1"}, 404),
        ({"metrics": ()}, {}, 404),
        ({"metrics": ("10.0.0.0/8",)}, {}, 404),
        ({"metrics": ("127.0.0.1",)}, {}, 200),
        ({"metrics": ("all",)}, {"X-Forwarded-For": "203.0.113.9"}, 200),
        ({"metrics": (), "metrics_token": TOKEN}, {}, 404),
        ({"metrics": (), "metrics_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"metrics": (), "metrics_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}, 404),
        ({"metrics": (), "metrics_token": ""}, {"Authorization": "Bearer "}, 404),
        (
            {"metrics_token": TOKEN},
            {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"},
            200,
        ),
        (
            {"trusted_proxies": ("127.0.0.1",), "metrics": ("203.0.113.0/24", "127.0.0.1")},
            {"X-Forwarded-For": "203.0.113.9"},
            404,
        ),
    ],
)
def test_only_those_who_may_read_it(
    tmp_path: Path, settings: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    with serving(make_site(tmp_path), **settings) as client:
        assert status == client.get("/metrics", headers).status


def test_without_its_database_it_still_answers(tmp_path: Path, postgres: Server) -> None:
    address = postgres.new_database()
    upgrade(address)
    settings = {
        "CAREBASE_DATABASE_URL": address,
        "CAREBASE_SECRET": "s" * 32,
        "CAREBASE_WORKER": "off",
    }
    with process(make_site(tmp_path), settings=settings) as (_, client):
        assert 1 == value(read(client), "database_up")
        write(address, "ALTER TABLE submissions RENAME TO elsewhere")
        try:
            wait_until(lambda: 0 == value(read(client), "database_up"), 20)
            found = read(client)
        finally:
            write(address, "ALTER TABLE elsewhere RENAME TO submissions")
        assert not [name for name, _ in found if name == "carebase_submissions"]
        assert 0 < requests(found, "/metrics", "GET", "2xx")


def test_many_who_ask_at_once_count_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    lock = threading.Lock()
    measure = Store.measure

    def count(store: Store) -> object:
        with lock:
            asked.append(1)
        return measure(store)

    monkeypatch.setattr(Store, "measure", count)
    with serving(make_site(tmp_path)) as client, ThreadPoolExecutor(8) as pool:
        assert {200} == {one.status for one in pool.map(client.get, ["/metrics"] * 16)}
    assert len(asked) < 16
