"""The vocabulary of a site: the words that typing errors are put right to, in small files.

A file holds the words of some lengths, since a word with one error is at most one letter longer or
shorter. A browser loads those that it needs, and none while every word is known; a small site has
one, which comes with what every search needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest

from carebase.search.sections import PageText
from carebase.search.words import DENSE, distinct_words_of

# Words longer than this are hardly typed; a single letter may be a name, such as C.
LONGEST = 30
# Characters of a file before it is packed; about a third of it is sent.
FILE_SIZE = 50_000
# So many words are the commonest ones of a site.
_COMMON = 400
_SHARE_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Chunk:
    """The words of `least` to `most` letters, packed by `pack`."""

    least: int
    most: int
    words: str


def is_kept(word: str) -> bool:
    """Tell whether a word belongs into a vocabulary."""
    return len(word) <= LONGEST and not word.isdigit() and not DENSE.match(word)


def words_on(page: PageText) -> str:
    """Give the words of a vocabulary that stand on a page, each once, with spaces between."""
    found = distinct_words_of(" ".join((page.title, page.text, *page.keywords)))
    return " ".join(sorted(filter(is_kept, found)))


def count_pages(pages: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Count on how many pages of each language each word stands, in the order of the words.

    Of a page its language is given, and what `words_on` gave.
    """
    counts: dict[str, Counter[str]] = {}
    for language, words in pages:
        counts.setdefault(language, Counter()).update(words.split(" ") if words else ())
    return {language: dict(sorted(words.items())) for language, words in sorted(counts.items())}


def commonest(counts: Mapping[str, int], stop: Collection[str]) -> list[str]:
    """Give the words that tell the pages of a site apart least, the most common first."""
    words = (word for word in counts if counts[word] > 1 and word not in stop)
    return nsmallest(_COMMON, words, key=lambda word: (-counts[word], word))


def chunks(counts: Mapping[str, int], size: int = FILE_SIZE) -> list[Chunk]:
    """Cut a vocabulary by the length of its words into files of about `size` characters."""
    by_length: dict[int, list[str]] = {}
    for word in counts:
        by_length.setdefault(len(word), []).append(word)
    made: list[Chunk] = []
    gathered: list[str] = []
    least = 1
    lengths = sorted(by_length)
    for at, length in enumerate(lengths):
        gathered += by_length[length]
        last = at + 1 == len(lengths)
        if last or sum(map(len, gathered)) >= size:
            made.append(Chunk(least, LONGEST if last else length, pack(gathered, counts)))
            gathered, least = [], length + 1
    return made


def pack(words: Iterable[str], counts: Mapping[str, int]) -> str:
    """Write words in their order, each after what it shares with the one before.

    A word is one digit of base 36 for the letters shared, its other letters, and one digit for how
    common it is (the binary logarithm of its pages); words have spaces between them.
    """
    parts, before = [], ""
    for word in sorted(words):
        shared = 0
        longest = min(len(word), len(before), len(_SHARE_DIGITS) - 1)
        while shared < longest and word[shared] == before[shared]:
            shared += 1
        common = min(9, counts[word].bit_length() - 1)
        parts.append(f"{_SHARE_DIGITS[shared]}{word[shared:]}{common}")
        before = word
    return " ".join(parts)
