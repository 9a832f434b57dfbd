"""The handbook's server of one's own: its files as they stand there, with the programs themselves.

Only names, ports and folders are others.
"""

from __future__ import annotations

import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.kb.endpoint_site import process
from tests.kb.mail_server import CERTIFICATE
from tests.support import webservers
from tests.support.example import KINDS, ROOT, copy_example
from tests.support.process import free_port, run_carebase

PAGE = ROOT / "docs/handbook/own-server.md"
OWN_HEADERS = """\
/assets/*
  Cache-Control: max-age=60
  X-Price: 5 $ {each} "net"
"""
MESSAGE = {"topic": "fault", "message": "It hums.", "name": "Ana", "email": "ana@example.com"}


def written(title: str) -> str:
    """Give the file that the page shows under a title."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf'^```\w+ title="{re.escape(title)}"\n(.*?)^```$', text, re.DOTALL | re.M)
    assert found, title
    return found[1]


def program(name: str) -> str:
    path = webservers.find(name)
    if path is None:
        if webservers.is_required():
            pytest.fail(webservers.why_not(name))
        pytest.skip(webservers.why_not(name))
    return path


@dataclass(frozen=True)
class Care:
    """The example on a server of one's own: `address` is that of customers."""

    address: str
    site: Path

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        return self.send("GET", path, headers=headers)

    def send(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(self.address)
        assert parts.hostname and parts.port
        connection = HTTPConnection(parts.hostname, parts.port, timeout=20)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=str(CERTIFICATE))
            connection = HTTPSConnection(parts.hostname, parts.port, timeout=20, context=context)
        try:
            connection.request(method, "/" + path, body or None, headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own-server")
    copy_example(root)
    (root / "docs" / "_headers").write_text(OWN_HEADERS)
    done = run_carebase("build", "-d", root / "srv" / "site", cwd=root)
    assert 0 == done.returncode, done.stderr
    return root / "srv" / "site"


@contextmanager
def running(command: list[str], ready: Callable[[], bool], folder: Path) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as out:
        started = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        for _ in range(200):
            assert started.poll() is None, log.read_text()
            if ready():
                break
            time.sleep(0.1)
        else:
            pytest.fail(log.read_text())
        yield
    finally:
        started.terminate()
        started.wait(20)


def answers(care: Care) -> bool:
    try:
        return care.get("")[0] == 200
    except OSError:
        return False


@contextmanager
def nginx(site: Path, folder: Path, endpoint: int) -> Iterator[Care]:
    plain, safe = free_port(), free_port()
    text = written("/etc/nginx/sites-available/care")
    for there, here in (
        ("/srv/care/", f"{site.parent}/"),
        ("care.example.com;", "localhost;"),
        ("/etc/letsencrypt/live/care.example.com/fullchain.pem", str(CERTIFICATE)),
        ("/etc/letsencrypt/live/care.example.com/privkey.pem", str(CERTIFICATE)),
        ("127.0.0.1:8000", f"127.0.0.1:{endpoint}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{safe} "),
    ):
        assert there in text, there
        text = text.replace(there, here)
    # The folders of tests are root's alone, where root runs them.
    user = "user root;\n" if os.geteuid() == 0 else ""
    whole = (
        f"{user}daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\n"
        f"http {{ include /etc/nginx/mime.types; default_type application/octet-stream;\n"
        f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n{text}\n}}\n"
    )
    (folder / "nginx.conf").write_text(whole)
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    care = Care(f"https://localhost:{safe}/", site)
    with running(command, lambda: answers(care), folder):
        yield care


@contextmanager
def caddy(site: Path, folder: Path, endpoint: int) -> Iterator[Care]:
    port = free_port()
    text = written("/etc/caddy/Caddyfile")
    for there, here in (
        ("care.example.com {", f"http://localhost:{port} {{"),
        ("/srv/care/", f"{site.parent}/"),
        ("127.0.0.1:8000", f"127.0.0.1:{endpoint}"),
    ):
        assert there in text, there
        text = text.replace(there, here)
    (folder / "Caddyfile").write_text(f"{{\n    admin off\n}}\n{text}")
    command = [program("caddy"), "run", "--config", str(folder / "Caddyfile")]
    care = Care(f"http://localhost:{port}/", site)
    with running(command, lambda: answers(care), folder):
        yield care


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


def test_what_is_not_there_leads_to_the_pages_that_are_near(
    care: tuple[Care, dict[str, str]],
) -> None:
    server, _ = care
    status, _, text = server.get("products/brio/descaling/")

    assert 404 == status
    assert "carebase-not-found" in text
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


def test_plain_http_leads_to_the_safe_address(site: Path, tmp_path: Path) -> None:
    with nginx(site, tmp_path, free_port()):
        text = (tmp_path / "nginx.conf").read_text()
        found = re.search(r"listen 127\.0\.0\.1:(\d+);", text)
        assert found
        status, headers, _ = Care(f"http://localhost:{found[1]}/", site).get("products/")

    assert (301, "https://localhost/products/") == (status, headers["location"])


@pytest.mark.parametrize("name", ["carebase.service", "carebase-backup.service"])
def test_systemd_understands_the_units(name: str, tmp_path: Path) -> None:
    for one in ("carebase.service", "carebase-backup.service", "carebase-backup.timer"):
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
    settings = {
        "CAREBASE_DATABASE_URL": f"sqlite:///{data / 'carebase.db'}",
        "CAREBASE_CHALLENGE": "off",
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k" * 16}
    with process(site, settings=settings) as (started, client):
        sent = client.send("POST", "/v1/forms/support-request", json.dumps(MESSAGE), headers)
        assert 201 == sent.status, sent.text
        for copy in copies:
            command = copy.replace("/srv/care/venv/bin/carebase", "carebase").replace("%%", "%")
            command = command.replace("/srv/care/", f"{tmp_path}/")
            done = subprocess.run(
                command,
                shell=True,
                env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", **settings},
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert 0 == done.returncode, done.stderr
        started.terminate()
        started.wait(20)
    assert ["carebase.secret"] == [path.name for path in backups.glob("*.secret")]
    (copy_file,) = backups.glob("*.db")
    for path in data.glob("carebase.db*"):
        path.unlink()
    copy_file.rename(data / "carebase.db")
    with process(site, settings=settings) as (_, client):
        again = client.send("POST", "/v1/forms/support-request", json.dumps(MESSAGE), headers)

    # The copy knows the form that was sent before it: the same reference, counted once.
    assert (sent.status, sent.json["ref"]) == (again.status, again.json["ref"])
