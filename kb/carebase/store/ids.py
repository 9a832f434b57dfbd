"""Ids for rows (UUIDv7) and reference numbers for people."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from threading import Lock

# Crockford's base 32: without I, L, O and U, which people misread or read into words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_STOCK = 256


def new_id() -> str:
    """Give a UUIDv7 (RFC 9562, sections 5.7 and 6.2): what is made later here sorts later."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(_random()) >> 6
    with _turn:
        if milliseconds == _last.milliseconds:
            # Half of the room is left above, so that counting on never runs into the clock.
            chance = _last.chance + 1 + (chance >> 50)
        else:
            chance >>= 1
        _last.milliseconds, _last.chance = milliseconds, chance
    bits = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | chance >> 62 << 64 | 0x2 << 62
    text = f"{bits | chance & (1 << 62) - 1:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_ref() -> str:
    """Give a reference number such as `CB-7K3M-9QXT`: short enough to be read out on the phone.

    It is not a secret and opens nothing; it has 40 random bits and is unique in the database.
    """
    bits = int.from_bytes(_random()) >> 40
    return _spell("".join(ALPHABET[bits >> place & 31] for place in range(0, 40, 5)))


def _random() -> bytes:
    """Give ten random bytes of the system; it is asked for many at once, which costs the same."""
    try:
        return _stock.popleft()
    except IndexError:
        fresh = os.urandom(_STOCK * 10)
        _stock.extend(fresh[place : place + 10] for place in range(10, len(fresh), 10))
        return fresh[:10]


class _Last:
    milliseconds = 0
    chance = 0


_last = _Last()
_turn = Lock()
# Taking from a deque is atomic, so that threads never share; a forked child has to draw its own.
_stock: deque[bytes] = deque()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_stock.clear)


def read_ref(text: str) -> str | None:
    """Read a reference number as people write it down: `cb 7k3m 9qxt`, with O for 0.

    Gives nothing for what can be none.
    """
    signs = re.sub(r"[\s-]", "", text.upper()).removeprefix("CB")
    signs = signs.replace("O", "0").replace("I", "1").replace("L", "1")
    usable = len(signs) == 8 and all(sign in ALPHABET for sign in signs)
    return _spell(signs) if usable else None


def _spell(signs: str) -> str:
    return f"CB-{signs[:4]}-{signs[4:]}"
