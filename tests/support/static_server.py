"""A static host as customers meet one: folder addresses, 404.html, and the rules of `_headers`."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

Rule = tuple[re.Pattern[str], list[tuple[str, str]]]


def read_headers(text: str) -> list[Rule]:
    """Read a `_headers` file: a path pattern per block, below it indented `Name: value` lines.

    The form is that of Netlify and Cloudflare Pages: `*` stands for any text.
    """
    rules: list[Rule] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace():
            name, _, value = line.strip().partition(":")
            rules[-1][1].append((name.strip(), value.strip()))
        else:
            parts = (re.escape(part) for part in line.strip().split("*"))
            rules.append((re.compile(".*".join(parts)), []))
    return rules


class _Handler(SimpleHTTPRequestHandler):
    """Serves one folder below a prefix, silently."""

    protocol_version = "HTTP/1.1"
    # Hosts do not let a body wait for the receipt of its head, 40 ms of each file.
    disable_nagle_algorithm = True
    extensions_map = {  # noqa: RUF012 - an instance variable in the base class
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }

    def __init__(self, *args: Any, prefix: str, rules: list[Rule], **named: Any) -> None:
        self.prefix = prefix
        self.tag = ""
        self.rules = rules
        super().__init__(*args, **named)

    def translate_path(self, path: str) -> str:
        """Give the file of an address, or one that cannot be when it lies outside the prefix."""
        if not path.startswith(self.prefix):
            return str(Path(self.directory) / "outside" / "the" / "site")
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def send_head(self) -> Any:
        """Answer 304 only for the same bytes: a page built twice in a second is another page."""
        del self.headers["If-Modified-Since"]
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        self.tag = f'"{sha256(file.read_bytes()).hexdigest()[:32]}"' if file.is_file() else ""
        if self.tag and self.headers.get("If-None-Match") == self.tag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.end_headers()
            return None
        return super().send_head()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page for an address that is not there."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        """Add what `_headers` says of this address; the browser asks again, as of most hosts."""
        path = "/" + unquote(urlsplit(self.path).path).removeprefix(self.prefix)
        for pattern, headers in self.rules:
            if pattern.fullmatch(path):
                for name, value in headers:
                    self.send_header(name, value)
        if self.tag:
            self.send_header("ETag", self.tag)
        self.send_header("Cache-Control", "public, max-age=0, must-revalidate")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has above
        """Keep the test output clean."""


class _Server(ThreadingHTTPServer):
    """Says nothing of a browser that closes its connections when a test ends."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve_folder(folder: Path, prefix: str = "/", headers: bool = False) -> Iterator[str]:
    """Serve `folder` on a free port and give its address, which ends in `/`.

    `prefix` such as `/help/` puts the site below a path; `headers` obeys the folder's `_headers`,
    whose patterns are read relative to the site, as hosts do for a site at its root.
    """
    rules = read_headers((folder / "_headers").read_text()) if headers else []
    handler = partial(_Handler, directory=str(folder), prefix=prefix, rules=rules)
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{prefix}"
        finally:
            server.shutdown()
            thread.join()
