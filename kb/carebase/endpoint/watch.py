"""Around everything else: each request gets a name, is counted, and leaves a line in the log."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carebase.endpoint.logs import REQUEST, REQUESTS, about_request
from carebase.endpoint.problems import Refusal, problem
from carebase.endpoint.tally import FILES, Tally, template_of

log = logging.getLogger("carebase.endpoint")

NAME_HEADER = "X-Request-Id"
# Asked by machines every few seconds: a line only where they fail.
_OFTEN = frozenset({"/healthz", "/readyz", "/metrics"})
# The client has left before the answer, which no status of HTTP says.
_LEFT = 499


class WatchedApp(Starlette):
    """An application whose every request is watched, also where its own middleware fails."""

    tally: Tally

    def build_middleware_stack(self) -> ASGIApp:
        """Put the watch around the whole of it."""
        return Watch(super().build_middleware_stack(), self.tally)


class Watch:
    """Names, counts and logs requests; those that a stop interrupts are told to come again."""

    def __init__(self, app: ASGIApp, tally: Tally) -> None:
        self.app = app
        self._tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = secrets.token_hex(8)
        named = REQUEST.set(name)
        begun = time.perf_counter()
        status = 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[NAME_HEADER] = name
            await send(message)

        try:
            await self.app(scope, receive, send_named)
        except asyncio.CancelledError:
            if status:
                raise
            await _too_late()(scope, receive, send_named)
        except Exception as error:
            # What stands around the routes has answered with 500 by now.
            log.error("A request failed.", exc_info=error)
            if not status:
                status = 500
                raise
        finally:
            self._note(scope, status or _LEFT, time.perf_counter() - begun)
            REQUEST.reset(named)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route_of(scope)
        self._tally.note(route, scope["method"], status, seconds)
        if status < 400 and route in _OFTEN:
            return
        about = about_request(scope["method"], route, status, seconds)
        REQUESTS.info("request", extra={"about": about})


def routes_of(routes: Sequence[BaseRoute]) -> list[str]:
    """Give the paths of all routes, those below a mount too."""
    found: list[str] = []
    for route in routes:
        if isinstance(route, Mount):
            found += routes_of(list(route.routes or []))
        elif isinstance(route, Route):
            found.append(route.path)
    return found


def _route_of(scope: Scope) -> str:
    """Name what answered, never the address itself; the files of the site are one."""
    route = scope.get("route")
    if isinstance(route, Route):
        return template_of(route.path)
    return "/v1/{rest}" if route is None and "/v1/" in scope["path"] else FILES


def _too_late() -> ASGIApp:
    return problem(
        Refusal(
            503,
            "The endpoint stops, and could not answer in time. Please send it again.",
            headers={"Retry-After": "5", "Connection": "close"},
        )
    )
