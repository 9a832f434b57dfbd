"""The words of a text as both engines compare them, and those that say nothing in a search."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

# Scripts written without spaces: Han, Hiragana, Katakana, Thai. The same ranges as in `query.js`.
DENSE_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u0e00-\u0e7f"
DENSE = re.compile(f"[{DENSE_SIGNS}]+")
_FIRST_DENSE = "\u0e00"
_ASCII_WORD = re.compile("[A-Za-z0-9]+(?:['._-][A-Za-z0-9]+)*")
_JOINTS = re.compile(r"[._-]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_ELIDED = 2
# A language is taken from a text only where this many of its small words stand in it, and this
# many times as many as of the language that it would have otherwise.
_SURE_COUNT, _SURE_TIMES = 12, 3


def fold(text: str) -> str:
    """Give a text in small letters and without accents (Unicode NFKD)."""
    if text.isascii():
        return text.lower()
    # Nothing in ASCII changes, nor joins with what stands beside it once the accents are gone.
    return _NOT_ASCII.sub(lambda run: _folded(run[0]), text.lower())


@lru_cache(maxsize=1 << 13)
def _folded(run: str) -> str:
    plain = unicodedata.normalize("NFKD", run)
    return unicodedata.normalize(
        "NFC", "".join(sign for sign in plain if not unicodedata.combining(sign))
    )


def words_of(text: str) -> list[str]:
    """Give the words of a query in their order, folded; dense scripts as pairs of characters.

    What a hyphen, dot or underscore joins is one word: `Wi-Fi` is `wifi`.
    """
    return ["".join(parts) for word in _written(text) for parts in _parts_of(word)]


def indexed_words_of(text: str) -> list[str]:
    """Give the words by which a text is found: those of a query, and the parts of joined ones."""
    written = _written(text)
    if _is_plain("".join(written)):
        return written
    found: list[str] = []
    for word in written:
        # Most words are of this kind: letters and digits of a script with spaces.
        if word.isalnum() and word[0] < _FIRST_DENSE:
            found.append(word)
            continue
        found += _pieces_of(word)
    return found


def count_words(text: str) -> Counter[str]:
    """Count the words by which a text is found."""
    counts = Counter(_written(text))
    for word in [word for word in counts if not word.isalnum() or word[0] >= _FIRST_DENSE]:
        often = counts.pop(word)
        for piece in _pieces_of(word):
            counts[piece] += often
    return counts


def distinct_words_of(text: str) -> set[str]:
    """Give each word by which a text is found once."""
    found = set(_written(text))
    for word in [word for word in found if not word.isalnum() or word[0] >= _FIRST_DENSE]:
        found.remove(word)
        found.update(_pieces_of(word))
    return found


def _pieces_of(word: str) -> list[str]:
    found: list[str] = []
    for parts in _parts_of(word):
        if len(parts) > 1:
            found.append("".join(parts))
        found += parts
    return found


def _is_plain(words: str) -> bool:
    """Tell whether no word is joined of others, nor of a dense script."""
    return words.isascii() and words.isalnum()


def _written(text: str) -> list[str]:
    folded = fold(text).replace("’", "'")
    found: list[str] = (_ASCII_WORD if folded.isascii() else _any_word()).findall(folded)
    return found


def written_words(text: str) -> Iterator[tuple[int, str]]:
    """Give each word of a text as it is written there, with the place where it begins."""
    for found in _any_word().finditer(text.replace("’", "'")):
        yield found.start(), text[found.start() : found.end()]


@cache
def _any_word() -> re.Pattern[str]:
    # Made when a text needs it: it takes longer than the rest of this module.
    return re.compile(f"[{DENSE_SIGNS}]+|[^\\W_{DENSE_SIGNS}]+(?:['._-][^\\W_{DENSE_SIGNS}]+)*")


@lru_cache(maxsize=1 << 13)
def _parts_of(word: str) -> tuple[tuple[str, ...], ...]:
    """Give each word as its parts; a run of a dense script is several words."""
    if DENSE.match(word):
        return tuple((pair,) for pair in pairs_of(word))
    if word.isalnum():
        return ((word,),)
    head, mark, rest = word.partition("'")
    # What is left of a word before a vowel (l'eau, it's) is a word of its own; not so don't.
    pieces = [head, rest] if mark and len(head) <= _ELIDED else [word]
    split = (tuple(filter(None, _JOINTS.split(piece.replace("'", "")))) for piece in pieces)
    return tuple(parts for parts in split if parts)


def pairs_of(run: str) -> list[str]:
    """Give each two neighbouring characters of a run without spaces, one character as it is."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def spaced(text: str) -> str:
    """Write the runs of dense scripts in a text as pairs of characters with spaces between."""
    return DENSE.sub(lambda run: " " + " ".join(pairs_of(run[0])) + " ", text)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give the words of a language that a question needs and an answer need not hold."""
    return frozenset(_lists("stop_words").get(language, ()))


@cache
def things(language: str) -> frozenset[str]:
    """Give what people call a product whose name they do not say: `my machine`, `the appliance`."""
    return frozenset(_lists("things").get(language, ()))


@cache
def slight_words(language: str) -> frozenset[str]:
    """Give the words of titles that say little of what a page is about: `install`, `overview`."""
    return frozenset(_lists("slight_words").get(language, ()))


@cache
def _lists(name: str) -> dict[str, list[str]]:
    text = (files("carebase.search") / f"{name}.json").read_text("utf-8")
    lists: dict[str, str] = json.loads(text)
    return {language: [fold(word) for word in words.split()] for language, words in lists.items()}


def known_languages() -> tuple[str, ...]:
    """Give the languages whose small words are known."""
    return tuple(_lists("stop_words"))


def telling(words: Sequence[str], language: str) -> list[str]:
    """Give the words of a query that say something, each once; all when none does.

    A thing behind a small word, as in `my machine`, is the product that every page is about.
    """
    stop, named = stop_words(language), things(language)
    said = [word for word in words if word not in stop]
    told = [
        word
        for word, before in zip(words, ["", *words], strict=False)
        if word not in stop and not (word in named and before in stop)
    ]
    return list(dict.fromkeys(told or said or words))


def language_of(words: Iterable[str] | Mapping[str, int], otherwise: str) -> str:
    """Tell the language of a text by its small words, where that is clear; they may be counted.

    It is for pages that do not name one: a site in English with pages in Spanish beside.
    """
    if otherwise not in known_languages():
        return otherwise
    unlike = _unlike()
    often = Counter(words)
    counts = {
        language: sum(often[word] for word in own & often.keys())
        for language, own in unlike.items()
    }
    best = max(counts, key=lambda language: counts[language])
    sure = counts[best] >= max(_SURE_COUNT, _SURE_TIMES * counts[otherwise])
    return best if sure else otherwise


@cache
def _unlike() -> dict[str, frozenset[str]]:
    """Give the small words that only one of the known languages has."""
    lists = {language: frozenset(words) for language, words in _lists("stop_words").items()}
    return {
        language: words.difference(*(own for other, own in lists.items() if other != language))
        for language, words in lists.items()
    }
