"""What every search needs of an index, in one file: our words, what Pagefind lists, its program.

Pagefind's own list of pages and chunks grows with a site and hardly packs. Here each of its columns
stands for itself, and the browser writes the list again from them (`page-list.js`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carebase.search.slices import MARK, Cut, Meta, packed

# Hexadecimal digits of the name of a page: of a larger site more, so that few pages share them.
_DIGITS, _MORE, _LARGE = 5, 7, 30_000


@dataclass(frozen=True, slots=True)
class Row:
    """A page in that list: its name, its words, the number of its facts, the words of its title."""

    name: str
    words: int
    facts: int
    title: int


def names_of(ids: Sequence[str]) -> list[str]:
    """Give each page a name of a few digits, from the hash in its id that Pagefind gave.

    All names are equally long and no two are the same.
    """
    digits = _MORE if len(ids) > _LARGE else _DIGITS
    taken: dict[int, None] = {}
    for one in ids:
        number = int(one.rpartition("_")[2][:digits], 16)
        while number in taken:
            number = (number + 1) % 16**digits
        taken[number] = None
    return [f"{number:0{digits}x}" for number in taken]


def pack(
    entry: Mapping[str, Any],
    meta: Meta,
    rows: Sequence[Row],
    index: Cut,
    words: Mapping[str, object],
    program: bytes,
) -> bytes:
    """Write the file: a line of JSON, the columns of the pages, and the program."""
    names = "".join(row.name for row in rows)
    head = {
        "entry": entry,
        "before": list(meta.before),
        "after": list(meta.after),
        "pages": len(rows),
        "digits": len(rows[0].name) if rows else 0,
        "starts": [start for start, _ in index.slices],
        "slices": [name for _, name in index.slices],
        "beside": index.beside,
        "words": words,
    }
    columns = [
        bytes.fromhex(names + "0" * (len(names) % 2)),
        *_bytes([row.words for row in rows], 3),
        *_bytes([row.facts for row in rows], 2),
        *_bytes([row.title for row in rows], 1),
    ]
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return packed(b"".join((line, b"\n", *columns, MARK, program)))


def _bytes(numbers: Iterable[int], width: int) -> list[bytes]:
    """Write numbers as so many columns, their least bytes first: those above are mostly alike."""
    kept = [min(number, (1 << 8 * width) - 1) for number in numbers]
    return [bytes(number >> 8 * at & 0xFF for number in kept) for at in range(width)]
