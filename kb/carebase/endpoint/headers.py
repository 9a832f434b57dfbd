"""Headers that keep a browser from doing what no answer of ours asks for."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# For pages of the endpoint itself; those of the site have their own policy in `_headers`.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
# What programs read; nothing in it ever runs.
_DATA = ("json", "text/calendar", "text/plain")
# A year in seconds: how long browsers ask for the encrypted address alone (RFC 6797).
_ENCRYPTED_ONLY = "max-age=31536000"


class SecurityHeaders:
    """Adds the headers that an answer does not have yet."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
                headers.setdefault("X-Frame-Options", "SAMEORIGIN")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", _ENCRYPTED_ONLY)
                kind = headers.get("content-type", "")
                if any(name in kind for name in _DATA):
                    headers.setdefault("Content-Security-Policy", _DATA_POLICY)
                    headers.setdefault("Cache-Control", "no-store")
                    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        await self.app(scope, receive, send_with_headers)
