"""Ids for rows (UUIDv7) and reference numbers for people."""

from __future__ import annotations

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
    signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"CB-{signs[:4]}-{signs[4:]}"
