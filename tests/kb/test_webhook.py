"""Webhooks: signed, sent once, never to our own network, and patient with receivers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine

from carebase.outbox import webhook
from carebase.outbox.network import AddressRefused, find_address, is_named_private, is_public
from carebase.outbox.signature import read_secret, sign, write_secret
from carebase.outbox.webhook import WebhookSender
from carebase.outbox.worker import Lane
from carebase.store import NewSubmission, Store
from carebase.store.ids import new_id
from carebase.store.letters import DEAD, DONE, WAITING, WEBHOOK, NewLetter
from tests.kb.endpoint_site import make_site, serving, wait_until
from tests.kb.mail_server import CERTIFICATE

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
KEY = b"k" * 32


class Receiver:
    """A program that takes webhooks, and answers as a test wants."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[], tuple[int, dict[str, str]]] = lambda: (204, {})

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.calls]


@contextmanager
def receiving(tls: bool = False) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.calls.append((headers, body))
            status, extra = receiver.answer()
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    receiver = Receiver(f"{scheme}://localhost:{server.server_address[1]}/hooks?a=b")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'c.db'}") as store:
        yield store


def write(store: Store, target: str) -> str:
    row_id = new_id()
    values = {"message": "Größe", "urgent": True}
    letters = (NewLetter(WEBHOOK, target),)
    new = NewSubmission(
        row_id,
        "callback",
        "v1",
        values,
        row_id,
        datetime.now(UTC),
        "h",
        "de",
        "support/",
        letters=letters,
    )
    return store.accept(new).result().submission.ref


def lane_of(store: Store, allow_private: bool = True) -> Lane:
    sender = WebhookSender(store, lambda form, target: (KEY,), allow_private)
    return Lane(store, sender, chance=lambda: 1.0)


def error_of(store: Store) -> str:
    return store.find_troubled_letters()[0].error


def test_the_signature_is_that_of_the_reference_implementation() -> None:
    """Made with the package `standardwebhooks` 1.0.1 from the example of the specification."""
    key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == signature
    assert "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" == write_secret(key)


@pytest.mark.parametrize("wrong", ["", "secret", "whsec_", "whsec_****", "whsec_YWJj"])
def test_a_secret_of_another_kind_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"prefix|base64|length"):
        read_secret(wrong)


def test_a_submission_is_told_once_signed_and_whole(store: Store) -> None:
    with receiving() as receiver, time_machine.travel(START, tick=False):
        ref = write(store, receiver.address)
        lane = lane_of(store)
        assert timedelta() == lane.step()
        assert lane.step() is None

    ((headers, body),) = receiver.calls
    assert {
        "type": "submission.received",
        "timestamp": "2026-11-21T09:30:00Z",
        "data": {
            "ref": ref,
            "form": "callback",
            "form_version": "v1",
            "language": "de",
            "page": "support/",
            "values": {"message": "Größe", "urgent": True},
        },
    } == json.loads(body)
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()
    assert f"v1,{expected}" == headers["webhook-signature"]
    assert str(int(START.timestamp())) == headers["webhook-timestamp"]
    assert "application/json" == headers["content-type"]
    assert headers["host"].startswith("localhost:")
    assert {(WEBHOOK, DONE): 1} == store.count_letters()


def test_a_repeated_call_keeps_id_and_body(store: Store) -> None:
    with receiving() as receiver, time_machine.travel(START, tick=False) as clock:
        write(store, receiver.address)
        lane = lane_of(store)
        receiver.answer = lambda: (500, {})
        lane.step()
        assert "the webhook answers 500" == error_of(store)
        clock.shift(timedelta(seconds=31))
        receiver.answer = lambda: (200, {})
        lane.step()

    (first, one), (second, two) = receiver.calls
    assert (first["webhook-id"], one) == (second["webhook-id"], two)
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        ((410, {}), DEAD, "the webhook answers 410"),
        ((404, {}), WAITING, "the webhook answers 404"),
        (
            (302, {"Location": "http://127.0.0.1:1/"}),
            WAITING,
            "the webhook answers 302, and redirects are not followed",
        ),
    ],
)
def test_an_answer_that_is_no_success_is_told(
    store: Store, answer: tuple[int, dict[str, str]], state: str, error: str
) -> None:
    with receiving() as receiver:
        receiver.answer = lambda: answer
        write(store, receiver.address)
        lane_of(store).step()

    assert (1, error) == (len(receiver.calls), error_of(store))
    assert {(WEBHOOK, state): 1} == store.count_letters()


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", 120),
        ("9999999", 86400),
        ("soon", 30),
        ("-1", 30),
        ("²", 30),
        (format_datetime(START + timedelta(minutes=10), usegmt=True), 600),
        (format_datetime(START - timedelta(minutes=10), usegmt=True), 30),
        (format_datetime(START + timedelta(days=900), usegmt=True), 86400),
        ("Sat, 99 Nov 2026 09:30:00 GMT", 30),
    ],
)
def test_a_receiver_may_ask_for_time(store: Store, asked: str, wait: int) -> None:
    with receiving() as receiver, time_machine.travel(START, tick=False):
        receiver.answer = lambda: (429, {"Retry-After": asked.encode().decode("latin-1")})
        write(store, receiver.address)
        lane_of(store).step()

    assert START + timedelta(seconds=wait) == store.find_troubled_letters()[0].next_at


def test_a_receiver_that_is_down_does_not_hold_up_others(store: Store) -> None:
    with receiving() as receiver, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with time_machine.travel(START, tick=False) as clock:
            for _ in range(5):
                write(store, down)
            write(store, receiver.address)
            lane = lane_of(store)
            assert [timedelta(), timedelta(), None] == [lane.step() for _ in range(3)]
            assert 1 == len(receiver.calls)
            assert ["the webhook cannot be reached: [Errno 111] Connection refused"] == [
                letter.error for letter in store.find_troubled_letters()
            ]
            clock.shift(timedelta(seconds=31))
            assert [timedelta(), None] == [lane.step() for _ in range(2)]


def test_a_receiver_that_drips_is_cut_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "_DEADLINE", 0.5)
    with socket.socket() as slow:
        slow.bind(("127.0.0.1", 0))
        slow.listen()
        stopped = threading.Event()

        def drip() -> None:
            line, _ = slow.accept()
            with line:
                while not stopped.wait(0.1):
                    try:
                        line.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        write(store, f"http://127.0.0.1:{slow.getsockname()[1]}/")
        begun = time.monotonic()
        lane_of(store).step()
        assert 5 > time.monotonic() - begun
        stopped.set()
        thread.join(5)

    assert "the webhook cannot be reached" in error_of(store)


def test_tls_is_checked_against_the_name(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(tls=True) as receiver, time_machine.travel(START, tick=False) as clock:
        write(store, receiver.address)
        lane_of(store).step()
        assert "CERTIFICATE_VERIFY_FAILED" in error_of(store)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        clock.shift(timedelta(minutes=1))
        lane_of(store).step()
        assert {(WEBHOOK, DONE): 1} == store.count_letters()
        assert 1 == len(receiver.calls)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%lo",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
    ],
)
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert is_named_private(address)


def test_addresses_of_others_are_public() -> None:
    assert all(map(is_public, ("1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")))
    assert is_named_private("localhost")
    assert not is_named_private("desk.fjellby.example")


def test_a_private_address_is_not_called_unless_allowed(store: Store) -> None:
    with receiving() as receiver:
        write(store, receiver.address)
        lane_of(store, allow_private=False).step()

    assert [] == receiver.calls
    assert (
        "the webhook leads to a private address, which CAREBASE_ALLOW_PRIVATE_WEBHOOKS does not"
        " allow" == error_of(store)
    )
    assert {(WEBHOOK, DEAD): 1} == store.count_letters()


def test_a_name_is_looked_up_once_and_only_what_was_checked_is_called(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        """Say something public first, and this machine when asked again."""
        if host == "desk.fjellby.example":
            asked.append(host)
            address = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        return real(host, port, *rest, **named)

    called: list[Any] = []

    def connect(address: Any, *rest: Any, **named: Any) -> Any:
        called.append(address)
        raise OSError("no way out of a test")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr("carebase.outbox.network.is_public", lambda ip: ip == "192.0.2.1")
    write(store, "https://desk.fjellby.example/hook")
    lane_of(store, allow_private=False).step()

    assert ["desk.fjellby.example"] == asked
    assert [("192.0.2.1", 443)] == called
    with pytest.raises(AddressRefused):
        find_address("desk.fjellby.example", 443, allow_private=False)


def test_a_form_with_a_webhook_calls_it(tmp_path: Path) -> None:
    with receiving() as receiver:
        form = (
            "title: Call me back\nfields: [{id: name, type: text, label: Your name}]\n"
            f"notify: {{webhook: '{receiver.address}'}}\n"
        )
        site = make_site(tmp_path, sources={"docs/forms/callback.yml": form})
        with serving(site, private_webhooks=True) as client:
            sent = client.post_json("/v1/forms/callback", {"name": "Ana"}).json
            wait_until(lambda: "done" == client.rows("outbox")[0]["state"])
            client.post_form(sent["status_url"], {"message": "Call tomorrow."})
            wait_until(lambda: ["done"] * 2 == [row["state"] for row in client.rows("outbox")])

    received, wrote = receiver.bodies
    assert ("submission.received", sent["ref"]) == (received["type"], received["data"]["ref"])
    assert "message.received" == wrote["type"]
    assert {
        "ref": sent["ref"],
        "form": "callback",
        "language": "en",
        "text": "Call tomorrow.",
    } == wrote["data"]
