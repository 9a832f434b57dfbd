"""The passage of a text that shows why it was found, with the words that were asked for apart."""

from __future__ import annotations

import re
from collections.abc import Collection

from carebase.search.stems import stemmer
from carebase.search.words import indexed_words_of

_TOKEN = re.compile(r"\S+")
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
    tokens = [
        (
            found.start(),
            found.end(),
            any(stem(word) in stems for word in indexed_words_of(found[0])),
        )
        for found in _TOKEN.finditer(text)
    ]
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


def _best(tokens: list[tuple[int, int, bool]], length: int) -> int:
    """Give the first token of the part that holds the most words asked for."""
    best, most = 0, 0
    for at, (start, _, marked) in enumerate(tokens):
        if not marked:
            continue
        first = max(0, at - 3)
        count = sum(hit for begin, end, hit in tokens[first:] if end <= tokens[first][0] + length)
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
