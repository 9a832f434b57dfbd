"""What readers call by another name than writers: the model of `docs/synonyms.yml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from carebase.articles.front_matter import check_language
from carebase.errors import Problem
from carebase.i18n import primary_language
from carebase.search.words import words_of
from carebase.site import Site
from carebase.sources import Document, load_model

FILE = "synonyms.yml"


def _group(value: Any) -> Any:
    """Take a bare list for the words of a group."""
    return {"words": value} if isinstance(value, list) else value


class Words(BaseModel):
    """Words and short phrases that mean the same: who searches for one finds the others too."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    words: list[str] = Field(
        min_length=2,
        description="Words or short phrases of the same meaning.",
        examples=["[limescale, calcium, chalk]"],
    )
    lang: Annotated[str, BeforeValidator(check_language)] | None = Field(
        None, description="The language of the words, where it is not the site's.", examples=["de"]
    )

    @field_validator("words")
    @classmethod
    def _check_words(cls, words: list[str]) -> list[str]:
        seen: dict[str, str] = {}
        for word in words:
            key = " ".join(words_of(word))
            if not key:
                raise ValueError(f"`{word}` holds no letter and no digit to search for.")
            if key in seen:
                raise ValueError(f"`{word}` is the same word as `{seen[key]}` in a search.")
            seen[key] = word
        return words


class Synonyms(BaseModel):
    """The synonyms of a site."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    groups: list[Annotated[Words, BeforeValidator(_group)]] = Field(
        default_factory=list,
        description="Groups of words that mean the same.",
        examples=["[[limescale, calcium, chalk]]"],
    )

    def of(self, language: str, site_language: str) -> list[list[str]]:
        """Give the groups of a language, each word as engines compare it."""
        return [
            [" ".join(words_of(word)) for word in group.words]
            for group in self.groups
            if primary_language(group.lang or site_language) == primary_language(language)
        ]


@dataclass(slots=True)
class LoadedSynonyms:
    """The synonyms of a site, and what is wrong in their file."""

    synonyms: Synonyms = field(default_factory=Synonyms)
    problems: list[Problem] = field(default_factory=list)


def load_synonyms(site: Site) -> LoadedSynonyms:
    """Read `docs/synonyms.yml`, if there is one; a broken file gives problems and no synonyms."""
    path = site.docs_dir / FILE
    if not path.is_file():
        return LoadedSynonyms()
    synonyms, document = load_model(path, site.name_of(path), Synonyms)
    if synonyms is not None:
        _check_groups(synonyms, document)
    return LoadedSynonyms(synonyms or Synonyms(), document.problems)


def _check_groups(synonyms: Synonyms, document: Document) -> None:
    """Tell of a word that stands in two groups: together they would mean one thing."""
    first: dict[tuple[str, str], int] = {}
    for number, group in enumerate(synonyms.groups):
        written = document.data["groups"][number]
        for at, word in enumerate(group.words):
            key = (group.lang or "", " ".join(words_of(word)))
            before = first.setdefault(key, number)
            if before != number:
                # A bare list has no key `words` in its path.
                inner: tuple[str | int, ...] = ("words", at) if isinstance(written, dict) else (at,)
                document.problem(
                    ("groups", number, *inner),
                    "duplicate-synonym",
                    f"`{word}` stands in another group already.",
                    found=f"`{word}`",
                    allowed="each word in one group",
                    hint="join the two groups, or leave the word out of one",
                    severity="warning",
                )
