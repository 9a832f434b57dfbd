"""Serving a site while it is written: pages, endpoint and live reload below one address."""

from __future__ import annotations

import errno
import http.client
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from mkdocs.livereload import LiveReloadServer

from carebase.errors import CarebaseError, UsageError
from carebase_plugins.engine.build import Outcome, generate_site, source_problems, write_private_of
from carebase_plugins.engine.site import read_config
from carebase_plugins.shared import shared_by

Say = Callable[[str], None]
# How many ports above the one asked for are tried.
_TRIES = 20
# Addresses of the endpoint, below the site's own (DESIGN, HTTP).
_ROUTES = re.compile(r"(?:v1/.*|01/.*|requests/.*|search|healthz|readyz|metrics|openapi\.json)\Z")
# What belongs to one connection and is not passed on (RFC 9110, 7.6.1).
_HOP = frozenset(("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"))


class Endpoint(Protocol):
    """What answers forms while the site is served."""

    port: int

    def reload(self) -> None: ...

    def stop(self) -> None: ...


class Server(LiveReloadServer):
    """Serves pages with live reload, and hands the endpoint's addresses on to it."""

    allow_reuse_address = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.endpoint: Endpoint | None = None
        self.bound = False

    def server_bind(self) -> None:
        """Take the port, once: the first build comes between that and serving."""
        if not self.bound:
            super().server_bind()
            self.bound = True

    def serve_request(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        below = path.removeprefix(self.mount_path) if path.startswith(self.mount_path) else ""
        if self.endpoint is not None and _ROUTES.match(below):
            return _hand_on(environ, start_response, self.endpoint.port)
        answer: Iterable[bytes] = super().serve_request(environ, start_response)
        return answer


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


def serve_site(
    root: Path,
    host: str,
    port: int,
    say: Say,
    start_endpoint: Callable[[Path], Endpoint] | None,
) -> None:
    """Build and serve until Ctrl-C; a saved file is built again and shown by itself.

    `start_endpoint` is given the built site; without it only pages are served.
    """
    with tempfile.TemporaryDirectory(prefix="carebase-") as folder:
        _Session(root, Path(folder) / "site", host, port, say).run(start_endpoint)


class _Session:
    """One run of `carebase serve`."""

    def __init__(self, root: Path, site_dir: Path, host: str, port: int, say: Say) -> None:
        self.root = root
        self.site_dir = site_dir
        self.say = say
        config = read_config(root)
        self.mount = urlsplit(config.site_url or "/").path or "/"
        self.server = self._bind(host, port)
        self.endpoint: Endpoint | None = None

    def _bind(self, host: str, port: int) -> Server:
        for tried in range(port, port + _TRIES):
            server = Server(
                builder=self.rebuild,
                host=host,
                port=tried,
                root=str(self.site_dir),
                mount_path=self.mount,
            )
            try:
                server.server_bind()
            except OSError as error:
                server.server_close()
                if error.errno != errno.EADDRINUSE:
                    reason = error.strerror or str(error)
                    raise UsageError(f"Cannot listen on {host}:{tried}: {reason}.") from None
                self.say(f"Port {tried} is in use; trying {tried + 1}.")
                continue
            if tried != port:
                server.url = server.url.replace(f":{port}/", f":{tried}/")
            return server
        raise UsageError(f"The ports {port} to {port + _TRIES - 1} are all in use.")

    def run(self, start_endpoint: Callable[[Path], Endpoint] | None) -> None:
        server = self.server
        # Also where a script started this in the background, with Ctrl-C ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _interrupt)
        try:
            outcome = self.build()
            server.error_handler = self._error_page
            for path in outcome.watched:
                server.watch(path)
            if start_endpoint is not None:
                server.endpoint = self.endpoint = start_endpoint(self.site_dir)
            self.say(f"Carebase serves {outcome.pages} pages at {server.url} (stop with Ctrl-C)")
            server.serve()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            self.say("Stopped.")
        finally:
            server.shutdown()
            if self.endpoint is not None:
                self.endpoint.stop()

    def build(self) -> Outcome:
        """Build everything; problems are told and do not stop the preview."""
        config = read_config(self.root, site_dir=str(self.site_dir))
        config.site_url = self.server.url
        shared = shared_by(config)
        for problem in source_problems(shared):
            self.say(problem.as_text())
        outcome = Outcome(self.site_dir)
        generate_site(config, outcome, serve_url=self.server.url)
        write_private_of(shared, self.site_dir)
        for warning in outcome.warnings:
            self.say(warning)
        outcome.watched = [config.docs_dir, *filter(None, [config.config_file_path]), *config.watch]
        return outcome

    def rebuild(self) -> None:
        """Build again after a change; what is wrong is said, and the last good site stays."""
        good = self.site_dir.with_name("last-good")
        self.site_dir.rename(good)
        try:
            outcome = self.build()
        except Exception as error:
            self.say(str(error) if isinstance(error, CarebaseError) else f"{error!r}")
            shutil.rmtree(self.site_dir, ignore_errors=True)
            good.rename(self.site_dir)
            return
        shutil.rmtree(good)
        if self.endpoint is not None:
            self.endpoint.reload()
        self.say(f"Built {outcome.pages} pages in {outcome.seconds:.1f} s.")

    def _error_page(self, code: int) -> bytes | None:
        page = self.site_dir / f"{code}.html"
        return page.read_bytes() if page.is_file() else None


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
