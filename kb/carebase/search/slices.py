"""Cutting Pagefind's index finer, with the words of a site beside those it holds.

A word of a query costs a reader the chunk that it stands in. Pagefind's chunks are 27 kB each: a
long question would load most of the index. Ours are a fifth of that, and each brings the
vocabulary of its stretch of the alphabet along, so that a browser knows at once what was mistyped.

The files stay Pagefind's own: a chunk is CBOR (RFC 8949) behind twelve letters, and what follows
its one value is not read by Pagefind. Where the shape is another, nothing is cut.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path

from carebase.search.places import HEAVY, shortened

MARK = b"pagefind_dcd"
# Bytes of a slice before it is packed; about half of it is sent.
SIZE = 12_000
# Words that share so many letters stay together: forms of one word, and what is being typed.
_SHARED = 3
# Forms of a word that fills a slice alone follow it there, up to so many bytes more.
_FORMS = 4_000
_LEVEL = 7
# The tokens of CBOR that stand in a chunk: integers, lists and texts, each with its length.
_SHORT, _LONG = range(24), range(24, 256)
_INT = rb"(?:[\x00-\x17\x20-\x37]|[\x18\x38].|[\x19\x39]..|[\x1a\x3a].{4})"
_LIST = rb"(?:[\x80-\x97]|\x98.|\x99..|\x9a.{4})"
_TEXT = b"(?:%b|\\x78(?:%b))" % (
    b"|".join(b"\\x%02x.{%d}" % (0x60 + size, size) for size in _SHORT),
    b"|".join(b"\\x%02x.{%d}" % (size, size) for size in _LONG),
)
_PAGES = b"%b(?:\\x83%b(?:%b%b*){2})*" % (_LIST, _INT, _LIST, _INT)


def _later(expression: bytes) -> Callable[[], re.Pattern[bytes]]:
    """Give what compiles an expression when it is first wanted: most builds cut nothing."""
    return cache(lambda: re.compile(expression, re.DOTALL))


# Behind a word: the pages that hold it with its places, and the ways it is written with accents.
_BEHIND = _later(b"%b%b(?:\\x82%b%b)*" % (_PAGES, _LIST, _TEXT, _PAGES))
_HEAD_OF_LIST = _later(_LIST)
_CHUNK = _later(b"\\x83(%b)(%b)(%b)" % (_TEXT, _TEXT, _TEXT))
_PAGE = _later(b"\\x82(%b)(%b)" % (_TEXT, _INT))
_HEAD = _later(b"[\\x81-\\x97](%b)" % _TEXT)


@dataclass(frozen=True, slots=True)
class Meta:
    """What Pagefind's `pf_meta` says, each in its order: the pages, with the words of each, and the
    chunks, with the first word of each; `before` and `after` is what stands around these lists.
    """

    pages: dict[str, int]
    chunks: dict[str, str]
    before: bytes
    after: bytes


def read_meta(data: bytes) -> Meta | None:
    """Read the data of a `pf_meta`, or give None when its shape is not the known one."""
    head = _HEAD().match(data)
    if head is None:
        return None
    pages, at = _listed(data, head.end(), _PAGE())
    chunks, at = _listed(data, at, _CHUNK())
    if pages is None or chunks is None:
        return None
    return Meta(
        {_plain(found[1]): _number(found[2]) for found in pages},
        {_plain(found[3]): _plain(found[1]) for found in chunks},
        data[: head.end()],
        data[at:],
    )


def cut(
    folder: Path,
    meta: Meta,
    words: Iterable[str],
    places: Callable[[str], Iterable[str]],
    pack: Callable[[Iterable[str]], str],
) -> list[tuple[str, str]]:
    """Cut the chunks in the folder `index` into slices and give where each starts, and its name.

    Each of the site's `words` goes to the slices where Pagefind looks for one of its `places`, as
    `pack` writes them. The chunks stay as they are where one has a shape that is not known.
    """
    entries: list[tuple[str, bytes]] = []
    for name in meta.chunks:
        found = _entries(unpacked((folder / f"{name}.pf_index").read_bytes()))
        if found is None:
            return [(start, name) for name, start in meta.chunks.items()]
        entries += found
    slices = list(_slices(entries))
    starts = _starts(slices)
    beside: list[set[str]] = [set() for _ in slices]
    for word in words if slices else ():
        for place in (word, *places(word)):
            beside[max(0, bisect_right(starts, place) - 1)].add(word)
    for name in meta.chunks:
        (folder / f"{name}.pf_index").unlink()
    named: dict[str, str] = {}
    for part, own, start in zip(slices, beside, starts, strict=True):
        listed = b"".join(data for _, data in part)
        text = pack(own).encode()
        data = b"".join((MARK, b"\x81", _list(len(part)), listed, text))
        data += len(text).to_bytes(4, "big")
        digest = hashlib.sha256(data).hexdigest()
        name = next(short for size in (8, 64) if (short := digest[:size]) not in named)
        (folder / f"{name}.pf_index").write_bytes(packed(data))
        named[name] = start
    return [(start, name) for name, start in named.items()]


def packed(data: bytes) -> bytes:
    """Pack data with gzip, the same bytes for the same data."""
    return gzip.compress(data, _LEVEL, mtime=0)


def unpacked(data: bytes) -> bytes:
    """Give the data of a file of Pagefind without its mark."""
    return gzip.decompress(data).removeprefix(MARK)


def _entries(data: bytes) -> list[tuple[str, bytes]] | None:
    """Give each word of a chunk with its bytes: one list in a list."""
    head = _HEAD_OF_LIST().match(data, 1)
    if data[:1] != b"\x81" or head is None:
        return None
    entries = []
    at = head.end()
    for _ in range(_size(head[0])):
        start, end = at, _end_of_text(data, at + 1)
        found = _BEHIND().match(data, end) if data[at : at + 1] == b"\x83" and end else None
        if found is None:
            return None
        at = found.end()
        entry = data[start:at]
        pages = _HEAD_OF_LIST().match(data, end) if len(entry) > HEAVY else None
        if pages:
            entry = shortened(entry, pages.end() - start, _size(pages[0]))
        entries.append((_plain(data[start + 1 : end]), entry))
    return entries if at == len(data) else None


def _end_of_text(data: bytes, at: int) -> int:
    """Give where the text that begins at a place ends; 0 where none begins there."""
    first = data[at] if at < len(data) else 0
    if 0x60 <= first < 0x78:
        return at + 1 + first - 0x60
    width = {0x78: 1, 0x79: 2, 0x7A: 4}.get(first, 0)
    length = int.from_bytes(data[at + 1 : at + 1 + width], "big")
    return at + 1 + width + length if width else 0


def _listed(
    data: bytes, at: int, item: re.Pattern[bytes]
) -> tuple[list[re.Match[bytes]] | None, int]:
    """Read a list whose items have one shape; None where it is another, and the end of it."""
    head = _HEAD_OF_LIST().match(data, at)
    if head is None:
        return None, at
    at = head.end()
    found = []
    for _ in range(_size(head[0])):
        one = item.match(data, at)
        if one is None:
            return None, at
        found.append(one)
        at = one.end()
    return found, at


def _slices(entries: Sequence[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    """Cut the entries into slices of about one size, between words that begin differently."""
    part: list[tuple[str, bytes]] = []
    held = 0
    for word, data in entries:
        before = part[-1][0] if part else ""
        most = 2 * SIZE if word[:_SHARED] == before[:_SHARED] else SIZE
        # Readers write `uploading` and `supply` for what is held as `upload` and `suppli`.
        if part and len(part[0][1]) > SIZE and word.startswith(_stump(part[0][0])):
            most = max(most, len(part[0][1]) + _FORMS)
        if part and held + len(data) > most:
            yield part
            part, held = [], 0
        part.append((word, data))
        held += len(data)
    if part:
        yield part


def _stump(stem: str) -> str:
    return stem[:-1] if len(stem) > _SHARED + 1 else stem


def _starts(slices: Sequence[Sequence[tuple[str, bytes]]]) -> list[str]:
    """Give for each slice the least that its first word has and the word before it has not.

    What readers write belongs to one slice: Pagefind loads several where it finds it in none.
    """
    starts = [""] if slices else []
    for part, following in pairwise(slices):
        word, before = following[0][0], part[-1][0]
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(word, before, strict=False))
        starts.append(word[: len(list(alike)) + 1])
    return starts


def _plain(token: bytes) -> str:
    width = {0x78: 1, 0x79: 2, 0x7A: 4}.get(token[0], 0)
    return token[1 + width :].decode()


def _number(token: bytes) -> int:
    return int.from_bytes(token[1:], "big") if len(token) > 1 else token[0]


def _list(size: int) -> bytes:
    return _sized(0x80, size)


def _sized(kind: int, size: int) -> bytes:
    """Write the head of a text or list of a size."""
    if size < 24:
        return bytes([kind + size])
    width, code = (1, 0x18) if size < 1 << 8 else (2, 0x19) if size < 1 << 16 else (4, 0x1A)
    return bytes([kind + code]) + size.to_bytes(width, "big")


def _size(head: bytes) -> int:
    return head[0] - 0x80 if len(head) == 1 else int.from_bytes(head[1:], "big")
