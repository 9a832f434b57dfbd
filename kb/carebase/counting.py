"""How many there are of something, in words."""

from __future__ import annotations


def counted(number: int, what: str, many: str = "") -> str:
    """Say how many there are of something: `1 page`, `1,200 pages`, `2 queries`."""
    return f"{number:,} {what if number == 1 else many or what + 's'}"
