"""Words as pages and readers write them, for those that an index holds. As in `passage.js`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from carebase.search.sections import PageText
from carebase.search.words import fold, words_of, written_words

_JOINT = re.compile(r"['’._-]")
# Behind it a capital is that of the word and not that of a sentence.
_WITHIN = re.compile(r"[\w,] ")


def as_written(pages: Iterable[PageText], word: str) -> str:
    """Give a word as pages write it; `word` is in small letters and without accents.

    It is in small letters where one of them writes it so, else with the capital that it has within
    a sentence; at the beginning of one a capital says nothing.
    """
    forms = Counter(
        form
        for page in pages
        for text in (page.text, page.title, " ".join(page.keywords))
        for form in _forms(unicodedata.normalize("NFC", text), word)
    )
    if not forms:
        return word
    return max(forms, key=lambda form: (form[0], forms[form], form[1]))[1]


def as_typed(text: str, word: str) -> str:
    """Give a word of a query as its writer typed it."""
    found = (_form_in(written, word) for _, written in written_words(text))
    return next(filter(None, found), word)


def corrected(text: str, mended: Mapping[str, str]) -> str:
    """Give a query with its words put right; `mended` has what each word of the index means."""
    text = unicodedata.normalize("NFC", text)
    parts, end = [], 0
    for start, written in written_words(text):
        parts += [text[end:start], _put_right(written, mended)]
        end = start + len(written)
    return "".join([*parts, text[end:]])


def _put_right(written: str, mended: Mapping[str, str]) -> str:
    for typed, meant in mended.items():
        if form := _form_in(written, typed):
            return written.replace(form, meant, 1)
    return written


def _forms(text: str, word: str) -> Iterator[tuple[int, str]]:
    """Give each form of a word in a text, with how much it tells."""
    for start, written in written_words(text):
        form = _form_in(written, word) if word in _JOINT.sub("", fold(written)) else ""
        if form and form == form.lower():
            yield 2, form
        elif form and _WITHIN.fullmatch(text, max(0, start - 2), start):
            yield 1, form
        elif form:
            yield 0, form.lower()


def _form_in(written: str, word: str) -> str:
    """Give what of a written word is the word: all of it, or a part that is set off."""
    parts = (written, *_JOINT.split(written))
    return next((one for one in parts if words_of(one) == [word]), "")
