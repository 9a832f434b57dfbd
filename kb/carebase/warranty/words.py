"""The words of the terms pages in each language, and those that a site adds to them.

They are a file a language in `i18n/`, beside the code: no browser needs them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import Field

from carebase.i18n import code_of, fill, primary_language
from carebase.warranty.fields import Day, FileModel, Slug, Text
from carebase.warranty.statutes import REVIEWED

FILE = "warranty/terms.yml"

Say = Callable[..., str]
# One sentence for a site of one language, or one for each language by its code.
Sentence = Text | dict[str, Text]


class TermsWords(FileModel):
    """What a site says about its warranty terms in its own words: `docs/warranty/terms.yml`."""

    exclusions: dict[Slug, Sentence] = Field(
        default_factory=dict,
        description="A sentence for each exclusion that policies name, by its id.",
        examples=[{"crash": {"en": "Damage from a race is not covered.", "de": "Rennen …"}}],
    )
    units: dict[Slug, Sentence] = Field(
        default_factory=dict,
        description="The name of each unit of usage, by its id.",
        examples=[{"shots": "espresso shots"}],
    )
    notes: dict[Slug, Sentence] = Field(
        default_factory=dict,
        description="The note of a row of the law in other languages, by the id of the row.",
        examples=[{"es-2022": {"es": "Pregunte en la tienda.", "en": "Ask the shop."}}],
    )
    rights_reviewed: Day | None = Field(
        default=None,
        description="The day on which somebody last confirmed the rows of the law for this site.",
        examples=["2026-10-01"],
    )
    notice_picture: Text | None = Field(
        default=None,
        description="The official notice on the legal guarantee, in place of our sentences; a "
        "file relative to docs/warranty.",
        examples=["legal-guarantee.svg"],
    )

    @property
    def reviewed(self) -> date:
        """The day of the data about the law: the site's own, or that of the shipped rows."""
        return self.rights_reviewed or REVIEWED


def in_language(sentence: Sentence, language: str) -> str:
    """Choose what to say in a language: its own words, else the English, else the first."""
    if isinstance(sentence, str):
        return sentence
    code = primary_language(language)
    return sentence.get(code) or sentence.get("en") or next(iter(sentence.values()), "")


@cache
def strings(language: str) -> Mapping[str, str]:
    """Give the words of a language such as `de-AT`; of English where there are none."""
    path = files("carebase.warranty") / "i18n" / f"{code_of(language)}.json"
    words: dict[str, str] = json.loads(path.read_text("utf-8"))
    return MappingProxyType(words)


def speaker(language: str) -> Say:
    """Give the function that says a key in a language, its `{placeholders}` filled in.

    With `count`, it says the key's `.one` or `.many`, or `.none` for 0 where there is one.
    """
    words = strings(language)

    def say(key: str, count: int | None = None, **values: object) -> str:
        if count is None:
            return fill(words[key], **values)
        none = f"{key}.none"
        form = none if not count and none in words else f"{key}.{'one' if count == 1 else 'many'}"
        return fill(words[form], count=count, **values)

    return say


def write_words(name: str) -> str:
    """Write an id in words: `foreign-charger` as `foreign charger`."""
    return name.replace("-", " ").replace("_", " ")


def is_explained(exclusion: str, own: TermsWords) -> bool:
    """Tell whether there is a sentence for an exclusion, ours or the site's."""
    return exclusion in own.exclusions or f"exclusion.{exclusion}" in strings("en")
