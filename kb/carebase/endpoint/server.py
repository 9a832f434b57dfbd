"""Running the application: a socket, a server, and a stop that loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from carebase.build.stopping import endings
from carebase.endpoint.closing import Protocol, State, take_the_last, turn_away
from carebase.endpoint.settings import Settings
from carebase.errors import UsageError

# In seconds: how long ending may take in all, and how much of it is for requests under way.
GRACE = 10.0
_REQUESTS = 8
_STARTING = 10.0


def open_socket(host: str, port: int) -> socket.socket:
    """Take a port, 0 for any free one; a `UsageError` says why it cannot be had.

    Nobody can connect before the server listens: a proxy asks another endpoint meanwhile.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        address = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)[0][4]
        taken = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, OverflowError):
        raise UsageError(f"There is no address {host} on this machine.") from None
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
    except OSError as error:
        taken.close()
        raise UsageError(_why_not(host, port, error)) from None
    taken.setblocking(False)
    return taken


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"The port {port} is in use. Stop what uses it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"The port {port} is kept for the system. Choose one from 1024 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"There is no address {host} on this machine."
    return f"The port {port} of {host} cannot be had: {error.strerror}."


def address_of(taken: socket.socket, path: str = "/") -> str:
    """Give the address at which a browser on this machine reaches a socket."""
    host, port = taken.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}{path}"


def server_for(app: ASGIApp, settings: Settings, ending: Callable[[float], None]) -> _Server:
    """Make a server for an application; the settings say which proxies are believed.

    `ending` is called when it is told to stop, with the moment (of `time.monotonic`) at which
    everything should be over.
    """
    return _Server(_config(app, settings), ending)


def _config(app: ASGIApp, settings: Settings | None) -> uvicorn.Config:
    proxies = list(settings.trusted_proxies) if settings else []
    return uvicorn.Config(
        app,
        # Addresses of status pages are secrets: `watch` writes what may be known of a request.
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        http=Protocol,
        ws="none",
        timeout_graceful_shutdown=_REQUESTS,
        lifespan="on",
    )


class _Server(uvicorn.Server):
    """Ends quietly when it is told to, and without losing a request.

    Without `ending` it ends at once after the requests under way.
    """

    def __init__(
        self, config: uvicorn.Config, ending: Callable[[float], None] | None = None
    ) -> None:
        super().__init__(config)
        self.server_state = self._state = State(patient=ending is not None)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Turn away who comes now, take who came before, answer all, and end."""
        self._state.ending = True
        if self._ending is not None:
            self._ending(time.monotonic() + GRACE)
            for one in sockets or []:
                turn_away(one)
            await take_the_last(sockets or [])
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals while the server runs, where it runs in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, stop) for number in endings()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Running:
    """A server at work in a thread of its own."""

    def __init__(self, server: _Server, taken: socket.socket) -> None:
        self.address = address_of(taken)
        self.port: int = taken.getsockname()[1]
        self._server = server
        self._failure: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, args=(taken,), name="carebase-server", daemon=True
        )

    def start(self) -> None:
        """Start, and come back once requests are answered."""
        self._thread.start()
        waited = threading.Event()
        passed = 0.0
        while not self._server.started:
            if not self._thread.is_alive() or passed > _STARTING:
                raise RuntimeError("The server did not start.") from self._failure
            waited.wait(0.01)
            passed += 0.01

    def stop(self) -> None:
        """Stop after the requests under way, in `GRACE` seconds at most."""
        self._server.should_exit = True
        self._thread.join(GRACE + 5)

    def _run(self, taken: socket.socket) -> None:
        try:
            _run(self._server.serve(sockets=[taken]))
        except BaseException as error:
            self._failure = error


def run_in_thread(
    app: ASGIApp, host: str = "127.0.0.1", port: int = 0, settings: Settings | None = None
) -> Running:
    """Serve an application in a thread of its own, until `stop()`."""
    running = Running(_Server(_config(app, settings)), open_socket(host, port))
    running.start()
    return running


def run(server: _Server, taken: socket.socket, ready: Callable[[], None]) -> None:
    """Serve an application in this thread until it is told to end."""
    settle()

    async def serve() -> None:
        serving = asyncio.create_task(server.serve(sockets=[taken]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        if server.started:
            ready()
        await serving

    _run(serve())


def settle() -> None:
    """Set this process up to answer steadily, once what lasts as long as it does has been made.

    What lasts is never looked through again for garbage, which would hold up every request; and
    a thread that computes lets the others go on after a millisecond, instead of five.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.001)


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Run in an event loop: that of uvloop, which takes half the time, where it can be had."""
    with asyncio.Runner(loop_factory=_new_loop()) as runner:
        runner.run(serving)


def _new_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        # There is none for Windows.
        return None
    return uvloop.new_event_loop
