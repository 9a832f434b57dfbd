"""The stem of a word in its language, by Whoosh's own stemmers; other languages have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from carebase.i18n import primary_language
from carebase.search.words import fold

# Words are compared without accents; some stemmers know an ending only with its own.
_LANGUAGES = frozenset(
    ("da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ro", "ru", "sv")
)


def has_stemmer(language: str) -> bool:
    """Tell whether words of a language have stems other than themselves."""
    return primary_language(language) in _LANGUAGES


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """Give the function that stems a folded word; each word is stemmed once in a process."""
    code = primary_language(language)
    if code not in _LANGUAGES:
        return lambda word: word
    from whoosh.lang import stemmer_for_language

    stem: Callable[[str], str] = stemmer_for_language(code)

    def stem_of(word: str) -> str:
        found = fold(stem(word)) or word
        # The English stemmer takes one `d` too many from `added`, as from `padded`.
        return "add" if code == "en" and found == "ad" and word.startswith("add") else found

    return cache(stem_of)


def stems_of(words: Iterable[str], language: str) -> list[str]:
    """Give the stems of words in their order."""
    return list(map(stemmer(language), words))
