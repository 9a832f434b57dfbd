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

from carebase.endpoint.lingering import Parting

# In bytes, of address and headers together: browsers send 2,000, proxies pass on 32,000 at most.
HEAD_LIMIT = 65_536
# In seconds, from the first byte to the last one of a head, and of a connection to its first.
PATIENCE = 20.0
_HOST = re.compile(rb"(?:[\w.~-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")


class Connection(HttpToolsProtocol):
    """Refuses heads that are too long or too slow, or name not exactly one host.

    An answer to a body that is still coming is left readable (`lingering`).
    """

    _line: Parting

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._waiting: TimerHandle | None = None
        self._in_head = False
        self._in_body = False
        self._size = 0
        self._completed = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        self._line = Parting(transport, self.loop, lambda: self._in_body)
        super().connection_made(self._line)  # type: ignore[arg-type]
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        self._line.unbound()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that is still not complete may be too long by now."""
        if self._line.is_bounded:
            self._line.pass_over(data)
        if self._line.has_parted:
            return
        completed = self._completed
        super().data_received(data)
        if self._in_head and completed == self._completed:
            # All of it belongs to this head, also where that has only begun.
            self._size += len(data)
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
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that nothing more of this request comes."""
        self._in_body = False
        self._completed += 1
        self._line.unbound()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Read what is left of a body that has been answered, which is nothing as a rule."""
        super().on_response_complete()
        if self._in_body and not self._line.is_bounded and not self.transport.is_closing():
            self._line.bound()
        if self._line.has_parted:
            self.flow.resume_reading()

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
