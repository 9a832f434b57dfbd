"""`carebase doctor` beside real endpoints, mail servers and proxies, sound ones and broken ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.kb.endpoint_site import Client, clean_environment, make_site, process
from tests.kb.mail_server import mail_server

SECRET = "s" * 32
OTHER = "https://www.fjellby.example"


class _Proxy(BaseHTTPRequestHandler):
    """Leads requests on, and says for whom unless `silent`."""

    target = ""
    silent = False

    def lead(self) -> None:
        parts = urlsplit(self.target)
        connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        if not self.silent:
            headers["X-Forwarded-For"] = "203.0.113.9"
        connection.request(self.command, self.path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "date"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        connection.close()

    do_GET = do_OPTIONS = lead  # noqa: N815 - the names that the base class calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name above
        """Keep the test output clean."""


@contextmanager
def proxy(target: str, silent: bool = False) -> Iterator[str]:
    handler = type("Handler", (_Proxy,), {"target": target, "silent": silent})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path)


def settings_of(site: Path, **more: str) -> dict[str, str]:
    return {
        "CAREBASE_SITE": str(site),
        "CAREBASE_DATABASE_URL": f"sqlite:///{site.parent / 'carebase.db'}",
        **{f"CAREBASE_{name}": value for name, value in more.items()},
    }


def doctor(settings: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "carebase", "doctor", *arguments],
        env={**clean_environment(), **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


def findings(settings: Mapping[str, str], code: int = 0) -> dict[str, list[dict[str, str]]]:
    """Run the doctor and give what it finds, by subject."""
    done = doctor(settings, "--json")
    assert code == done.returncode, done.stdout + done.stderr
    found: dict[str, list[dict[str, str]]] = {}
    for one in json.loads(done.stdout):
        found.setdefault(one["subject"], []).append(one)
    return found


def only(found: Mapping[str, list[dict[str, str]]], subject: str) -> tuple[str, str, str]:
    assert 1 == len(found[subject]), found[subject]
    one = found[subject][0]
    return one["level"], one["said"], one["hint"]


def test_a_sound_endpoint_has_nothing_to_mend(site: Path) -> None:
    with mail_server() as room, process(site, settings={"CAREBASE_ORIGINS": OTHER}) as (_, client):
        done = doctor(
            settings_of(
                site,
                URL=client.address,
                SMTP_URL=f"smtp://127.0.0.1:{room.port}",
                MAIL_FROM="Fjellby <care@fjellby.example>",
                ORIGINS=OTHER,
            )
        )

    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert "error" not in done.stdout
    assert f"pages of {OTHER} may send forms" in done.stdout
    assert "takes mails of care@fjellby.example" in done.stdout
    assert "we came as 127.0.0.1, without a proxy" in done.stdout
    assert "is sound and holds 0 submissions" in done.stdout
    # Nothing was sent on the way.
    assert [] == room.envelopes


def test_one_submission_is_spoken_of_in_the_singular(site: Path) -> None:
    with process(site) as (_, client):
        sent = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "a@example.com"}
        assert 201 == client.post_json("/v1/forms/support-request", sent).status
        done = doctor(settings_of(site, URL=client.address))

    assert "is sound and holds 1 submission\n" in done.stdout


def test_what_is_missing_is_told_before_the_first_start(site: Path) -> None:
    found = findings(settings_of(site))

    assert "is made when the endpoint starts" in only(found, "database")[1]
    assert "warning" == only(found, "mail")[0] == only(found, "address")[0]
    assert "CAREBASE_URL is not set" in only(found, "address")[1]
    assert not (site.parent / "carebase.db").exists()
    assert not (site.parent / "carebase.secret").exists()


def test_an_endpoint_that_is_down(site: Path) -> None:
    found = findings(settings_of(site, URL="http://127.0.0.1:9/"), code=1)

    level, said, hint = only(found, "address")
    assert ("error", "http://127.0.0.1:9/ does not answer: [Errno 111] Connection refused") == (
        level,
        said,
    )
    assert hint.startswith("Start `carebase endpoint`")


@pytest.mark.parametrize(
    ("trusted", "silent", "level", "said"),
    [
        ("", False, "error", "all customers count as one client, the proxy 127.0.0.1"),
        ("127.0.0.1", False, "ok", "we came as 203.0.113.9, through a trusted proxy"),
        ("127.0.0.1", True, "error", "the proxy does not say for whom it asks"),
    ],
    ids=["not trusted", "trusted", "silent"],
)
def test_a_proxy(site: Path, trusted: str, silent: bool, level: str, said: str) -> None:
    settings = {"CAREBASE_TRUSTED_PROXIES": trusted}
    with process(site, settings=settings) as (_, client), proxy(client.address, silent) as address:
        found = findings(
            settings_of(site, URL=address, TRUSTED_PROXIES=trusted), code=int(level == "error")
        )

    assert (level, said) == only(found, "proxies")[:2]


def test_an_origin_that_the_running_endpoint_does_not_know(site: Path) -> None:
    with process(site) as (_, client):
        found = findings(settings_of(site, URL=client.address, ORIGINS=OTHER), code=1)

    level, said, hint = only(found, "origins")
    assert "error" == level
    assert f"pages of {OTHER} may not send forms: their browsers are answered 403" == said
    assert "same CAREBASE_ORIGINS" in hint


def test_a_secret_that_did_not_come_back_with_the_database(site: Path) -> None:
    database = {"CAREBASE_DATABASE_URL": f"sqlite:///{site.parent / 'carebase.db'}"}
    with process(site, settings={"CAREBASE_SECRET": SECRET}) as (_, client):
        sent = client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).json
    found = findings(settings_of(site, SECRET="t" * 64) | database)
    known = findings(settings_of(site, SECRET="t" * 64, SECRET_BEFORE=SECRET) | database)

    level, said, hint = only(found, "secret")
    assert ("warning", True) == (level, said.startswith(f"{sent['ref']}, the newest, was stored"))
    assert hint.endswith("or name it in CAREBASE_SECRET_BEFORE.")
    assert "secret" not in known


def test_another_secret_cannot_ask(site: Path) -> None:
    with process(site, settings={"CAREBASE_SECRET": "t" * 32}) as (_, client):
        found = findings(settings_of(site, URL=client.address, SECRET=SECRET))
        known = Client(client.address, client.database).get("/v1/probe")

    assert "warning" == only(found, "proxies")[0]
    assert 404 == known.status


@pytest.mark.parametrize("fault", ["down", "password", "no TLS"])
def test_a_mail_server_that_takes_nothing(site: Path, fault: str) -> None:
    with mail_server(login=fault == "password") as room:
        port = 9 if fault == "down" else room.port
        user = "care:wrong@" if fault == "password" else ""
        asked = "?starttls=required" if fault == "no TLS" else ""
        server = f"smtp://{user}127.0.0.1:{port}{asked}"
        found = findings(settings_of(site, SMTP_URL=server, MAIL_FROM="care@a.example"), code=1)

    said = found["mail"][0]["said"]
    assert "error" == found["mail"][0]["level"]
    assert {
        "down": "the mail server cannot be reached",
        "password": "the mail server refuses user or password (535)",
        "no TLS": "the mail server does not offer STARTTLS",
    }[fault] in said
    assert "wrong" not in json.dumps(found)


def test_a_damaged_database(site: Path) -> None:
    with process(site) as (started, client):
        assert 200 == client.get("/readyz").status
        started.terminate()
        started.wait(20)
    database = site.parent / "carebase.db"
    content = bytearray(database.read_bytes())
    content[4096 * 2 : 4096 * 6] = os.urandom(4096 * 4)
    database.write_bytes(content)
    found = findings(settings_of(site), code=1)

    assert "error" == found["database"][0]["level"]
    assert "go back to a backup" in json.dumps(found["database"])


def test_letters_that_could_not_go_out(site: Path) -> None:
    mail = {"CAREBASE_SMTP_URL": "smtp://127.0.0.1:9", "CAREBASE_MAIL_FROM": "care@fjellby.example"}
    good = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
    with process(site, settings=mail) as (_, client):
        assert 201 == client.post_json("/v1/forms/support-request", good, key="k" * 16).status
        for _ in range(100):
            found = findings(settings_of(site))
            if "letters" in found and found["letters"][0]["level"] == "warning":
                break

    assert "cannot be reached" in found["letters"][0]["said"]
    assert "carebase worker list" in found["letters"][0]["hint"]


def test_a_site_that_was_not_built(site: Path) -> None:
    done = doctor({"CAREBASE_SITE": str(site / "nowhere")})
    assert (2, f"CAREBASE_SITE is not a folder: {site / 'nowhere'}\n") == (
        done.returncode,
        done.stderr,
    )
    (site.parent / "site.private" / "site.json").unlink()
    found = findings(settings_of(site), code=1)

    assert "carebase build" in only(found, "site")[1]


def test_numbers_that_everybody_can_read(site: Path) -> None:
    """An address that is not this machine's own, where the endpoint takes us for a neighbour."""
    with process(site, "--host", "0.0.0.0") as (_, client):
        address = client.address.replace("127.0.0.1", "127.0.0.2")
        found = findings(settings_of(site, URL=address), code=1)
    assert ("warning", f"everybody can read {address}metrics") == only(found, "metrics")[:2]
    with process(site, "--host", "0.0.0.0", settings={"CAREBASE_METRICS": "off"}) as (_, client):
        address = client.address.replace("127.0.0.1", "127.0.0.2")
        found = findings(settings_of(site, URL=address), code=1)
    assert "metrics" not in found
