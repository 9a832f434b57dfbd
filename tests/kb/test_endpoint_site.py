"""The endpoint serves the built site, at the root and below a path, and nothing else."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from carebase.build import private_of
from carebase.endpoint.app import create_app
from carebase.endpoint.private import PrivateError
from carebase.endpoint.settings import Settings
from carebase.endpoint.site import read_headers
from tests.kb.endpoint_site import Client, make_site, serving


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(make_site(tmp_path_factory.mktemp("root"))) as client:
        yield client


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    site = make_site(tmp_path_factory.mktemp("below"), "https://www.fjellby.example/help/")
    with serving(site) as client:
        yield client


def raw(client: Client, path: str) -> str:
    """Ask for a path exactly as written."""
    parts = urlsplit(client.address)
    with socket.create_connection((parts.hostname or "", parts.port or 80), 10) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        found = b""
        while part := line.recv(65536):
            found += part
    return found.decode("latin-1")


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/", "text/html; charset=utf-8", "Fjellby Care"),
        ("/products/brio/", "text/html; charset=utf-8", "Brio"),
        ("/assets/app.js", "text/javascript; charset=utf-8", "answer"),
        ("/assets/carebase/carebase.css", "text/css; charset=utf-8", "canvastext"),
    ],
)
def test_serves_pages_and_files(client: Client, path: str, kind: str, text: str) -> None:
    answer = client.get(path)

    assert (200, kind) == (answer.status, answer.headers["content-type"])
    assert text in answer.text
    assert "default-src 'self'" == answer.headers["content-security-policy"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "no-cache" == answer.headers["cache-control"]


def test_knows_what_the_browser_has(client: Client) -> None:
    first = client.get("/")
    again = client.get("/", {"If-None-Match": first.headers["etag"]})

    assert (304, b"") == (again.status, again.body)


def test_a_page_that_is_not_there_is_the_sites_own(client: Client) -> None:
    answer = client.get("/products/nothing/")

    assert 404 == answer.status
    assert "<h1>Not here</h1>" in answer.text
    assert "default-src 'self'" == answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/../site.private/site.json",
        "/%2e%2e/site.private/site.json",
        "/..%2fsite.private%2fsite.json",
        "//etc/passwd",
        "/assets/..%2f..%2fcarebase.db",
        "/_headers",
        "/.git/config",
        "/%00",
        "/" + "x" * 3000,
    ],
)
def test_nothing_outside_the_site_is_served(client: Client, path: str) -> None:
    status = raw(client, path).split(" ", 2)[1]

    assert "404" == status


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/products//brio/?q=1", "/products/brio/?q=1"),
        ("//products/brio/", "/products/brio/"),
        ("/products//brio", "/products/brio"),
        ("///assets//app.js", "/assets/app.js"),
    ],
)
def test_a_slash_too_many_leads_to_the_page_with_its_styles(
    path: str, there: str, client: Client
) -> None:
    answer = raw(client, path)

    assert "307" == answer.split(" ", 2)[1]
    assert f"\r\nlocation: {there}\r\n" in answer.lower()


def test_below_a_path_everything_answers_there(below: Client) -> None:
    assert "Fjellby Care" in below.get("/help/").text
    assert "<h1>Not here</h1>" in below.get("/help/nothing").text
    moved = below.get("/")
    assert (307, "/help/") == (moved.status, moved.headers["location"])
    for root in ("", "/help"):
        assert 200 == below.get(f"{root}/healthz").status
        answer = below.post_json(f"{root}/v1/forms/page-feedback", {"helpful": "yes"})
        assert 201 == answer.status
        assert answer.json["status_url"].startswith(f"{root}/requests/")
        page = below.get(answer.json["status_url"])
        assert 'href="/help/assets/carebase/carebase.css"' in page.text
        assert 'href="/help/"' in page.text


def test_below_a_path_a_plain_post_stays_below_it(below: Client) -> None:
    referer = {"Referer": f"{below.address}help/products/brio/"}
    answer = below.post_form("/help/v1/forms/page-feedback", {"helpful": "yes"}, referer)

    assert answer.headers["location"].startswith("/help/requests/")
    assert "products/brio/" == below.rows()[-1]["page"]
    assert 'href="/help/products/brio/"' in below.get(answer.headers["location"]).text
    wrong = below.post_form("/help/v1/forms/page-feedback", {})
    assert 'action="/help/v1/forms/page-feedback"' in wrong.text


def test_says_how_it_is(client: Client) -> None:
    assert {"status": "ok"} == client.get("/healthz").json
    assert {"status": "ready"} == client.get("/readyz").json


def test_describes_its_routes(client: Client) -> None:
    described = client.get("/openapi.json").json

    assert "3.1.0" == described["openapi"]
    assert "/v1/forms/support-request" in described["paths"]
    post = described["paths"]["/v1/forms/page-feedback"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    assert client.get("/v1/forms/page-feedback").json["properties"] == schema["properties"]
    refused = {"400", "403", "405", "408", "413", "415", "422", "429", "500", "503"}
    assert {"201", "303"} | refused == post["responses"].keys()
    plain = post["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert schema["required"] == plain["required"]
    assert "additionalProperties" not in plain


def test_follows_a_build(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    app = create_app(Settings(site=site, database_url=f"sqlite:///{tmp_path / 'x.db'}"))
    service = app.state.service
    try:
        assert "survey" not in service.private.checkers
        make_site(
            tmp_path,
            sources={
                "docs/forms/survey.yml": (
                    "title: Survey\nfields: [{id: score, type: nps, label: Would you?}]\n"
                )
            },
        )
        service.reload()
        assert "survey" in service.private.checkers
        assert "/v1/forms/survey" in service.description()["paths"]

        shutil.rmtree(private_of(site))
        with pytest.raises(PrivateError):
            service.reload()
        assert "survey" in service.private.checkers
    finally:
        service.close()


def test_reads_headers_files() -> None:
    rules = read_headers("# first\n/*\n  X-One: 1\n  X-Two: a: b\n\n/img/*.svg\n\tX-Three: 3\n")

    assert [(("X-One", "1"), ("X-Two", "a: b")), (("X-Three", "3"),)] == [
        rule.headers for rule in rules
    ]
    assert rules[1].pattern.fullmatch("/img/a/b.svg")
    assert not rules[1].pattern.fullmatch("/img/a.png")
