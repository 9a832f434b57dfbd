"""Shortening what Pagefind lists of a very common word: each page with all places of the word.

On a site of thousands of long pages such a list is larger than all else that a question loads. The
first place stays, for it tells whether a word stands in the title, and the weights of all others
are added to its own: a page scores as before. Where else the word stands in a page that is shown,
the browser sees in its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Bytes of a word with its pages from which on it is shortened.
HEAVY = 24_000
# The tokens of CBOR (RFC 8949) that stand in the list of places.
_INT = rb"(?:[\x00-\x17\x20-\x37]|[\x18\x38].|[\x19\x39]..|[\x1a\x3a].{4})"
_LIST = rb"(?:[\x80-\x97]|\x98.|\x99..|\x9a.{4})"
_PLACE = rb"(?:[\x00-\x17]|\x18.|\x19..)"
_PAGE = re.compile(b"\\x83(%b)(%b)((?:%b)*)(%b%b*)" % (_INT, _LIST, _INT, _LIST, _INT), re.DOTALL)
# Most pages: one weight, that of text, before all places.
_PLAIN = re.compile(
    b"(\\x83%b)([\x82-\x97])\x38\x18(%b)%b*(\x80)" % (_INT, _PLACE, _PLACE), re.DOTALL
)
_NUMBER = re.compile(_INT, re.DOTALL)
# What Pagefind takes places for that follow no weight, and the most that it reads.
_WEIGHT, _MOST = 25, 255


def shortened(data: bytes, start: int, pages: int) -> bytes:
    """Give an entry with the first place alone on each page; the list of pages begins at `start`.

    Anything of another shape is left as it is.
    """
    parts = [data[:start]]
    at = start
    for _ in range(pages):
        plain = _PLAIN.match(data, at)
        if plain:
            page, size, place, rest = plain.groups()
            parts += (page, _SUMS[size], place, rest)
            at = plain.end()
            continue
        found = _PAGE.match(data, at)
        if found is None:
            return data
        parts += (b"\x83", found[1], _first(found[3]), found[4])
        at = found.end()
    parts.append(data[at:])
    return b"".join(parts)


def _first(listed: bytes) -> bytes:
    """Give the list of the first of some places, with the weight of all."""
    first, weight, total = None, _WEIGHT, 0
    place = 0
    for number in _numbers(listed):
        if number < 0:
            weight, place = min(-1 - number, _MOST), 0
            continue
        # Each place is written as its distance from the one before.
        place += number
        total += weight
        first = place if first is None else min(first, place)
    if first is None:
        return b"\x80"
    return b"\x82" + _written(0x20, min(total, _MOST)) + _written(0, first)


def _numbers(listed: bytes) -> Iterator[int]:
    for token in _NUMBER.findall(listed):
        kind = token[0]
        value = int.from_bytes(token[1:], "big") if len(token) > 1 else kind & 0x1F
        yield -1 - value if kind >= 0x20 else value


def _written(kind: int, value: int) -> bytes:
    """Write a number; `kind` is 0x20 where it is less than zero, as -1 - value."""
    if value < 24:
        return bytes([kind + value])
    width, code = (1, 0x18) if value < 1 << 8 else (2, 0x19) if value < 1 << 16 else (4, 0x1A)
    return bytes([kind + code]) + value.to_bytes(width, "big")


# By the head of a list that holds the weight of text and so many places: one place of their weight.
_SUMS = {
    bytes([0x81 + places]): b"\x82" + _written(0x20, min(24 * places, _MOST))
    for places in range(1, 23)
}
