"""The modules of QR codes (ISO/IEC 18004) for addresses, at the pace of a build.

What all codes of a size have in common (where each bit goes, which are turned over by the mask,
the steps of Reed and Solomon) is taken from the library once; then a code is a few operations on
whole numbers. Every printed guide has a code of its own, and the library takes six times as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain, product, zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

import segno
from segno import consts

# Its tables: how much fits into each size, how words are guarded, where patterns stand.
_TABLES: Any = consts
# Trying out all eight masks takes four times as long; each can be read.
_MASK = 2
_LEVELS = (
    consts.ERROR_LEVEL_L,
    consts.ERROR_LEVEL_M,
    consts.ERROR_LEVEL_Q,
    consts.ERROR_LEVEL_H,
)
# The last size whose count of bytes has eight bits (table 3).
_LARGEST = 9
# From this size on a code says how large it is (7.10).
_NUMBERED = 7
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def modules_of(text: str) -> list[str]:
    """Give the rows of the smallest code of a text, a 1 for each dark module.

    As much is added against errors as fits into its size.
    """
    # Of a text in other signs, or in digits and capitals alone, the library makes a smaller one.
    if text.isascii() and not _ALPHANUMERIC.issuperset(text):
        needed = 12 + 8 * len(text)
        for size in range(1, _LARGEST + 1):
            fitting = [level for level in _LEVELS if _TABLES.SYMBOL_CAPACITY[size][level] >= needed]
            if fitting:
                return _template(size, fitting[-1]).rows(text.encode("ascii"))
    code = segno.make_qr(text, error="l", mask=_MASK, boost_error=True)
    return ["".join(map(str, row)) for row in code.matrix]


class _Block(NamedTuple):
    """A run of code words that are guarded together; `steps` divide by its polynomial."""

    words: int
    guards: int
    steps: tuple[int, ...]

    def guard(self, words: bytes) -> bytes:
        """Give the code words against errors (7.5.2)."""
        top = 8 * (self.guards - 1)
        rest, below, steps = 0, (1 << top) - 1, self.steps
        for word in words:
            rest = (rest & below) << 8 ^ steps[word ^ rest >> top]
        return rest.to_bytes(self.guards, "big")


class _Template(NamedTuple):
    """What codes of one size and level have in common."""

    width: int
    blocks: list[_Block]
    # The bits that the mask turns over, and how many modules hold bits.
    mask: int
    bits: int
    # Which bit each module shows; behind the bits stand a 0 and a 1.
    place: itemgetter[Any]

    def rows(self, data: bytes) -> list[str]:
        """Lay out the code of some bytes."""
        room = sum(block.words for block in self.blocks)
        # Four bits say that bytes follow, four end them: every byte stands across two words.
        head = (0b0100 << 8 | len(data)) << 8 * len(data) | int.from_bytes(data, "big")
        words = (head << 4).to_bytes(len(data) + 2, "big")
        # What follows the end means nothing; the library begins it with a word of zeros.
        words = (words + b"\0" + b"\xec\x11" * room)[:room]
        parts, at = [], 0
        for block in self.blocks:
            parts.append(words[at : at + block.words])
            at += block.words
        guards = [block.guard(part) for block, part in zip(self.blocks, parts, strict=True)]
        if len(parts) > 1:
            whole = bytes([*_in_turn(parts), *_in_turn(guards)])
        else:
            whole = parts[0] + guards[0]
        spare = self.bits - 8 * len(whole)
        bits = int.from_bytes(whole, "big") << spare ^ self.mask
        flat = "".join(self.place(f"{bits:0{self.bits}b}01"))
        return [flat[at : at + self.width] for at in range(0, len(flat), self.width)]


def _in_turn(parts: list[bytes]) -> Iterator[int]:
    return (word for word in chain.from_iterable(zip_longest(*parts)) if word is not None)


@cache
def _template(size: int, level: int) -> _Template:
    name = "MLHQ"[level]
    code = segno.make_qr("a", error=name, version=size, mask=_MASK, boost_error=False)
    width = len(code.matrix)
    taken = _patterns(size, width)
    order = [place for place in _zigzag(width) if place not in taken]
    shown = {place: number for number, place in enumerate(order)}
    dark = len(order) + 1
    places = [
        shown.get((y, x), dark if code.matrix[y][x] else dark - 1)
        for y in range(width)
        for x in range(width)
    ]
    mask = int("".join("0" if x % 3 else "1" for _, x in order), 2)
    blocks = [
        _Block(info.num_data, guards := info.num_total - info.num_data, _steps(guards))
        for info in _TABLES.ECC[size][level]
        for _ in range(info.num_blocks)
    ]
    return _Template(width, blocks, mask, len(order), itemgetter(*places))


def _patterns(size: int, width: int) -> set[tuple[int, int]]:
    """Give the modules that hold no bits: what scanners look for, size and format (6.3)."""
    far = range(width - 8, width)
    taken = {(y, x) for y in range(9) for x in range(9)}
    taken |= {place for at in far for near in range(9) for place in ((at, near), (near, at))}
    taken |= {place for at in range(width) for place in ((6, at), (at, 6))}
    if size >= _NUMBERED:
        wide = range(width - 11, width - 8)
        taken |= {p for at in wide for near in range(6) for p in ((at, near), (near, at))}
    middles: tuple[int, ...] = _TABLES.ALIGNMENT_POS[size - 2] if size > 1 else ()
    for middle in product(middles, repeat=2):
        if middle not in {(6, 6), (6, middles[-1]), (middles[-1], 6)}:
            taken |= {(middle[0] + y, middle[1] + x) for y in range(-2, 3) for x in range(-2, 3)}
    return taken


def _zigzag(width: int) -> Iterator[tuple[int, int]]:
    """Give the modules in the order of the bits (7.7.3): in pairs of columns, up and down."""
    upwards = True
    for right in (*range(width - 1, 6, -2), 5, 3, 1):
        for y in range(width - 1, -1, -1) if upwards else range(width):
            yield y, right
            yield y, right - 1
        upwards = not upwards


@cache
def _steps(guards: int) -> tuple[int, ...]:
    """Give for each byte what it leaves when the polynomial of so many words divides it."""
    polynomial = [1]
    root = 1
    for _ in range(guards):
        shifted = [*polynomial, 0]
        for at, factor in enumerate(polynomial, 1):
            shifted[at] ^= _times(factor, root)
        polynomial, root = shifted, _times(root, 2)
    return tuple(
        int.from_bytes(bytes(_times(word, factor) for factor in polynomial[1:]), "big")
        for word in range(256)
    )


def _times(one: int, other: int) -> int:
    """Multiply in the field of 256 elements (7.5.2: x^8 + x^4 + x^3 + x^2 + 1)."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one, other = one << 1 ^ (0x11D if one & 0x80 else 0), other >> 1
    return product
