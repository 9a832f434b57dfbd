"""A server with holes, so that a scan which finds nothing is known to have looked."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_PAGE = (
    '<!doctype html><html><body><a href="/find?name=pump">Find</a>'
    ' <a href="/say?words=hello">Say</a> <a href="/go?to=/">Go</a>{content}</body></html>'
)


class _Handler(BaseHTTPRequestHandler):
    """Builds SQL from what it is sent, says it back, and leads wherever it is told."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/go":
            self.send_response(302)
            self.send_header("Location", asked.get("to", "/"))
            self.end_headers()
            return
        content = asked.get("words", "")
        status = 200
        if parts.path == "/find":
            status, content = _find(asked.get("name", ""))
        body = _PAGE.replace("{content}", content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name above
        """Keep the output clean."""


def _find(name: str) -> tuple[int, str]:
    database = sqlite3.connect(":memory:")
    try:
        database.execute("create table parts (name text)")
        database.execute("insert into parts values ('pump'), ('valve')")
        # The hole.
        rows = database.execute(f"select name from parts where name = '{name}'").fetchall()
        return 200, escape(", ".join(row[0] for row in rows))
    except sqlite3.Error as error:
        return 500, escape(f"sqlite3.OperationalError: {error}")
    finally:
        database.close()


@contextmanager
def leaking() -> Iterator[str]:
    """Run it on a free port; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
