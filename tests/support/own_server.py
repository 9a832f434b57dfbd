"""The servers of the handbook's page about an own machine, run with its files as they stand there.

Only names, ports and folders are others.
"""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.kb.mail_server import CERTIFICATE
from tests.support import webservers
from tests.support.example import ROOT
from tests.support.process import free_port

HANDBOOK = ROOT / "docs/handbook"
PAGE = HANDBOOK / "own-server.md"


def written(title: str, page: Path = PAGE) -> str:
    """Give the file that a page shows under a title."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf'^```\w+ title="{re.escape(title)}"\n(.*?)^```$', text, re.DOTALL | re.M)
    assert found, title
    return found[1]


def program(name: str) -> str:
    """Give the path of a program; without it the test is skipped, or fails where it may not."""
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
        """Ask for an address; gives status, headers and text."""
        return self.send("GET", path, headers=headers)

    def send(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Send a request; gives status, headers and text."""
        parts = urlsplit(self.address)
        assert parts.hostname and parts.port
        connection = HTTPConnection(parts.hostname, parts.port, timeout=20)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=str(CERTIFICATE))
            connection = HTTPSConnection(parts.hostname, parts.port, timeout=20, context=context)
        try:
            connection.request(method, parts.path + path, body or None, headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()


@contextmanager
def running(command: list[str], ready: Callable[[], bool], folder: Path) -> Iterator[None]:
    """Run a server until the block ends; it is `ready` before it begins."""
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
    """Tell whether the home page comes."""
    try:
        return care.get("")[0] == 200
    except OSError:
        return False


@contextmanager
def nginx(
    site: Path, folder: Path, endpoint: int, port: int | None = None, below: str = ""
) -> Iterator[Care]:
    """Run the page's nginx, with TLS at `port`, before the endpoint at another.

    Below a folder (`help/`) it has the lines that the page has for that.
    """
    plain, safe = free_port(), port or free_port()
    whole = written("/etc/nginx/sites-available/care")
    if below:
        before = whole[: whole.index("    location / {")]
        whole = before + written("nginx below a folder") + "}\n"
    text = changed(
        whole,
        {
            "/srv/care/": f"{site.parent}/",
            "care.example.com;": "localhost;",
            "/etc/letsencrypt/live/care.example.com/fullchain.pem": str(CERTIFICATE),
            "/etc/letsencrypt/live/care.example.com/privkey.pem": str(CERTIFICATE),
            "127.0.0.1:8000": f"127.0.0.1:{endpoint}",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ": f"listen 127.0.0.1:{safe} ",
        },
    )
    care = Care(f"https://localhost:{safe}/{below}", site)
    with run_nginx(text, folder, care):
        yield care


@contextmanager
def caddy(
    site: Path, folder: Path, endpoint: int, port: int | None = None, below: str = ""
) -> Iterator[Care]:
    """Run the page's Caddy before the endpoint at a port, without TLS."""
    port = port or free_port()
    title, host = "/etc/caddy/Caddyfile", "care.example.com {"
    if below:
        title, host = "Caddy below a folder", "www.example.com {"
    text = changed(
        written(title),
        {
            host: f"http://localhost:{port} {{",
            "/srv/care/": f"{site.parent}/",
            "127.0.0.1:8000": f"127.0.0.1:{endpoint}",
        },
    )
    care = Care(f"http://localhost:{port}/{below}", site)
    with run_caddy(text, folder, care):
        yield care


def changed(text: str, names: Mapping[str, str]) -> str:
    """Put other names, ports and folders into a file of the handbook."""
    for there, here in names.items():
        assert there in text, there
        text = text.replace(there, here)
    return text


@contextmanager
def run_nginx(text: str, folder: Path, care: Care) -> Iterator[None]:
    """Run nginx with what stands in a folder of sites, until it serves the pages."""
    text = text.replace("/var/log/nginx/", f"{folder}/")
    # The folders of tests are root's alone, where root runs them.
    user = "user root;\n" if os.geteuid() == 0 else ""
    whole = (
        f"{user}daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\n"
        f"http {{ include /etc/nginx/mime.types; default_type application/octet-stream;\n"
        f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n{text}\n}}\n"
    )
    (folder / "nginx.conf").write_text(whole)
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with running(command, lambda: answers(care), folder):
        yield


@contextmanager
def run_caddy(text: str, folder: Path, care: Care) -> Iterator[None]:
    """Run Caddy with a Caddyfile, until it serves the pages."""
    options, _, sites = text.partition("\n}\n")
    assert options.startswith("{\n"), options
    (folder / "Caddyfile").write_text(f"{options}\n    admin off\n}}\n{sites}")
    command = [program("caddy"), "run", "--config", str(folder / "Caddyfile")]
    with running(command, lambda: answers(care), folder):
        yield
