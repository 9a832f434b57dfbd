"""Articles that say nearly the same, found by the sequences of words that they share.

Each five words in a row are a shingle; the share of common shingles among all of two texts is
their resemblance (A. Broder, "On the resemblance and containment of documents", 1997). Comparing
every two texts would take too long, so pairs are first found by a sketch: the shingles whose
hash is 0 modulo `_SAMPLE`. Only those pairs are compared in full.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

_SAMPLE = 8
# Texts of fewer shingles than these are too short to be told from a common phrase.
SHORTEST = 40
# From which resemblance on two articles are near duplicates.
RESEMBLANCE = 0.65
# A pair is looked at when its sketches are this alike: they are only samples.
_LOOK = 0.4
# A shingle on more pages than this is a phrase of the house.
_COMMON = 50

_BASE, _LARGEST = 1_000_003, (1 << 48) - 1
_WORD = re.compile(r"\w+")
# Addresses, tags and attributes are no words of a text.
_UNREAD = re.compile(
    r"\]\([^()\s]*(?:\s+\"[^\"]*\")?\)|<[^<>]*>|\{[:#.][^{}]*\}|^\[[^\]]+\]:.*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two texts by their names, and the share of common shingles among all of theirs."""

    first: str
    second: str
    resemblance: float


def shingles(text: str) -> set[int]:
    """Give the hashes of each five words in a row, the same on every machine."""
    words = _WORD.findall(_UNREAD.sub(" ", text).casefold())
    hashes = {word: crc32(word.encode("utf-8", "replace")) for word in set(words)}
    row = [hashes[word] for word in words]
    rows = zip(row, row[1:], row[2:], row[3:], row[4:], strict=False)
    return {
        (((a * _BASE + b) * _BASE + c) * _BASE + d) * _BASE + e & _LARGEST for a, b, c, d, e in rows
    }


def sketch(text: str) -> list[int]:
    """Give the sample of a text's shingles by which texts like it are found."""
    found = shingles(text)
    if len(found) < SHORTEST:
        return []
    return sorted(value for value in found if value % _SAMPLE == 0)


def find_alike(sketches: Mapping[str, Sequence[int]], texts: Mapping[str, str]) -> Iterator[Alike]:
    """Give, for each text that is nearly one before it in order, the one it is most like."""
    names = sorted(sketches)
    index: defaultdict[int, list[str]] = defaultdict(list)
    for name in names:
        for value in sketches[name]:
            index[value].append(name)
    shared: Counter[tuple[str, str]] = Counter()
    for holders in index.values():
        if 1 < len(holders) <= _COMMON:
            shared.update(combinations(holders, 2))
    full: dict[str, set[int]] = {}
    best: dict[str, Alike] = {}
    for (first, second), count in sorted(shared.items()):
        together = len(sketches[first]) + len(sketches[second]) - count
        if count < _LOOK * together:
            continue
        for name in (first, second):
            if name not in full:
                full[name] = shingles(texts[name])
        common = len(full[first] & full[second])
        resemblance = common / (len(full[first]) + len(full[second]) - common)
        if resemblance >= RESEMBLANCE and (
            second not in best or best[second].resemblance < resemblance
        ):
            best[second] = Alike(first, second, resemblance)
    for name in sorted(best):
        yield best[name]
