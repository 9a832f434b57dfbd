"""The passage of a text that shows why it was found, with the words that were asked for apart."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice, zip_longest

from carebase.search.stems import stemmer
from carebase.search.words import DENSE, DENSE_SIGNS, fold, indexed_words_of

# Of scripts without spaces each character stands for itself.
_TOKEN = re.compile(rf"[{DENSE_SIGNS}]|[^\s{DENSE_SIGNS}]+")
# A token without the marks around it.
_WORD = re.compile(r"\w(?:\S*\w)?")
# A line that ends with a letter, a digit or a bracket goes on in nothing: an item, a label, a row.
_OPEN_END = re.compile(r"(?<=[\w)\]»”\"'])\s*\n\s*(?=\S)")


def in_one_line(text: str) -> str:
    """Join paragraphs, items and rows with full stops between, as Pagefind does for readers."""
    return " ".join(_OPEN_END.sub(". ", text).split())


def passage(
    text: str, stems: Collection[str], language: str, length: int, *, from_start: bool = False
) -> list[tuple[str, bool]]:
    """Cut about `length` characters around the words with these stems, in pieces.

    Each piece says whether it is a word that was asked for. With `from_start` it is the beginning.
    """
    stem = stemmer(language)
    dense = _dense_places(text, stems)

    def is_asked(found: re.Match[str]) -> bool:
        if DENSE.match(found[0]):
            return found.start() in dense
        return any(stem(word) in stems for word in indexed_words_of(found[0]))

    tokens = [(found.start(), found.end(), is_asked(found)) for found in _TOKEN.finditer(text)]
    first = _best(tokens, length) if not from_start else 0
    begin = tokens[first][0] if tokens else 0
    pieces: list[tuple[str, bool]] = [("… ", False)] if begin else []
    at = begin
    for start, end, marked in tokens[first:]:
        if end - begin > length:
            pieces.append((" …", False))
            break
        if marked:
            word = _WORD.search(text, start, end)
            first, last = word.span() if word else (start, end)
            pieces += [(text[at:first], False), (text[first:last], True), (text[last:end], False)]
        else:
            pieces.append((text[at:end], False))
        at = end
    return _joined(pieces)


def _dense_places(text: str, stems: Collection[str]) -> set[int]:
    """Give where characters stand that are asked for, alone or in pairs."""
    found: set[int] = set()
    for run in DENSE.finditer(text):
        signs = [(run.start() + at, fold(sign)) for at, sign in enumerate(run[0])]
        # What is left of a mark above a character is nothing.
        signs = [(at, sign) for at, sign in signs if sign]
        for (at, sign), (after, other) in zip_longest(signs, signs[1:], fillvalue=(-1, "")):
            if sign in stems:
                found.add(at)
            if sign + other in stems:
                found |= {at, after}
    return found


def _best(tokens: list[tuple[int, int, bool]], length: int) -> int:
    """Give the first token of the part that holds the most words asked for."""
    best, most = 0, 0
    for at, (start, _, marked) in enumerate(tokens):
        if not marked:
            continue
        first = max(0, at - 3)
        last, count = tokens[first][0] + length, 0
        for _, end, hit in islice(tokens, first, None):
            if end > last:
                break
            count += hit
        if count > most:
            best, most = (first if start > length // 3 else 0), count
    return best


def _joined(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    joined: list[tuple[str, bool]] = []
    for text, marked in pieces:
        if joined and joined[-1][1] == marked:
            joined[-1] = (joined[-1][0] + text, marked)
        elif text:
            joined.append((text, marked))
    return joined
