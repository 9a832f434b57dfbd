"""The words of the theme in each language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from carebase.i18n import fill

_FOLDER = Path(__file__).parent / "i18n"
FALLBACK = "en"

Words = Callable[..., str]


@cache
def _strings(code: str) -> Mapping[str, str]:
    path = _FOLDER / f"{code}.json"
    if not path.is_file():
        path = _FOLDER / f"{FALLBACK}.json"
    strings: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return strings


def _word(code: str, key: str, **values: object) -> str:
    return fill(_strings(code)[key], **values)


@cache
def words_of(language: str) -> Words:
    """Give the function that says a key in a language; English where a language has no words."""
    return partial(_word, language.replace("_", "-").split("-")[0].lower())


def some(words: Words, key: str, names: tuple[str, ...]) -> dict[str, str]:
    """Give the named strings below a key, unfilled, for use in the browser."""
    return {name: words(f"{key}.{name}") for name in names}
