"""What an attacker tries over the wire: broken messages, borrowed hosts, ways out, too much of all.

The endpoint is a process of its own on a real socket, and what is sent is bytes.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from carebase.endpoint.connection import PATIENCE
from tests.kb.endpoint_site import Client, make_site, process, serving

FORM = "/v1/forms/support-request"
GOOD = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}
POST = f"POST {FORM} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
# What a proxy that reads the first message otherwise would take for a second one.
SMUGGLED = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with process(make_site(tmp_path_factory.mktemp("wire"))) as (_, client):
        yield client


def connect(client: Client) -> socket.socket:
    parts = urlsplit(client.address)
    return socket.create_connection((parts.hostname or "", parts.port or 80), 20)


def send(client: Client, message: str | bytes) -> str:
    """Send bytes and read until the other side has ended the connection."""
    with connect(client) as line:
        found = b""
        # It may be refused before all of it was sent.
        with contextlib.suppress(ConnectionError):
            line.sendall(message if isinstance(message, bytes) else message.encode("latin-1"))
        with contextlib.suppress(ConnectionError):
            while part := line.recv(65536):
                found += part
    return found.decode("latin-1")


@pytest.mark.parametrize(
    "message",
    [
        f"{POST}Content-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Content-Length: 0\r\nContent-Length: 43\r\n\r\n{SMUGGLED}",
        f"{POST}Content-Length: 0, 43\r\n\r\n{SMUGGLED}",
        f"{POST}Content-Length: +43\r\n\r\n{SMUGGLED}",
        f"{POST}Content-Length: -1\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n{SMUGGLED}",
        POST.replace("\r\n", "\n") + f"Content-Length: 0\n\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n{SMUGGLED}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_a_message_with_two_meanings_is_refused_whole(client: Client, message: str) -> None:
    found = send(client, message)

    assert found.startswith("HTTP/1.1 400 "), found
    # Nothing behind it was answered, and the connection was ended.
    assert 1 == found.count("HTTP/1.1")


@pytest.mark.parametrize(
    "hosts",
    ["", "Host: a\r\nHost: b\r\n", "Host: a/b\r\n", "Host: a b\r\n", "Host: a,b\r\n", "Host: \r\n"],
)
def test_a_request_names_one_host(client: Client, hosts: str) -> None:
    assert send(client, f"GET /healthz HTTP/1.1\r\n{hosts}\r\n").startswith("HTTP/1.1 400 ")


@pytest.mark.parametrize("host", ["[::1]:8000", "care.example.com:443", "localhost", "a_b.example"])
def test_hosts_as_people_write_them_are_taken(client: Client, host: str) -> None:
    message = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert send(client, message).startswith("HTTP/1.1 200 ")


def test_a_borrowed_host_comes_back_nowhere(client: Client) -> None:
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    body = json.dumps(GOOD).encode()
    sent = client.send("POST", FORM, body, {**evil, "Content-Type": "application/json"})
    assert 201 == sent.status
    plain = client.post_form(FORM, GOOD, evil)
    assert 303 == plain.status
    pages = [
        client.get(path, {**evil, "Accept": "text/html"})
        for path in ("/", "/products/brio", "/nothing", "/search?q=pump", sent.json["status_url"])
    ]
    for answer in (sent, plain, *pages):
        assert "evil" not in answer.text + str(dict(answer.headers))


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/%2e%2e/products/brio",
        "/%2f/evil.example/..%2f/products/brio",
        "/%5cevil.example/%2e%2e/products/brio",
        "///products/brio",
        "http://evil.example/products/brio",
    ],
)
def test_the_slash_of_a_folder_leads_to_no_other_host(client: Client, path: str) -> None:
    message = f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    found = send(client, message)
    where = re.search(r"(?im)^location: (\S+)\r$", found)

    assert where is None or re.match(r"/(?![/\\])", where[1]), found
    assert where or " 404 " in found.partition("\r\n")[0]


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "../../evil",
        "data:text/html,x",
        "/products/brio/\r\nSet-Cookie: a=b",
    ],
)
def test_the_page_that_a_form_names_leads_nowhere_else(client: Client, page: str) -> None:
    taken = client.post_form(FORM, {**GOOD, "_page": page})
    assert 303 == taken.status
    assert re.fullmatch(r"/requests/[\w-]{32}", taken.headers["location"])
    thanks = client.get(taken.headers["location"], {"Accept": "text/html"})
    refused = client.post_form(FORM, {"_page": page})
    assert (200, 422) == (thanks.status, refused.status)
    for answer in (taken, thanks, refused):
        links = re.findall(r'(?:href|action)="([^"]*)"', answer.text)
        assert [] == [link for link in links if not re.match(r"#|/(?![/\\])", link)]
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/v1/reminders.ics?product=brio&bought=2025-01-01&lang=en%0d%0aX-Own:%201",
        "/search?q=a%0d%0aX-Own:%201",
        "/v1/search?q=a&kind=%0d%0aX-Own:%201",
        "/01/09120000011019/21/BR%0d%0aX-Own:%201",
        "/products/brio%0d%0aX-Own:%201",
        "/v1/challenge?form=%0d%0aX-Own:%201",
    ],
)
def test_nothing_asked_for_becomes_a_header(client: Client, path: str) -> None:
    found = send(client, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert "x-own" not in found.partition("\r\n\r\n")[0].lower().replace("%0ax-own", "")
    assert 1 == found.count("HTTP/1.1")


@pytest.mark.parametrize(
    "head",
    [
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + "a" * 200_000,
        "GET /healthz HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n" * 20_000,
        "GET /" + "a" * 200_000,
    ],
)
def test_a_head_has_an_end(client: Client, head: str) -> None:
    began = time.monotonic()
    assert send(client, head).startswith("HTTP/1.1 400 ")
    # For its length, and not because no more of it comes.
    assert time.monotonic() - began < PATIENCE / 2


def test_brackets_in_brackets_are_refused(client: Client) -> None:
    for body in (b"[" * 90_000, b'{"a":' * 15_000, b'{"message": ' + b"[" * 50_000):
        answer = client.post_json(FORM, body)
        assert 400 == answer.status
        assert "nested too deeply" in answer.json["detail"]


def test_numbers_have_an_end(client: Client) -> None:
    for number in (b"9" * 90_000, b"1e999999", b"-1e-999999", b"NaN", b"Infinity"):
        answer = client.post_json(FORM, b'{"topic": ' + number + b"}")
        assert answer.status in (400, 422)


def test_a_slow_crowd_keeps_nobody_waiting(client: Client) -> None:
    with ExitStack() as stack:
        for number in range(200):
            line = stack.enter_context(connect(client))
            started = f"{POST}Content-Length: 500\r\n\r\nabc" if number % 2 else POST
            line.sendall(started.encode())
        answers = [client.post_json(FORM, GOOD) for _ in range(10)]

    assert {201} == {answer.status for answer in answers}


@pytest.mark.parametrize("begun", ["", "GET / HTTP/1.1\r\nHo", f"{SMUGGLED}GET /"])
def test_who_says_too_little_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    monkeypatch.setattr("carebase.endpoint.connection.PATIENCE", 0.5)
    with serving(make_site(tmp_path)) as client:
        began = time.monotonic()
        found = send(client, begun)
        lasted = time.monotonic() - began

    assert lasted < 20
    assert ("400 Bad Request" in found) == bool(begun)
    assert ("200 OK" in found) == begun.startswith(SMUGGLED)


def test_methods_that_nobody_needs_are_refused(client: Client) -> None:
    for method in ("TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "OPTIONS"):
        for path in ("/", FORM, "/healthz", "/products/brio/"):
            assert 405 == client.send(method, path).status, (method, path)


def test_a_folder_is_never_listed(client: Client) -> None:
    for path in ("/assets/", "/assets/carebase/", "/products/"):
        answer = client.get(path)
        assert 404 == answer.status
        assert "app.js" not in answer.text and "carebase.css" not in answer.text


def test_only_what_the_form_asks_is_stored(client: Client) -> None:
    added = {"id": "1", "state": "done", "ref": "CB-0000-0000", "is_admin": True, "__proto__": {}}
    refused = client.post_json(FORM, {**GOOD, **added})
    assert 422 == refused.status
    assert set(added) <= {error["field"] for error in refused.json["errors"]}
    taken = client.post_form(FORM, {**GOOD, "state": "done", "ref": "CB-0000-0000"})
    row = client.rows()[-1]
    assert 303 == taken.status
    assert ("received", GOOD) == (row["state"], json.loads(row["values"]))
    assert "CB-0000-0000" != row["ref"]


def test_a_field_that_comes_twice_is_refused(client: Client) -> None:
    before = len(client.rows())
    address = f"{FORM}?{urlencode({'email': 'eve@evil.example'})}"
    pairs = [*GOOD.items(), ("email", "eve@evil.example"), ("name", "Eve")]
    refused = client.post_form(address, pairs)
    assert (422, before) == (refused.status, len(client.rows()))
    assert 2 == refused.text.count("Please give one answer only; several came.</p>")

    # What stands in the address is no answer.
    assert 303 == client.post_form(address, GOOD).status
    assert GOOD == json.loads(client.rows()[-1]["values"])


def test_the_addresses_of_requests_cannot_be_guessed(client: Client) -> None:
    made = {client.post_json(FORM, GOOD).json["status_url"].rpartition("/")[2] for _ in range(50)}
    assert 50 == len(made)
    raw = [base64.urlsafe_b64decode(token) for token in made]
    # 192 bits, and each of them is as often one as zero.
    assert {24} == set(map(len, raw))
    for place in range(192):
        ones = sum(one[place // 8] >> place % 8 & 1 for one in raw)
        assert 5 <= ones <= 45, place
    stored = json.dumps(client.rows(), default=str)
    assert [] == [token for token in made if token in stored]


def test_every_answer_tells_browsers_to_be_strict(client: Client) -> None:
    token = client.post_json(FORM, GOOD).json["status_url"]
    for path in (
        *("/", "/products/brio/", "/assets/app.js", "/nothing", "/healthz", "/readyz"),
        *("/openapi.json", FORM, "/v1/nothing", "/search?q=pump", "/v1/search?q=pump", token),
        *("/requests/unknown", "/v1/challenge?form=support-request"),
    ):
        answer = client.get(path, {"Accept": "text/html,application/json"})
        headers = answer.headers
        assert "nosniff" == headers["x-content-type-options"], path
        assert headers["referrer-policy"], path
        assert "same-origin" == headers["cross-origin-opener-policy"], path
        assert "set-cookie" not in headers, path
        assert "server" not in headers, path
        if answer.body:
            assert "content-security-policy" in headers, path
            kind = headers["content-type"]
            assert "json" in kind or "charset=utf-8" in kind, path


def test_an_encrypted_connection_stays_encrypted(tmp_path: Path) -> None:
    safe = {"X-Forwarded-Proto": "https"}
    with serving(make_site(tmp_path), trusted_proxies=("127.0.0.1",)) as client:
        assert (
            "max-age=31536000" == client.get("/healthz", safe).headers["strict-transport-security"]
        )
        assert "strict-transport-security" not in client.get("/healthz").headers


def test_what_is_secret_is_kept_by_no_cache(client: Client) -> None:
    token = client.post_json(FORM, GOOD).json["status_url"]
    for method, path in (("GET", token), ("GET", f"{token}x"), ("GET", "/v1/challenge?form=x")):
        headers = client.send(method, path).headers
        assert "no-store" == headers["cache-control"], path
    assert "no-store" == client.post_json(FORM, GOOD).headers["cache-control"]
    assert (
        "no-store" == client.post_json("/v1/warranty", {"product": "brio"}).headers["cache-control"]
    )
    assert "no-referrer" == client.get(token).headers["referrer-policy"]
