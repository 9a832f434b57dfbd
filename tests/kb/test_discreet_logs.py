"""Nothing that a customer sends reaches a log, whatever it is, whatever fails, at any level."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from carebase.endpoint.app import create_app
from carebase.endpoint.discretion import be_discreet
from carebase.endpoint.server import run_in_thread
from carebase.endpoint.settings import Settings
from carebase.outbox.addresses import Mailbox
from carebase.outbox.server import MailServer
from carebase.store import Store
from tests.kb.endpoint_site import Client, clean_environment, make_site, process, wait_until
from tests.kb.mail_server import MailRoom, mail_server
from tests.kb.test_mail import NOTIFYING

CANARY = "kanarienvogel"
TITLE = "Eingang"


class Lines(logging.Handler):
    """Keeps every line of every logger of the process, as a log would have it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def everything_logged() -> Iterator[Lines]:
    """Have the root logger, and so each that is not silenced on purpose, say all that it can."""
    root, lines = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(1)
    server = logging.getLogger("uvicorn.error")
    try:
        yield lines
    finally:
        for one in (root, server):
            one.removeHandler(lines)
        root.setLevel(level)


def listen_to_server(lines: Lines) -> None:
    """Hear the server too, which keeps its lines from the root logger once it has started."""
    server = logging.getLogger("uvicorn.error")
    server.addHandler(lines)
    server.setLevel(1)


def post_everything(client: Client) -> None:
    """Send the canary in every field, name, header, path and query, rightly and wrongly."""
    values = {"name": CANARY, "email": f"{CANARY}@example.com"}
    sent = client.post_json("/v1/forms/callback", values, key=f"key-{CANARY}")
    assert 201 == sent.status
    page = "/requests/" + sent.json["status_url"].rpartition("/")[2]
    names = ("User-Agent", "Referer", "Cookie", "X-Forwarded-For", "Authorization", CANARY)
    headers = dict.fromkeys(names, CANARY)
    for path in (page, f"/{CANARY}", f"/v1/forms/{CANARY}", f"/search?q={CANARY}", "/privacy/x"):
        client.get(path, headers)
        client.get(f"{path}?{CANARY}={CANARY}", {**headers, "Accept": "text/html"})
        client.send(CANARY.upper(), path)
    for path in ("/v1/forms/callback", "/v1/warranty", "/v1/signals", "/v1/privacy/requests", page):
        client.post_json(
            path, {CANARY: CANARY, "email": CANARY, "message": CANARY}, headers=headers
        )
        client.post_json(path, f'{{"{CANARY}": '.encode())
        client.post_form(path, {CANARY: CANARY, "message": CANARY, "email": CANARY}, headers)
        client.send("POST", path, CANARY, {"Content-Type": f"text/{CANARY}"})
        client.send("POST", path, CANARY, {"Content-Type": "multipart/form-data; boundary=x"})
        client.send("POST", path, f"\xff{CANARY}".encode("latin-1"), {"Content-Type": "text/plain"})
        client.post_json(path, {"message": CANARY * 20_000})
        client.post_json(path, values, headers={"Origin": f"https://{CANARY}.example"})
    client.post_json("/v1/forms/callback", {**values, "name": "x"}, key=f"key-{CANARY}")
    client.post_json("/v1/privacy/requests", {**values, "kind": "access"})
    client.post_json("/v1/privacy/requests", {"email": values["email"], "kind": "access"})
    client.post_form(page, {"message": CANARY})


def test_no_line_holds_what_was_sent(tmp_path: Path) -> None:
    with mail_server() as room, everything_logged() as log:
        refuse(room)
        settings = Settings(
            site=make_site(tmp_path, sources=NOTIFYING),
            database_url=f"sqlite:///{tmp_path}/carebase.db",
            url="https://care.example/",
            rate_limits=False,
            challenge="off",
            mail_server=MailServer("127.0.0.1", room.port),
            mail_from=Mailbox("care@fjellby.example"),
        )
        running = run_in_thread(create_app(settings), settings=settings)
        listen_to_server(log)
        try:
            client = Client(running.address, tmp_path / "carebase.db")
            post_everything(client)
            wait_until(lambda: any("is given up" in line for line in log.lines), 20)
        finally:
            running.stop()

    assert [] == [line for line in log.lines if CANARY in line.lower()]


def refuse(room: MailRoom) -> None:
    """Have the mail server name in its refusal whom it refuses, as many do."""
    room.on_recipient = lambda address: (
        f"550 5.1.1 <{address}>: unknown {CANARY}" if CANARY in address else None
    )


class Quoting(Store):
    """A store whose database quotes the row that it refuses, as PostgreSQL does."""

    def _failed(self, *given: Any, **named: Any) -> Any:
        quoted = ValueError(f"DETAIL: Failing row contains ({CANARY}).")
        raise IntegrityError("INSERT", {"name": CANARY}, quoted)

    accept = find_by_token = put_if_allowed = find_holdings = ping = charge = _failed


def test_an_error_is_told_without_its_text(tmp_path: Path) -> None:
    with everything_logged() as log:
        settings = Settings(
            site=make_site(tmp_path), database_url=f"sqlite:///{tmp_path}/carebase.db"
        )
        app = create_app(settings, store=Quoting(settings.database_url))
        running = run_in_thread(app, settings=settings)
        listen_to_server(log)
        try:
            client = Client(running.address, tmp_path / "carebase.db")
            values = {"topic": "fault", "message": CANARY, "name": "A", "email": "a@example.com"}
            answer = client.post_json("/v1/forms/support-request", values)
            unread = client.get("/requests/" + "x" * 32)
        finally:
            running.stop()

    assert (503, 500) == (answer.status, unread.status)
    assert CANARY not in answer.text + unread.text
    told = [line for line in log.lines if "could not be stored" in line]
    assert 1 == len(told)
    assert told[0].endswith("sqlalchemy.exc.IntegrityError")
    assert 'forms.py", line ' in told[0]
    assert any("A request failed" in line and "IntegrityError" in line for line in log.lines)
    assert [] == [line for line in log.lines if CANARY in line]


def test_a_process_prints_nothing_of_what_was_sent(tmp_path: Path) -> None:
    site = make_site(tmp_path, sources=NOTIFYING)
    environment = {**clean_environment(), "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"}
    with process(site, settings=environment) as (started, client):
        post_everything(client)
        started.terminate()
        said = started.communicate(timeout=20)[0]

    assert CANARY not in said.lower()


@pytest.mark.parametrize("kind", [KeyError, ValueError])
def test_what_led_to_an_error_is_told_without_its_text_too(kind: type[Exception]) -> None:
    be_discreet()
    with everything_logged() as log:
        try:
            try:
                raise kind(CANARY)
            except Exception as error:
                raise RuntimeError(CANARY) from error
        except RuntimeError:
            logging.getLogger("carebase.endpoint").exception("It failed")

    (line,) = [one for one in log.lines if "It failed" in one]
    assert CANARY not in line
    assert f"builtins.{kind.__name__}\nwhich led to:" in line
