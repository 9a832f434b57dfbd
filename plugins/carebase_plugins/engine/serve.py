"""Serving a site while it is written: pages, endpoint and live reload below one address."""

from __future__ import annotations

import errno
import http.client
import json
import os
import posixpath
import re
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urlsplit
from wsgiref.util import FileWrapper

from mkdocs.livereload import LiveReloadServer

from carebase.articles.audience import Audience
from carebase.build import Later
from carebase.build.scratch import scratch
from carebase.build.stopping import end_well, go_on_ending
from carebase.counting import counted
from carebase.errors import UsageError, sentence_of
from carebase_plugins.engine.build import Outcome
from carebase_plugins.engine.checking import Checking
from carebase_plugins.engine.driver import PagesError
from carebase_plugins.engine.preview import Preview, folders_of
from carebase_plugins.engine.scene import OvertakenError
from carebase_plugins.engine.site import find_config, read_config
from carebase_plugins.engine.watching import Watching

_SCRIPT_FILE = Path(__file__).with_name("reload.js")
_SCRIPT, _WAIT = "_carebase/reload.js", "_carebase/wait"
# In seconds: how long a change settles, how long a page waits for news, when the rest is built
# after a quick edit, and indexed after that.
_SETTLE, _PATIENCE, _LATER, _PAUSE = 0.03, 55.0, 1.5, 1.0

Say = Callable[[str], None]
# How many ports above the one asked for are tried.
_TRIES = 20
# Addresses of the endpoint, below the site's own (DESIGN, HTTP).
_ROUTES = re.compile(r"(?:v1/.*|01/.*|requests/.*|search|healthz|readyz|metrics|openapi\.json)\Z")
# What editors write beside a file and then put into its place or delete.
_PASSING = re.compile(r".*~|.*\.(?:sw[a-p]|swx|tmp|bak)|4913|\..+\.md\..+|.*___jb_\w+___")
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


def serve_site(
    root: Path,
    host: str,
    port: int,
    say: Say,
    start_endpoint: Callable[[Path], Endpoint] | None,
    audience: Audience | None = None,
) -> None:
    """Build and serve until Ctrl-C; a saved file is built again and shown by itself.

    `start_endpoint` is given the built site; without it only pages are served. `audience` goes
    before what the configuration says of it.
    """
    with scratch("serve") as folder:
        _Session(root, folder / "site", host, port, say, audience).run(start_endpoint)


class _Session:
    """One run of `carebase serve`."""

    def __init__(
        self,
        root: Path,
        site_dir: Path,
        host: str,
        port: int,
        say: Say,
        audience: Audience | None = None,
    ) -> None:
        self.root = root
        self.site_dir = site_dir
        self.say = say
        config = read_config(root)
        self.watched = [str(find_config(root)), *folders_of(config)]
        self.mount = urlsplit(config.site_url or "/").path or "/"
        self.server = self._bind(host, port)
        # The search follows the pages once the writer pauses.
        self.later = Later(_PAUSE, say, self._reload_endpoint)
        self.preview = Preview(root, site_dir, self.server.url, say, self.later, audience)
        self.endpoint: Endpoint | None = None
        self.told: set[str] = set()
        # What is wrong in the edited files, and why the last build could not be made.
        self.shown: list[dict[str, Any]] = []
        self.failure: list[dict[str, Any]] = []
        # The state of each changed file when it was built.
        self.built: dict[str, tuple[int, int, int]] = {}
        self.checking = Checking(root, self.show)
        # Whether the whole site is still to be built, once the writer pauses.
        self.late: threading.Timer | None = None

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
        end_well()
        try:
            # What is saved while the first build is at work is built after it.
            for path in self.watched:
                server.watch(path)
            server.watching.start()
            outcome = self.build()
            server.error_handler = self._error_page
            if start_endpoint is not None:
                server.endpoint = self.endpoint = start_endpoint(self.site_dir)
                self.endpoint.expect_index(lambda: self.later.is_awaited)
            pages = counted(outcome.pages, "page")
            served = f"Carebase serves {pages} at {server.url} (stop with Ctrl-C)"
            server.ready = lambda: self.say(served)
            server.serve()
        except KeyboardInterrupt:
            go_on_ending()
            self.say("Stopped.")
        finally:
            go_on_ending()
            self.pause()
            self.checking.stop()
            self.later.stop()
            server.shutdown()
            if self.endpoint is not None:
                self.endpoint.stop()

    def build(self, check: Callable[[], None] = lambda: None) -> Outcome:
        """Build everything; problems are told and do not stop the preview."""
        try:
            with self.later.files:
                outcome = self.preview.build(check)
        finally:
            # What a build failed at may lie in a folder that is new.
            for path in self.preview.folders:
                self.server.watch(path)
        told = {problem.as_text() for problem in outcome.problems} | set(outcome.warnings)
        for text in sorted(told - self.told - self._texts()):
            self.say(text)
        self.told = told
        for path, seen in outcome.looked.items():
            self.server.watching.look(path, seen)
        return outcome

    def _reload_endpoint(self) -> None:
        if self.endpoint is not None:
            self.endpoint.reload()

    def pause(self) -> None:
        """Forget what was to be done later."""
        if self.late is not None:
            self.late.cancel()
            self.late = None

    def rebuild(self) -> None:
        """Build after a change; what is wrong is said, and the last good site stays."""
        server = self.server
        noted, server.changed = server.changed, set()
        changed = {path for path in noted if not _came_and_went(path) and self._is_new(path)}
        if noted and not changed:
            # Told twice, by an event and by looking.
            with server._epoch_cond:
                server._wanted_epoch = server._visible_epoch
            return
        self.pause()
        self.later.give_way()
        if changed:
            self.checking.stop()
        started = time.monotonic()
        try:
            if not changed:
                # The rest of a quick edit: readers have seen it already.
                with server._epoch_cond:
                    server._wanted_epoch = server._visible_epoch
                with suppress(OvertakenError):
                    self.build(self._stand_aside)
                return
            with self.later.files:
                made = self.preview.edit(changed)
            if made is None:
                # What is wrong need not wait for all that has to be built.
                self._look(changed)
                outcome = self.build()
                said = f"{outcome.made} of {counted(outcome.pages, 'page')}"
                self._reload_endpoint()
            else:
                server.publish()
                said = ", ".join(made[:3]) + (" …" if made[3:] else "")
                self.late = threading.Timer(_LATER, lambda: server.note(""))
                self.late.daemon = True
                self.late.start()
        except Exception as error:
            failed = str(error) if isinstance(error, PagesError) else sentence_of(error)
            self.say(failed)
            self.failure = [{"place": "", "severity": "error", "message": failed}]
            server.tell([*self.failure, *self.shown])
            return
        self.say(f"Built {said} in {time.monotonic() - started:.2f} s.")
        self.failure = []
        self._look(changed)
        self.checking.start(changed)

    def _look(self, changed: set[str]) -> None:
        """Show at once what is wrong in the edited files, as far as they tell it themselves."""
        try:
            self.checking.look(changed, self.preview.glance)
        except Exception as error:
            # The whole check comes to the same and says it better.
            self.say(f"The edited files could not be looked at: {sentence_of(error)}")

    def _stand_aside(self) -> None:
        """Give up the rest of a quick edit when the next edit has come; it is built after that."""
        changed = self.server.changed
        if changed and any(self.built.get(path) != _state_of(path) for path in tuple(changed)):
            raise OvertakenError

    def _is_new(self, path: str) -> bool:
        """Tell whether a file is another than when its last change was built."""
        before, self.built[path] = self.built.get(path), _state_of(path)
        return before != self.built[path]

    def show(self, problems: list[dict[str, Any]]) -> None:
        """Show the problems of the edited files in the browser and say them here."""
        before, known = self.shown, self.told | self._texts()
        self.shown = problems
        for text in sorted(self._texts() - known):
            self.say(text)
        if before and not problems:
            self.say("Nothing is wrong in the edited files any more.")
        self.server.tell([*self.failure, *problems])

    def _texts(self) -> set[str]:
        """Give what was said of the edited files."""
        return {problem["text"] for problem in self.shown}

    def _error_page(self, code: int) -> bytes | None:
        page = self.site_dir / f"{code}.html"
        return page.read_bytes() if page.is_file() else None


def _came_and_went(path: str) -> bool:
    """Tell whether a file was made only to save another one through it."""
    return _PASSING.fullmatch(Path(path).name) is not None and not Path(path).exists()


def _state_of(path: str) -> tuple[int, int, int]:
    try:
        found = Path(path).stat()
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_size, found.st_ino
