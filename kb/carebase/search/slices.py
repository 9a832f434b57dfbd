"""Cutting Pagefind's index finer, with the words of a site beside those it holds.

A word of a query costs a reader the chunk that it stands in. Pagefind's chunks are 27 kB each: a
long question would load most of the index. Ours are a fifth of that, and each brings the
vocabulary of its stretch of the alphabet along, so that a browser knows at once what was mistyped.

The files stay Pagefind's own: a chunk is CBOR (RFC 8949) behind twelve letters, and what follows
its one value is not read by Pagefind: our lists of pages, the words, and the bytes of either. Where
the shape is another, nothing is cut.
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
from typing import NamedTuple

from carebase.search.places import Beside

MARK = b"pagefind_dcd"
# The fewest bytes of a page in a list.
_LEAST = 5
# Bytes of a slice before it is packed; about seven tenths of it are sent.
SIZE = 10_000
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
_WHOLE_LIST = _later(_PAGES)
_VARIANT = _later(b"\\x82(%b)(%b)" % (_TEXT, _LIST))
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


class _Entry(NamedTuple):
    """A word with the bytes that Pagefind is given of it, and the lists beside."""

    word: str
    told: bytes
    beside: bytes

    @property
    def size(self) -> int:
        """Give the bytes of both."""
        return len(self.told) + len(self.beside)


@dataclass(frozen=True, slots=True)
class Cut:
    """The slices, each with its start and its name, and the number of lists beside in them."""

    slices: list[tuple[str, str]]
    beside: int = 0


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
) -> Cut:
    """Cut the chunks in the folder `index` into slices and tell where each starts, and its name.

    Each of the site's `words` goes to the slices where Pagefind looks for one of its `places`, as
    `pack` writes them. The chunks stay as they are where one has a shape that is not known.
    """
    entries: list[_Entry] = []
    lists = Beside(len(meta.pages))
    for name in meta.chunks:
        found = _entries(unpacked((folder / f"{name}.pf_index").read_bytes()), lists)
        if found is None:
            return Cut([(start, name) for name, start in meta.chunks.items()])
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
        told = b"".join(entry.told for entry in part)
        behind = b"".join(entry.beside for entry in part), pack(own).encode()
        data = b"".join((MARK, b"\x81", _list(len(part)), told, *behind))
        data += b"".join(len(one).to_bytes(4, "big") for one in behind)
        digest = hashlib.sha256(data).hexdigest()
        name = next(short for size in (8, 64) if (short := digest[:size]) not in named)
        (folder / f"{name}.pf_index").write_bytes(packed(data))
        named[name] = start
    return Cut([(start, name) for name, start in named.items()], lists.count)


def packed(data: bytes) -> bytes:
    """Pack data with gzip, the same bytes for the same data."""
    return gzip.compress(data, _LEVEL, mtime=0)


def unpacked(data: bytes) -> bytes:
    """Give the data of a file of Pagefind without its mark."""
    return gzip.decompress(data).removeprefix(MARK)


def _entries(data: bytes, lists: Beside) -> list[_Entry] | None:
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
        word, told = _plain(data[start + 1 : end]), data[start:at]
        if lists.is_for(len(told) // _LEAST, len(told)):
            told = data[start:end] + _told(data, word, end, lists)
        entries.append(_Entry(word, told, lists.take()))
    return entries if at == len(data) else None


def _told(data: bytes, word: str, at: int, lists: Beside) -> bytes:
    """Give what Pagefind is told behind a word, for each way to write it; the rest goes beside."""
    told, at = _told_of_form(data, word, at, lists)
    variants = _matched(_HEAD_OF_LIST(), data, at)
    parts = [told, variants[0]]
    at = variants.end()
    for _ in range(_size(variants[0])):
        form = _matched(_VARIANT(), data, at)
        told, at = _told_of_form(data, _plain(form[1]), form.start(2), lists)
        parts += (b"\x82", form[1], told)
    return b"".join(parts)


def _told_of_form(data: bytes, form: str, at: int, lists: Beside) -> tuple[bytes, int]:
    whole = _matched(_WHOLE_LIST(), data, at)
    head = _matched(_HEAD_OF_LIST(), data, at)
    pages = _size(head[0])
    told = None
    if lists.is_for(pages, len(whole[0])):
        told = lists.add(form, data, head.end(), whole.end(), pages)
    return told or whole[0], whole.end()


def _matched(expression: re.Pattern[bytes], data: bytes, at: int) -> re.Match[bytes]:
    """Match what is known to stand there."""
    found = expression.match(data, at)
    assert found is not None  # noqa: S101 - the whole entry has been matched
    return found


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


def _slices(entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """Cut the entries into slices of about one size, between words that begin differently."""
    part: list[_Entry] = []
    held = 0
    for entry in entries:
        before = part[-1].word if part else ""
        most = 2 * SIZE if entry.word[:_SHARED] == before[:_SHARED] else SIZE
        # Readers write `uploading` and `supply` for what is held as `upload` and `suppli`.
        if part and part[0].size > SIZE and entry.word.startswith(_stump(part[0].word)):
            most = max(most, part[0].size + _FORMS)
        if part and held + entry.size > most:
            yield part
            part, held = [], 0
        part.append(entry)
        held += entry.size
    if part:
        yield part


def _stump(stem: str) -> str:
    return stem[:-1] if len(stem) > _SHARED + 1 else stem


def _starts(slices: Sequence[Sequence[_Entry]]) -> list[str]:
    """Give for each slice the least that its first word has and the word before it has not.

    What readers write belongs to one slice: Pagefind loads several where it finds it in none.
    """
    starts = [""] if slices else []
    for part, following in pairwise(slices):
        word, before = following[0].word, part[-1].word
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
