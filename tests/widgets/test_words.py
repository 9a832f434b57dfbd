"""The words of the widgets: complete in every language, and filled in as they should be."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from carebase import i18n

FILES = Path(__file__).parents[2] / "widgets" / "carebase_widgets" / "i18n"
THEME = Path(__file__).parents[2] / "plugins" / "carebase_plugins" / "theme" / "i18n"
LANGUAGES = ("de", "en", "es", "fr")


def placeholders(said: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", said))


def test_the_languages_are_those_with_a_file() -> None:
    assert LANGUAGES == i18n.languages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    english = i18n.strings("en")
    words = i18n.strings(language)

    assert list(english) == list(words)
    assert {} == {
        key: said for key, said in words.items() if placeholders(said) != placeholders(english[key])
    }
    assert [] == [key for key, said in words.items() if not said.strip()]


# What is counted there is never one, or is said of one in another string.
NEVER_ONE = {
    "course.done_count",
    "error.short",
    "mail.waited_subject",
    "search.some",
    "steps.all",
    "steps.some",
    "steps.start",
    "withdraw.period",
    "withdraw.period.contract",
    "withdraw.visit",
}
COUNTED = re.compile(r"{(?:count|days|limit|seconds|total)} (?!oder|min)[^\W\d_]{3,}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_before_a_word_has_a_singular_beside_it(language: str) -> None:
    theme = json.loads((THEME / f"{language}.json").read_text("utf-8"))
    words = {**theme, **i18n.strings(language)}
    counted = [key for key, said in words.items() if COUNTED.search(said)]

    assert [] == [
        key for key in counted if not key.endswith((".one", ".many")) and key not in NEVER_ONE
    ]
    assert [] == [key for key in counted if key.endswith(".many") and f"{key[:-4]}one" not in words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    pairs: list[str] = []
    json.loads(
        (FILES / f"{language}.json").read_text("utf-8"),
        object_pairs_hook=lambda found: pairs.extend(key for key, _ in found),
    )
    assert sorted(set(pairs)) == sorted(pairs)


def test_an_unknown_language_falls_back_to_english() -> None:
    assert i18n.strings("en") == i18n.strings("tlh")
    assert i18n.strings("de") == i18n.strings("de-AT") == i18n.strings("de_CH")


def test_braces_in_values_are_left_alone() -> None:
    assert "a {b} {c}" == i18n.fill("a {x} {c}", x="{b}")
    assert "{" == i18n.fill("{", x="y")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        i18n.text("en", "no.such.key")


@pytest.mark.parametrize(
    ("language", "first", "fifth"),
    [
        ("en", "1 March 2026", "5 October 2027"),
        ("de", "1. März 2026", "5. Oktober 2027"),
        ("es", "1 de marzo de 2026", "5 de octubre de 2027"),
        ("fr", "1er mars 2026", "5 octobre 2027"),
    ],
)
def test_dates_are_spelled_as_people_write_them(language: str, first: str, fifth: str) -> None:
    assert first == i18n.date_text(language, date(2026, 3, 1))
    assert fifth == i18n.date_text(language, date(2027, 10, 5))


def test_lists_and_counts() -> None:
    assert "pump" == i18n.list_text("en", ["pump"])
    assert "pump, boiler and seals" == i18n.list_text("en", ["pump", "boiler", "seals"])
    assert "noch 1 Tag" == i18n.count_text("de", "answer.days", 1)
    assert "noch 2 Tage" == i18n.count_text("de", "answer.days", 2)


def test_countries_are_in_the_order_of_their_names() -> None:
    german = i18n.countries("de")
    names = [name for _, name in german]

    assert ("ZZ", "Ein anderes Land") == german[-1]
    assert names.index("Norwegen") < names.index("Österreich") < names.index("Peru")
    # The members of the EU, whose rights are known, are all there.
    union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
    assert set(union.split()) <= {code for code, _ in german}
