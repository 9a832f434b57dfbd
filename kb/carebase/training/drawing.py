"""Which questions of a pool a learner is asked; `drawing.js` follows the same rule."""

from __future__ import annotations

from collections.abc import Sequence

_MASK = 0xFFFFFFFF


def drawn(ids: Sequence[str], count: int, seed: str) -> frozenset[str]:
    """Draw some of a pool's questions.

    What is drawn follows from the seed and the ids alone, so that it stays the same when
    questions are moved, and changes little when one is added.
    """
    by_chance = sorted(ids, key=lambda one: (_rank(f"{seed}/{one}"), one))
    return frozenset(by_chance[:count])


def _rank(text: str) -> int:
    """Give a number for a text, spread evenly (FNV-1a, finished as in MurmurHash3)."""
    rank = 0x811C9DC5
    for byte in text.encode():
        rank = (rank ^ byte) * 0x01000193 & _MASK
    rank = (rank ^ rank >> 16) * 0x85EBCA6B & _MASK
    rank = (rank ^ rank >> 13) * 0xC2B2AE35 & _MASK
    return rank ^ rank >> 16
