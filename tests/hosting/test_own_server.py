"""The handbook's server of one's own: its files as they stand there, with the programs themselves.

Only names, ports and folders are others.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.kb.endpoint_site import process
from tests.kb.mail_server import CERTIFICATE
from tests.support.example import KINDS, copy_example
from tests.support.own_server import Care, caddy, nginx, program, written
from tests.support.process import free_port, run_carebase

OWN_HEADERS = """\
/assets/*
  Cache-Control: max-age=60
  X-Price: 5 $ {each} "net"
"""
MESSAGE = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own-server")
    copy_example(root)
    (root / "docs" / "_headers").write_text(OWN_HEADERS)
    done = run_carebase("build", "-d", root / "srv" / "site", cwd=root)
    assert 0 == done.returncode, done.stderr
    # The headers of the assets are the example's own here; this copy has none.
    shutil.copytree(root / "srv/site/assets/javascripts", root / "srv/site/hashed")
    return root / "srv" / "site"


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def care(
    request: pytest.FixtureRequest, site: Path, tmp_path: Path
) -> Iterator[tuple[Care, dict[str, str]]]:
    """The example behind a web server, its endpoint behind that, and the endpoint's settings."""
    port = free_port()
    for path in site.parent.glob("carebase.*"):
        path.unlink()
    lines = written("/etc/carebase.env").splitlines()
    settings = dict(line.split("=", 1) for line in lines)
    settings |= {
        "CAREBASE_SITE": str(site),
        "CAREBASE_DATABASE_URL": f"sqlite:///{site.parent}/carebase.db",
        "CAREBASE_SMTP_URL": "",
        "CAREBASE_RATE_LIMITS": "on",
    }
    with ExitStack() as stack:
        care = stack.enter_context(request.param(site, tmp_path, port))
        settings["CAREBASE_URL"] = care.address
        stack.enter_context(process(site, "--port", str(port), settings=settings))
        yield care, settings


def test_pages_come_with_the_headers_of_the_site(care: tuple[Care, dict[str, str]]) -> None:
    server, _ = care
    policy = (server.site / "_headers").read_text().split("Content-Security-Policy: ")[1]
    for path in KINDS.values():
        status, headers, text = server.get(path)
        assert 200 == status, path
        assert policy.splitlines()[0] == headers["content-security-policy"], path
        assert "nosniff" == headers["x-content-type-options"]
        assert text == (
            server.site / (path if path.endswith("html") else f"{path}index.html")
        ).read_text(encoding="utf-8")
        assert "x-price" not in headers
    status, headers, text = server.get("assets/carebase/carebase.css")
    assert (200, "max-age=60") == (status, headers["cache-control"])
    assert '5 $ {each} "net"' == headers["x-price"]


def test_browsers_ask_for_what_may_change_and_keep_what_never_does(
    care: tuple[Care, dict[str, str]],
) -> None:
    server, _ = care
    status, headers, _ = server.get("products/brio/")
    assert (200, "no-cache") == (status, headers["cache-control"])
    again = server.get("products/brio/", **{"If-None-Match": headers["etag"]})
    assert (304, "") == (again[0], again[2])
    status, headers, _ = server.get("pagefind/index.json")
    assert (200, "no-cache") == (status, headers["cache-control"])
    (script,) = (server.site / "hashed").glob("bundle.*.min.js")
    status, headers, _ = server.get(script.relative_to(server.site).as_posix())
    assert (200, "public, max-age=31536000, immutable") == (status, headers["cache-control"])


def test_an_address_without_its_slash_leads_to_the_page(care: tuple[Care, dict[str, str]]) -> None:
    server, _ = care
    status, headers, _ = server.get("products/brio")

    # At the address without it, links and pictures would lead beside the page's folder.
    assert (True, True) == (status in (301, 308), headers["location"].endswith("/products/brio/"))
    # A folder that is no page is not there, whatever the server says of folders.
    assert [404, 404] == [server.get(path)[0] for path in ("assets/", "assets/javascripts/")]


def test_texts_come_packed_and_with_their_letters(care: tuple[Care, dict[str, str]]) -> None:
    server, _ = care
    for path, kind in (
        ("", "text/html"),
        ("products/brio/descale.md", "text/markdown"),
        ("llms.txt", "text/plain"),
        ("sitemap.xml", "text/xml"),
        ("assets/carebase/carebase.css", "text/css"),
    ):
        status, headers, _ = server.get(path, **{"Accept-Encoding": "gzip"})
        found = (status, headers["content-type"].split(";")[0], headers["content-encoding"])
        assert (200, kind, "gzip") == found, path
        assert "Accept-Encoding" == headers["vary"], path
        if kind != "text/css":
            assert headers["content-type"].lower().endswith("; charset=utf-8"), path
    status, headers, _ = server.get("no/such/page/", **{"Accept-Encoding": "gzip"})
    assert (404, "gzip") == (status, headers["content-encoding"])


def test_what_is_not_there_leads_to_the_pages_that_are_near(
    care: tuple[Care, dict[str, str]],
) -> None:
    server, _ = care
    status, headers, text = server.get("products/brio/descaling/")

    assert 404 == status
    assert "carebase-not-found" in text
    # It runs scripts like any other page.
    assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in headers["content-security-policy"]
    assert "nosniff" == headers["x-content-type-options"]
    for secret in ("site.private/site.json", "../site.private/site.json", "carebase.db"):
        assert server.get(secret)[0] in (400, 404), secret


def test_a_form_arrives_and_the_doctor_is_content(care: tuple[Care, dict[str, str]]) -> None:
    server, settings = care
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k" * 16}
    origin = server.address.rstrip("/")
    status, _, text = server.send(
        "POST", "v1/forms/support-request", json.dumps(MESSAGE), {**headers, "Origin": origin}
    )
    assert 201 == status, text
    assert json.loads(text)["status_url"].startswith(server.address + "requests/")
    # A page of another site may not.
    status, _, _ = server.send(
        "POST",
        "v1/forms/support-request",
        json.dumps(MESSAGE),
        {**headers, "Origin": "https://a.example"},
    )
    assert 403 == status
    done = run_carebase(
        "doctor", "--json", env={**settings, "SSL_CERT_FILE": str(CERTIFICATE)}, cwd=server.site
    )
    found = {one["subject"]: one for one in json.loads(done.stdout)}
    assert "through a trusted proxy" in found["proxies"]["said"]
    assert "ok" == found["address"]["level"]
    assert 0 == done.returncode, done.stdout


@pytest.mark.parametrize("front", [nginx, caddy], ids=["nginx", "caddy"])
def test_no_log_holds_a_secret_address_while_the_endpoint_starts(
    site: Path, tmp_path: Path, front: Callable[..., AbstractContextManager[Care]]
) -> None:
    with front(site, tmp_path, free_port()) as server:
        for path in ("requests/", "privacy/"):
            status, _, text = server.get(path + "S3CRET" * 5)
            # Whoever waits for the page is told something.
            assert (502, True) == (status, bool(text.strip()))
        assert 200 == server.get("products/brio/")[0]
    written_down = "".join(
        path.read_text() for path in tmp_path.iterdir() if "log" in path.name and path.is_file()
    )

    assert "S3CRET" not in written_down


@pytest.mark.parametrize("front", [nginx, caddy], ids=["nginx", "caddy"])
def test_a_form_that_meets_no_endpoint_ends_on_a_page_that_says_so(
    site: Path, tmp_path: Path, front: Callable[..., AbstractContextManager[Care]]
) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    with front(site, tmp_path, free_port()) as server:
        found = [
            server.send("POST", "v1/forms/support-request", urlencode(MESSAGE), kind),
            server.get("requests/" + "x" * 32),
        ]

    for status, headers, text in found:
        assert (502, "text/html") == (status, headers["content-type"].partition(";")[0])
        assert "<h1>We cannot be reached for a moment</h1>" in text
        assert "Please try again in a minute. What has reached us is not lost." in text
        assert "<script" not in text


@pytest.mark.parametrize("front", [nginx, caddy], ids=["nginx", "caddy"])
def test_a_site_without_that_page_is_told_the_same_status(
    site: Path, tmp_path: Path, front: Callable[..., AbstractContextManager[Care]]
) -> None:
    """By another one, a page that waits to send its form again would give up."""
    away = site / "502.html"
    kept = away.rename(site.parent / "kept")
    try:
        with front(site, tmp_path, free_port()) as server:
            found = [server.send(how, "v1/forms/support-request")[0] for how in ("GET", "POST")]
    finally:
        kept.rename(away)

    assert [502, 502] == found


def test_every_address_of_the_endpoint_gets_through(care: tuple[Care, dict[str, str]]) -> None:
    server, _ = care
    _, _, missing = server.get("no/such/page/")
    for path in (
        *("v1/forms/support-request", "v1/challenge", "v1/uploads", "v1/search?q=descale"),
        *("requests/none", "requests/none/erase", "requests/none/files/1"),
        # What is held about somebody: the link of a mail, and its file.
        *(f"privacy/{'k' * 60}", f"privacy/{'k' * 60}/data.json"),
        *("01/09120000011019/21/BR24100042", "search?q=descale"),
        *("healthz", "readyz", "openapi.json"),
    ):
        passed_on = missing != server.get(path)[2]
        assert passed_on, path
    # The numbers of the endpoint are nobody's but its own machine's.
    kept = missing == server.get("metrics")[2]
    assert kept


def test_plain_http_leads_to_the_safe_address(site: Path, tmp_path: Path) -> None:
    with nginx(site, tmp_path, free_port()):
        text = (tmp_path / "nginx.conf").read_text()
        found = re.search(r"listen 127\.0\.0\.1:(\d+);", text)
        assert found
        status, headers, _ = Care(f"http://localhost:{found[1]}/", site).get("products/")

    assert (301, "https://localhost/products/") == (status, headers["location"])


@pytest.mark.parametrize(
    "name", ["carebase.service", "carebase-backup.service", "carebase-canary.service"]
)
def test_systemd_understands_the_units(name: str, tmp_path: Path) -> None:
    kinds = ("backup.service", "backup.timer", "canary.service", "canary.timer")
    for one in ("carebase.service", *(f"carebase-{kind}" for kind in kinds)):
        text = written(f"/etc/systemd/system/{one}")
        # The programs of the page are not on this machine.
        text = text.replace("/srv/care/venv/bin/carebase", "/bin/true")
        (tmp_path / one).write_text(text)
    done = subprocess.run(
        [program("systemd-analyze"), "verify", "--man=no", tmp_path / name],
        capture_output=True,
        text=True,
        timeout=60,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )

    assert (0, "") == (done.returncode, done.stdout + done.stderr)


def test_the_nightly_copy_can_be_brought_back(site: Path, tmp_path: Path) -> None:
    text = written("/etc/systemd/system/carebase-backup.service")
    copies = re.findall(r"^ExecStart=(.*)$", text, re.M)
    data, backups = tmp_path / "data", tmp_path / "backups"
    data.mkdir()
    backups.mkdir()
    for name, days in (("2026-01-01", 15), ("2026-01-09", 3)):
        (backups / f"{name}.files").mkdir()
        for path in (
            backups / f"{name}.db",
            backups / f"{name}.files" / "picture.jpg",
            backups / f"{name}.files",
        ):
            if not path.is_dir():
                path.touch()
            os.utime(path, times=(time.time() - days * 86400,) * 2)
    # What a copy has left that was killed.
    (half := backups / "2026-01-01.db.77.part").touch()
    os.utime(half, times=(time.time() - 15 * 86400,) * 2)
    settings = {
        "CAREBASE_DATABASE_URL": f"sqlite:///{data / 'carebase.db'}",
        "CAREBASE_CHALLENGE": "off",
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k" * 16}
    with process(site, settings=settings) as (started, client):
        sent = client.send("POST", "/v1/forms/support-request", json.dumps(MESSAGE), headers)
        assert 201 == sent.status, sent.text
        # By night, and once more on the same day, before Carebase is updated.
        for copy in (*copies, "/bin/sleep 1", *copies):
            command = copy.replace("/srv/care/venv/bin/carebase", "carebase").replace("%%", "%")
            command = command.replace("/srv/care/", f"{tmp_path}/")
            done = subprocess.run(
                shlex.split(command),
                env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", **settings},
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert 0 == done.returncode, done.stderr
        started.terminate()
        started.wait(20)
    assert ["carebase.secret"] == [path.name for path in backups.glob("*.secret")]
    # What is too old is gone, with what customers sent as files.
    assert not list(backups.glob("2026-01-01*"))
    assert (backups / "2026-01-09.files" / "picture.jpg").exists()
    made = [path for path in backups.glob("*.db") if path.name != "2026-01-09.db"]
    assert 2 == len(made)
    copy_file = max(made)
    for path in data.glob("carebase.db*"):
        path.unlink()
    copy_file.rename(data / "carebase.db")
    with process(site, settings=settings) as (_, client):
        again = client.send("POST", "/v1/forms/support-request", json.dumps(MESSAGE), headers)

    # The copy knows the form that was sent before it: the same reference, counted once.
    assert (sent.status, sent.json["ref"]) == (again.status, again.json["ref"])
