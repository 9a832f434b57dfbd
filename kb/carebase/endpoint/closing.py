"""Ending without losing a request: what has reached us is answered, and nothing new gets in.

A connection is made by the kernel before we know of it. A listening socket that is simply closed
throws away those that wait to be taken, and whoever has sent a form on one of them learns
nothing of it. So first new connections are turned away, then those that wait are taken, and only
then the socket is closed. A line that is kept open may carry a request at the very moment at
which we close it: it is left open a little longer, and its next answer says that it was the last.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import select
import socket
import struct
import sys
from collections.abc import Iterable

from uvicorn.server import ServerState

from carebase.endpoint.connection import Connection

# In seconds: how long nobody may have come before the door is closed. The last step of a handshake
# that was under way takes as long as the way to the client and back.
_QUIET = 0.25
_LOOK = 0.02
# In seconds: a line on which nothing is asked is left open so long.
IDLE = 1.0

_SO_ATTACH_FILTER, _SO_DETACH_FILTER = 26, 27
_ACK = 0x10
# Classic BPF (Linux, `man 7 socket`): byte 13 of a TCP header holds the flags, and only the first
# packet of a connection is without ACK. It is dropped, the others are let in.
_NO_NEWCOMERS = (
    (0x30, 0, 0, 13),
    (0x45, 0, 1, _ACK),
    (0x06, 0, 0, 0xFFFFFFFF),
    (0x06, 0, 0, 0),
)


def turn_away(listener: socket.socket) -> None:
    """Let no new connection come to a socket, while those that were made can still be taken.

    Whoever tries gets no answer, and tries again after a second: then the socket is closed, or
    another process listens there. Only Linux can do this; elsewhere nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    code = b"".join(struct.pack("HBBI", *step) for step in _NO_NEWCOMERS)
    held = ctypes.create_string_buffer(code)
    program = struct.pack("HL", len(_NO_NEWCOMERS), ctypes.addressof(held))
    with contextlib.suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def let_in(listener: socket.socket) -> None:
    """Take back `turn_away`."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)


async def take_the_last(listeners: Iterable[socket.socket]) -> None:
    """Come back once nobody has waited to be taken for a while; the loop takes them meanwhile."""
    waited = list(listeners)
    quiet = 0.0
    while quiet < _QUIET:
        coming = select.select(waited, [], [], 0)[0]
        quiet = 0.0 if coming else quiet + _LOOK
        await asyncio.sleep(_LOOK)


class State(ServerState):
    """What the connections of one server share: whether it is about to end, and takes its time."""

    def __init__(self, patient: bool) -> None:
        super().__init__()
        self.patient = patient
        self.ending = False


class Protocol(Connection):
    """A connection that, at the end, is closed after its next answer or after `IDLE` seconds."""

    server_state: State
    _under_way = False

    def on_message_begin(self) -> None:
        """Note that a request has begun to come."""
        self._under_way = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer; at the end the answer says that it is the last."""
        super().on_headers_complete()
        self._under_way = False
        if self.server_state.ending and self.cycle is not None:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """End after what is under way, or after a while in which a request may still come."""
        if not self.server_state.patient:
            super().shutdown()
        elif self._is_idle():
            self.loop.call_later(IDLE, self._close_if_idle)
        else:
            self.cycle.keep_alive = False

    def _close_if_idle(self) -> None:
        if self._under_way:
            self.loop.call_later(IDLE, self._close_if_idle)
        elif self._is_idle():
            self._line.end()

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete
