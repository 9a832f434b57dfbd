"""Bytes as text: base 58 as Bitcoin writes it, with `z` before it (Multibase)."""

from __future__ import annotations

# What says that an Ed25519 public key follows (multicodec 0xed as a varint).
ED25519 = b"\xed\x01"
_LENGTH = 32
_SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# More than any key or signature: a longer text would take long to read.
_LONGEST = 200


def encode(data: bytes) -> str:
    """Write bytes."""
    number = int.from_bytes(data, "big")
    signs = ""
    while number:
        number, place = divmod(number, 58)
        signs = _SIGNS[place] + signs
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + _SIGNS[0] * zeros + signs


def decode(written: str) -> bytes:
    """Read what `encode` writes; `ValueError` for anything else."""
    if not written.startswith("z") or len(written) > _LONGEST:
        raise ValueError("no text in base 58")
    signs = written[1:]
    number = 0
    for sign in signs:
        number = number * 58 + _SIGNS.index(sign)
    zeros = len(signs) - len(signs.lstrip(_SIGNS[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def read_public(written: str) -> bytes:
    """Give the 32 bytes of an Ed25519 key from a Multikey; `ValueError` where it is none."""
    data = decode(written)
    if (
        not data.startswith(ED25519)
        or len(data) != len(ED25519) + _LENGTH
        or encode(data) != written
    ):
        raise ValueError("no Ed25519 public key")
    return data[len(ED25519) :]
