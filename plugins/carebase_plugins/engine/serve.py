"""Serving a site while it is written: what is saved is built again and shown by itself."""

from __future__ import annotations

import errno
import gc
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from carebase.articles.audience import Audience
from carebase.build import Later
from carebase.build.heap import give_back
from carebase.build.scratch import scratch
from carebase.build.stopping import end_well, go_on_ending
from carebase.counting import counted
from carebase.errors import UsageError, sentence_of
from carebase_plugins.engine.checking import Checking
from carebase_plugins.engine.driver import PagesError
from carebase_plugins.engine.outcome import Outcome
from carebase_plugins.engine.preview import Preview
from carebase_plugins.engine.scene import OvertakenError
from carebase_plugins.engine.server import Endpoint, Server
from carebase_plugins.engine.site import find_config, folders_of, read_config

# In seconds: when the rest is built after a quick edit, and indexed after that.
_LATER, _PAUSE = 1.5, 1.0

Say = Callable[[str], None]
# How many ports above the one asked for are tried.
_TRIES = 20
# What editors write beside a file and then put into its place or delete.
_PASSING = re.compile(r".*~|.*\.(?:sw[a-p]|swx|tmp|bak)|4913|\..+\.md\..+|.*___jb_\w+___")


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
        self.watched += self.preview.code.note()
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
            give_back()
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
            self.preview.close()

    def build(self, check: Callable[[], None] = lambda: None) -> Outcome:
        """Build everything; problems are told and do not stop the preview."""
        try:
            with self.later.files:
                outcome = self.preview.build(check)
            self.preview.hand_over(self.server)
        finally:
            # What a build failed at may lie in a folder that is new.
            for path in (*self.preview.folders, *self.preview.code.note()):
                self.server.watch(path)
            for path, seen in self.preview.looked.items():
                self.server.watching.look(path, seen)
        told = {problem.as_text() for problem in outcome.problems} | set(outcome.warnings)
        for text in sorted(told - self.told - self._texts()):
            self.say(text)
        self.told = told
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
                    self._tidy()
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
        if made is None:
            self._tidy()

    def _tidy(self) -> None:
        """Give back the memory of the build before while nobody waits."""
        if not self.server.changed:
            gc.collect()
            give_back()

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
