"""Writing sections into a Whoosh index, as Whoosh itself would, in a third of its time.

Whoosh makes an object of each word and looks up the length of a section for each word of it, which
takes most of its time. Here the postings of a term are gathered as lists while sections are added,
and handed to Whoosh's own writer of postings block by block. The index says the same;
`tests/kb/test_search_writing.py` holds both side by side.
"""

from __future__ import annotations

import pickle
import warnings
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter, sub
from struct import Struct
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh.util.numeric import byte_to_length, length_to_byte
    from whoosh.writing import SegmentWriter

# The field that names the page of a section; it has no length.
NAME = "address"
# So many postings are kept in memory, about a hundred megabytes, before they go to the disk.
_POSTINGS = 2_000_000
_BLOCK = "_blocklimit"
_COUNT = Struct("!I")

# Of a term: the numbers of documents, how often it stands in each, and where.
Postings = tuple[list[int], list[int], list[bytes]]
Terms = defaultdict[str, defaultdict[str, Postings]]


def _nothing() -> Terms:
    return defaultdict(lambda: defaultdict(lambda: ([], [], [])))


def _encode(places: list[int]) -> bytes:
    """Write the places of a word as `whoosh.formats.Positions` reads them."""
    steps = [places[0], *map(sub, places[1:], places)]
    return _COUNT.pack(len(steps)) + pickle.dumps(steps, 2)


@cache
def _once(place: int) -> bytes:
    """Give the places of a word that stands once in a section."""
    return _encode([place])


@cache
def _as_read(length: int) -> int:
    """Give a length as Whoosh reads it again: it keeps a byte of it."""
    byte = length_to_byte(length)
    return int(byte_to_length(byte)) if byte else 0


class SectionWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of one segment, for sections given as lists of stems."""

    def __init__(self, opened: Any, most: int = _POSTINGS, **options: Any) -> None:
        super().__init__(opened, **options)
        self._most = most
        self._held = 0
        self._terms = _nothing()
        self._lengths: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        # Whether other segments were joined to this one, whose lengths only Whoosh knows.
        self._is_joined = False

    def add_section(
        self, address: str, stored: Mapping[str, Any], texts: Mapping[str, list[str]]
    ) -> None:
        """Add a section: what is kept of it, and the stems of its fields in their order."""
        number = self.docnum
        self.perdocwriter.start_doc(number)
        numbers, weights, values = self._terms[NAME][address]
        numbers.append(number)
        weights.append(1)
        values.append(b"")
        self.perdocwriter.add_field(NAME, self.schema[NAME], address, 0)
        for name, value in stored.items():
            self.perdocwriter.add_field(name, self.schema[name], value, 0)
        for name, stems in texts.items():
            self._add_text(name, stems, number)
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1
        if self._held > self._most:
            self._put_aside()

    def add_reader(self, reader: Any) -> None:
        """Join another segment to this one."""
        self._is_joined = True
        super().add_reader(reader)

    def _add_text(self, name: str, stems: list[str], number: int) -> None:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, stem in enumerate(stems):
            places[stem].append(place)
        terms = self._terms[name]
        for stem, found in places.items():
            often = len(found)
            numbers, weights, values = terms[stem]
            numbers.append(number)
            weights.append(often)
            values.append(_once(found[0]) if often == 1 else _encode(found))
        self._held += len(places)
        self.perdocwriter.add_field(name, self.schema[name], None, len(stems))
        lengths = self._lengths[name]
        lengths.extend([0] * (number - len(lengths)))
        lengths.append(_as_read(len(stems)))

    def _put_aside(self) -> None:
        """Hand all postings to Whoosh's pool, which keeps them on the disk."""
        for name, term, postings in self._sorted():
            for number, often, value in zip(*postings, strict=True):
                self.pool.add((name, term, number, float(often), value))
        self.pool.save()
        self._terms = _nothing()
        self._held = 0

    def _sorted(self) -> Iterator[tuple[str, bytes, Postings]]:
        for name, terms in sorted(self._terms.items()):
            encoded = sorted((term.encode("utf-8"), term) for term in terms)
            yield from ((name, code, terms[term]) for code, term in encoded)

    def _flush_segment(self) -> None:
        if self._is_joined:
            self._put_aside()
            super()._flush_segment()
            return
        self.perdocwriter.close()
        terms: Iterable[tuple[str, bytes, Postings]] = self._sorted()
        if self.pool.runs:
            self._put_aside()
            terms = _gathered(self.pool.iter_postings())
        for name, of_field in groupby(terms, itemgetter(0)):
            self.fieldwriter.start_field(name, self.schema[name])
            for _, term, postings in of_field:
                self._write(term, postings, self._lengths.get(name))
            self.fieldwriter.finish_field()
        self.fieldwriter.close()

    def _write(self, term: bytes, postings: Postings, lengths: array[int] | None) -> None:
        """Write the postings of a term in blocks, with what Whoosh notes of each block."""
        numbers, often, values = postings
        self.fieldwriter.start_term(term)
        blocks = self.fieldwriter._postwriter
        size = getattr(blocks, _BLOCK)
        for start in range(0, len(numbers), size):
            if start:
                blocks._write_block()
            end = start + size
            blocks._ids = array("I", numbers[start:end])
            blocks._weights = array("f", often[start:end])
            blocks._maxweight = float(max(often[start:end]))
            blocks._values = [value for value in values[start:end] if value]
            if lengths is not None:
                known = [lengths[number] for number in blocks._ids if lengths[number]]
                if known:
                    blocks._minlength, blocks._maxlength = min(known), max(known)
        self.fieldwriter.finish_term()


def _gathered(items: Iterable[tuple[str, bytes, int, float, bytes]]) -> Iterator[Any]:
    """Gather sorted postings by term."""
    for (name, term), found in groupby(items, itemgetter(0, 1)):
        columns = zip(
            *((number, often, value) for _, _, number, often, value in found), strict=True
        )
        yield name, term, tuple(map(list, columns))
