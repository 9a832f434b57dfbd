"""The words of forms, answers and messages in each language, the same for pages and browser."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

FALLBACK = "en"


@cache
def languages() -> tuple[str, ...]:
    """Give the languages that have a file of strings, in alphabetical order."""
    folder = files("carebase_widgets") / "i18n"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@cache
def primary_language(language: str) -> str:
    """Give the first part of a language tag (BCP 47) in small letters: `de` of `de-AT`."""
    return language.replace("_", "-").split("-")[0].lower()


@cache
def code_of(language: str) -> str:
    """Give the language that serves one such as `de-AT`: `de`, or English where there is none."""
    code = primary_language(language)
    return code if code in languages() else FALLBACK


@cache
def strings(language: str) -> Mapping[str, str]:
    """Give all strings of a language such as `de` or `de-AT`; of English where there is none."""
    code = code_of(language)
    data = (files("carebase_widgets") / "i18n" / f"{code}.json").read_text("utf-8")
    words: dict[str, str] = json.loads(data)
    return MappingProxyType(words)


def text(language: str, key: str, **values: object) -> str:
    """Give one string with its `{placeholders}` filled in; `KeyError` for an unknown key."""
    return fill(strings(language)[key], **values)


def fill(pattern: str, **values: object) -> str:
    """Fill `{name}` for each given name. Braces that stand in a value are left as they are."""
    if not values or "{" not in pattern:
        return pattern
    parts = pattern.split("{")
    result = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        result.append(f"{values[name]}{rest}" if closed and name in values else "{" + part)
    return "".join(result)


def count_text(language: str, key: str, count: int, **values: object) -> str:
    """Give `key.one` or `key.many`, with `{count}` filled in."""
    return text(language, f"{key}.{'one' if count == 1 else 'many'}", count=count, **values)


def date_text(language: str, day: date) -> str:
    """Spell a date for reading: `5 October 2027`, `5. Oktober 2027`, `1er octobre 2027`."""
    words = strings(language)
    number = fill(words["date.first"] if day.day == 1 else words["date.day"], day=day.day)
    return fill(words["date"], day=number, month=words[f"month.{day.month}"], year=day.year)


def list_text(language: str, items: Iterable[str]) -> str:
    """Join words for reading: `pump, boiler and battery`."""
    *first, last = items
    return text(language, "list", first=", ".join(first), last=last) if first else last


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Give code and name of each country that a form offers, by name; `ZZ`, any other, is last."""
    found = [
        (key.removeprefix("country."), name)
        for key, name in strings(language).items()
        if key.startswith("country.")
    ]
    return tuple(sorted(found, key=lambda entry: (entry[0] == "ZZ", _plain(entry[1]))))


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
