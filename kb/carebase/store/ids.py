"""Ids for rows (UUIDv7) and reference numbers for people."""

from __future__ import annotations

import re
import secrets
import time
import uuid

# Crockford's base 32: without I, L, O and U, which people misread or read into words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """Give a UUIDv7 (RFC 9562, section 5.7): rows made later sort later."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=bits))


def new_ref() -> str:
    """Give a reference number such as `CB-7K3M-9QXT`: short enough to be read out on the phone.

    It is not a secret and opens nothing; it has 40 random bits and is unique in the database.
    """
    return _spell("".join(secrets.choice(ALPHABET) for _ in range(8)))


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
