"""What answers while a site is written: pages, endpoint and live reload below one address."""

from __future__ import annotations

import http.client
import json
import os
import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, quote
from wsgiref.util import FileWrapper

from mkdocs.livereload import LiveReloadServer

from carebase_plugins.engine.watching import Watching

_SCRIPT_FILE = Path(__file__).with_name("reload.js")
_SCRIPT, _WAIT = "_carebase/reload.js", "_carebase/wait"
# In seconds: how long a change settles, and how long a page waits for news.
_SETTLE, _PATIENCE = 0.03, 55.0
# Addresses of the endpoint, below the site's own (DESIGN, HTTP).
_ROUTES = re.compile(r"(?:v1/.*|01/.*|requests/.*|search|healthz|readyz|metrics|openapi\.json)\Z")
# What belongs to one connection and is not passed on (RFC 9110, 7.6.1).
_HOP = frozenset(("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"))


class Endpoint(Protocol):
    """What answers forms while the site is served."""

    port: int

    def expect_index(self, is_awaited: Callable[[], bool]) -> None: ...

    def reload(self) -> None: ...

    def stop(self) -> None: ...


class Server(LiveReloadServer):
    """Serves pages with live reload, and hands the endpoint's addresses on to it."""

    allow_reuse_address = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.endpoint: Endpoint | None = None
        self.bound = False
        # After an edit no more is waited than editors need to write several files.
        self.build_delay = _SETTLE
        self.changed: set[str] = set()
        self.problems: list[dict[str, Any]] = []
        self.version = 0
        self.watching = Watching(self.note)
        # Called when pages answer.
        self.ready: Callable[[], None] = lambda: None

    def server_bind(self) -> None:
        """Take the port, once: the first build comes between that and serving."""
        if not self.bound:
            super().server_bind()
            self.bound = True

    def watch(self, path: str, func: None = None, *, recursive: bool = True) -> None:
        """Watch a folder, or one file through the folder it is in."""
        if self.watching.add(path, recursive=recursive):
            self._watched_paths[str(Path(path).absolute())] = 1

    def unwatch(self, path: str) -> None:
        """Watch a folder or file no more, as a plugin may ask."""
        self.watching.remove(path)
        self._watched_paths.pop(str(Path(path).absolute()), None)

    def note(self, path: str) -> None:
        """Note a changed file and wake the builder; without a path only that is done."""
        with self._rebuild_cond:
            if path:
                self.changed.add(path)
            self._want_rebuild = True
            self._rebuild_cond.notify_all()

    def serve(self, *, open_in_browser: bool = False) -> None:
        """Serve until the end."""
        self.server_bind()
        self.server_activate()
        self.serve_thread.start()
        self.ready()
        self._build_loop()  # type: ignore[no-untyped-call]

    def shutdown(self, wait: bool = False) -> None:
        """Stop watching and serving."""
        self.watching.stop()
        super().shutdown(wait)

    def publish(self) -> None:
        """Let open pages show what was built."""
        with self._epoch_cond:
            self._visible_epoch = self._wanted_epoch
            self._epoch_cond.notify_all()

    def tell(self, problems: list[dict[str, Any]]) -> None:
        """Show problems on every open page."""
        with self._epoch_cond:
            if problems != self.problems:
                self.problems = problems
                self.version += 1
                self._epoch_cond.notify_all()

    def serve_request(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        below = path.removeprefix(self.mount_path) if path.startswith(self.mount_path) else ""
        if below == _WAIT:
            return self._wait(environ, start_response)
        if below == _SCRIPT:
            start_response("200 OK", [("Content-Type", "text/javascript; charset=utf-8")])
            return [_SCRIPT_FILE.read_bytes()]
        if self.endpoint is not None and _ROUTES.match(below):
            return _hand_on(environ, start_response, self.endpoint.port)
        answer: Iterable[bytes] = super().serve_request(environ, start_response)
        return answer

    def _serve_request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve a file whole, also one that another takes the place of meanwhile, as an index is.

        The base reads pages at once. Of other files it would ask the size by their names, which
        may be those of others by then, or of none.
        """
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        if not path.startswith(self.mount_path) or path.endswith(("/", ".html")):
            return super()._serve_request(environ, start_response)
        with self._epoch_cond:
            self._epoch_cond.wait_for(lambda: self._visible_epoch == self._wanted_epoch)
        below = posixpath.normpath("/" + path[len(self.mount_path) :]).lstrip("/")
        try:
            file = Path(self.root, below).open("rb")  # noqa: SIM115
        except (OSError, ValueError):
            return super()._serve_request(environ, start_response)
        size = os.fstat(file.fileno()).st_size
        kind = self._guess_type(below)  # type: ignore[no-untyped-call]
        start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(size))])
        return FileWrapper(file)

    def _wait(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer when there is something newer than what a page knows, or after a while."""
        known = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}

        def newer() -> bool:
            return (
                str(self._visible_epoch) != known.get("epoch")
                or str(self.version) != known.get("version")
                or self._shutdown
            )

        with self._epoch_cond:
            self._epoch_cond.wait_for(newer, timeout=_PATIENCE)
            said = {
                "epoch": self._visible_epoch,
                "version": self.version,
                "problems": self.problems,
            }
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    def _inject_js_into_html(self, content: bytes, epoch: int) -> bytes:
        """Add our script, a file of its own: it runs under the policy that a host will send."""
        base = self.mount_path
        script = (
            f'<script src="{base}{_SCRIPT}" data-wait="{base}{_WAIT}" data-epoch="{epoch}">'
            "</script>"
        )
        before, end, after = content.rpartition(b"</body>")
        return before + script.encode() + end + after if end else content + script.encode()


def _hand_on(environ: dict[str, Any], start_response: Any, port: int) -> Iterable[bytes]:
    headers = {
        name[5:].replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and name[5:].replace("_", "-").lower() not in _HOP
    }
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else None
    target = quote(environ["PATH_INFO"], encoding="latin-1")
    if environ.get("QUERY_STRING"):
        target += "?" + environ["QUERY_STRING"]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(environ["REQUEST_METHOD"], target, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        passed = [(n, v) for n, v in answer.getheaders() if n.lower() not in _HOP]
        start_response(f"{answer.status} {answer.reason}", passed)
        return [content]
    finally:
        connection.close()
