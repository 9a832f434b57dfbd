"""Leaving a line politely while its client is still sending (RFC 9112, 9.6).

A socket that is closed with bytes unread in it sends a reset, and a reset may overtake the answer:
a client that is still sending then learns of an error of the network, and not of what was refused.
So the answer ends with the end of our own side alone; what comes on the other is thrown away until
the client has seen it, within bounds.
"""

from __future__ import annotations

import asyncio
from asyncio.events import TimerHandle
from collections.abc import Callable
from typing import Any

# In bytes: so much of a refused body is thrown away after the answer.
MOST = 50_000_000
# In seconds: for how long at most, and how long a client that is done may say nothing.
LONGEST = 30.0
SILENCE = 5.0


class Parting:
    """The transport of a connection, whose `close` waits for a body that is still coming."""

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        is_coming: Callable[[], bool],
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._is_coming = is_coming
        self._size = 0
        self._end: TimerHandle | None = None
        self._silence: TimerHandle | None = None
        self.has_parted = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    @property
    def is_bounded(self) -> bool:
        """Whether what comes is thrown away, and counted."""
        return self._end is not None

    def is_closing(self) -> bool:
        """Whether nothing more is answered here."""
        return self.has_parted or self._transport.is_closing()

    def close(self) -> None:
        """Close at once, or end our side and wait until the other has read what was said."""
        if self.is_closing() or not self._is_coming() or not self._transport.can_write_eof():
            self.end()
            return
        self.has_parted = True
        self._transport.write_eof()
        self.bound()

    def bound(self) -> None:
        """Let a body that nobody wants any more be neither endless nor take for ever."""
        self.unbound()
        self._size = 0
        self._end = self._loop.call_later(LONGEST, self.end)
        self._silence = self._loop.call_later(SILENCE, self.end)

    def unbound(self) -> None:
        """Wait no more: the body has come to its end."""
        for timer in (self._end, self._silence):
            if timer is not None:
                timer.cancel()
        self._end = self._silence = None

    def pass_over(self, data: bytes) -> None:
        """Count what is thrown away."""
        self._size += len(data)
        if self._silence is not None:
            self._silence.cancel()
            self._silence = self._loop.call_later(SILENCE, self.end)
        if self._size > MOST:
            self.end()

    def end(self) -> None:
        """Close now, whatever still comes."""
        self.unbound()
        self._transport.close()
