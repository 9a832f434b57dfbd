"""What very many pages hold, taken out of Pagefind's sight: its cost grows with their square.

Of such a word Pagefind is told one page alone, which is no page of the site and stands for the
word: when it finds that page, the browser takes the pages of the word from the list beside
(`heavy-words.js`) and scores them as Pagefind would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

# Pages that hold a word, on a site of more pages than are few, and bytes of it with its places,
# beyond which it is listed beside.
MANY = 100
FEW = 1_000
HEAVY = 24_000
# The tokens of CBOR (RFC 8949) that stand in the list of pages.
_INT = rb"(?:[\x00-\x17\x20-\x37]|[\x18\x38].|[\x19\x39]..|[\x1a\x3a].{4})"
_LIST = rb"(?:[\x80-\x97]|\x98.|\x99..|\x9a.{4})"
_PAGE = re.compile(b"\\x83(%b)%b((?:%b)*)%b(?:%b)*" % (_INT, _LIST, _INT, _LIST, _INT), re.DOTALL)
_PLACE = rb"(?:[\x00-\x17]|\x18.|\x19..)"
# Most pages: one weight, that of text, before all places; and of those the first place alone.
_PLAIN, _PLAIN_FIRST = (
    re.compile(b"\\x83(%b)([\x82-\x97])\x38\x18%b\x80" % (_INT, rest % _PLACE), re.DOTALL)
    for rest in (b"(%b+)", b"(%b)" + _PLACE + b"*")
)
_NUMBER = re.compile(_INT, re.DOTALL)
# What Pagefind takes places for that follow no weight, the most that it reads, and that of text.
_WEIGHT, _MOST, _TEXT = 25, 255, 24


@dataclass(slots=True)
class Beside:
    """The lists beside: `first` is the number of the first page that stands for a word.

    That is one behind the last page of the site.
    """

    first: int
    count: int = 0
    lists: list[bytes] = field(default_factory=list)

    def is_for(self, pages: int, size: int) -> bool:
        """Tell whether a word on so many pages, in so many bytes, is listed here."""
        return size > HEAVY or (pages > MANY and self.first > FEW)

    def add(self, form: str, data: bytes, start: int, end: int, pages: int) -> bytes | None:
        """List so many pages of a word in one of its forms, which stand in the data as a list.

        Gives what Pagefind is told instead, with the head of its list; None where it is of another
        shape, and nothing is listed.
        """
        # The first place tells whether a word stands in the title; all weight is kept.
        is_short = end - start > HEAVY
        plain = _PLAIN_FIRST if is_short else _PLAIN
        numbers: list[bytes] = []
        weights: list[bytes] = []
        counts: list[bytes] = []
        listed: list[bytes] = []
        at = start
        for _ in range(pages):
            if found := plain.match(data, at):
                number, size, places = found.groups()
                weights.append(_WEIGHTS[size])
                counts.append(b"\x01" if is_short else _COUNTS[size])
                listed += (_VARIED[places],) if is_short else _varied_all(places)
            elif found := _PAGE.match(data, at):
                number = found[1]
                weight, kept = _places(found[2])
                kept = kept[:1] if is_short else kept
                weights.append(weight)
                counts.append(_varied(len(kept)))
                listed += kept
            else:
                return None
            numbers.append(_VARIED[number])
            at = found.end()
        text, rest = form.encode(), b"".join((*numbers, *weights, *counts, *listed))
        head = b"".join(map(_varied, (len(text), self.count, pages, len(rest))))
        self.lists.append(head + text + rest)
        page = written(0, self.first + self.count)
        self.count += 1
        return b"\x81\x83" + page + b"\x82" + written(0x20, _TEXT) + b"\x00\x80"

    def take(self) -> bytes:
        """Give what was listed since this was last asked."""
        lists, self.lists = self.lists, []
        return b"".join(lists)


def _places(listed: bytes) -> tuple[bytes, list[bytes]]:
    """Give the sum of the weights of the places of a word in a page, and each place as its distance
    from the one before: Pagefind writes -1 - weight before the places of that weight.
    """
    weight, total, place = _WEIGHT, 0, 0
    places = []
    for token in _NUMBER.findall(listed):
        number = _number(token)
        if number < 0:
            weight, place = min(-1 - number, _MOST), 0
            continue
        place += number
        total += weight
        places.append(place)
    places.sort()
    distances = (one - before for one, before in zip(places, [0, *places], strict=False))
    return _varied(total), [_varied(one) for one in distances]


def _number(token: bytes) -> int:
    kind = token[0]
    value = int.from_bytes(token[1:], "big") if len(token) > 1 else kind & 0x1F
    return -1 - value if kind >= 0x20 else value


@cache
def _varied(number: int) -> bytes:
    """Write a number in as many bytes as it needs, seven bits in each, the least first."""
    parts = bytearray()
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def _varied_all(tokens: bytes) -> Iterator[bytes]:
    return map(_VARIED.__getitem__, _NUMBER.findall(tokens))


class _Varied(dict[bytes, bytes]):
    """The numbers that CBOR writes, as we write them."""

    def __missing__(self, token: bytes) -> bytes:
        self[token] = _varied(_number(token))
        return self[token]


_VARIED = _Varied()
# By the head of the list that holds the weight of text and so many places.
_COUNTS = {bytes([0x81 + count]): _varied(count) for count in range(1, 23)}
_WEIGHTS = {bytes([0x81 + count]): _varied(_TEXT * count) for count in range(1, 23)}


def written(kind: int, value: int) -> bytes:
    """Write a number as CBOR does; `kind` is 0x20 where it is less than zero, as -1 - value."""
    if value < 24:
        return bytes([kind + value])
    width, code = (1, 0x18) if value < 1 << 8 else (2, 0x19) if value < 1 << 16 else (4, 0x1A)
    return bytes([kind + code]) + value.to_bytes(width, "big")
