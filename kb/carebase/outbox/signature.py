"""Signing webhooks as Standard Webhooks has it (standardwebhooks.com, version 1, `v1`)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
# What the specification asks of a symmetric secret, in bytes.
_SHORTEST = 24
_LONGEST = 64


def read_secret(text: str) -> bytes:
    """Read `whsec_` and base64; `ValueError` when it is anything else or of another length."""
    if not text.startswith(PREFIX):
        raise ValueError("no prefix")
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("another length")
    return key


def write_secret(key: bytes) -> str:
    """Give a secret as receivers want it."""
    return PREFIX + base64.b64encode(key).decode("ascii")


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Give the value of the header `webhook-signature`."""
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.digest(key, content, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode("ascii")
