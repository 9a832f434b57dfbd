"""One connection of a client, which may neither talk for ever nor say nothing.

uvicorn keeps whatever comes until the head of a request is complete, however long and slow it is.
What is refused here gets a plain 400, as any other request that cannot be read.
"""

from __future__ import annotations

import asyncio
import re
from asyncio.events import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# In bytes, of address and headers together: browsers send 2,000, proxies pass on 32,000 at most.
HEAD_LIMIT = 65_536
# In seconds, from the first byte to the last one of a head, and of a connection to its first.
PATIENCE = 20.0
_HOST = re.compile(rb"(?:[\w.~-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")


class Connection(HttpToolsProtocol):
    """Refuses heads that are too long or too slow, or name not exactly one host."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._waiting: TimerHandle | None = None
        self._in_head = False
        self._size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that is still not complete may be too long by now."""
        if self._in_head:
            self._size += len(data)
        super().data_received(data)
        if self._in_head and self._size > HEAD_LIMIT and not self.transport.is_closing():
            self._refuse("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head, self._size = True, 0
        self._wait()

    def on_headers_complete(self) -> None:
        """Take the head, or raise: the parser makes a refusal of it."""
        self._in_head = False
        self._stop_waiting()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_LIMIT:
            raise ValueError("The head of the request is too long.")
        hosts = [value for name, value in self.headers if name == b"host"]
        # RFC 9112, 3.2: one and only one; who asks by HTTP/1.0 need not name any.
        least = 0 if self.parser.get_http_version() == "1.0" else 1
        if not least <= len(hosts) <= 1 or not all(map(_HOST.fullmatch, hosts)):
            raise ValueError("The request does not name one host.")
        super().on_headers_complete()

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(PATIENCE, self._refuse, "The request took too long.")

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _refuse(self, said: str) -> None:
        self._stop_waiting()
        if self.transport.is_closing():
            return
        if self._in_head:
            self.send_400_response(said)
        else:
            self.transport.close()
