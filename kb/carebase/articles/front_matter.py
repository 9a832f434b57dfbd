"""What the head of a page may say: the models of its front matter, one for each kind of page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from carebase.articles.kind import KINDS, Kind

Difficulty = Literal["easy", "moderate", "hard"]

# How many pages are shown below another.
MOST_RELATED = 5

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_MINUTES, _HOURS = r"min(?:utes?)?\.?", r"h(?:ours?)?"
_DURATION = re.compile(
    r"(?P<least>[0-9]{1,4})(?:\s*[-–]\s*(?P<most>[0-9]{1,4}))?\s*"
    rf"(?:(?P<hours>{_HOURS})(?:\s*(?P<rest>[0-5]?[0-9])\s*{_MINUTES})?|{_MINUTES})\Z"
)
# What `parse_duration` reads, for editors: they know regular expressions without names.
_MIN = r"min(utes?)?\.?"
TIME_PATTERN = (
    r"^\s*\d{1,4}\s*([-–]\s*\d{1,4}\s*)?"
    rf"(h(ours?)?(\s*[0-5]?\d\s*{_MIN})?|{_MIN})\s*$"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a guide takes, in minutes; `least` and `most` are equal unless it is a span."""

    least: int
    most: int
    text: str

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type[Duration], tuple[int, int, str]]:
        # Each guide of a site has one, and is read back from what the last build kept.
        return Duration, (self.least, self.most, self.text)


def parse_duration(value: Any) -> Any:
    """Read `10 min`, `10–20 min`, `2 h` or `1 h 30 min`; ValueError for anything else."""
    if isinstance(value, Duration):
        return value
    read = _DURATION.match(value.strip()) if isinstance(value, str) else None
    if read is None or (read["rest"] and read["most"]):
        raise ValueError("A time is written with its unit: minutes, hours, or a span of them.")
    unit, name = (60, "h") if read["hours"] else (1, "min")
    rest = int(read["rest"] or 0)
    least = int(read["least"]) * unit + rest
    most = int(read["most"]) * unit if read["most"] else least
    if most < least or most == 0:
        raise ValueError("The time ends before it begins." if most else "A time is above zero.")
    text = f"{read['least']}–{read['most']}" if read["most"] else read["least"]
    return Duration(least, most, f"{text} {name}" + (f" {rest} min" if rest else ""))


def _list(value: Any) -> Any:
    """Take one text for a list of one."""
    return [value] if isinstance(value, str) else value


def _words(value: Any) -> Any:
    """Take words with commas between them for a list, as other generators write keywords."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _related(value: Any) -> Any:
    """Take pages to show, or `false` for none."""
    if value is False:
        return value
    pages = _list(value)
    if not isinstance(pages, list) or not all(isinstance(page, str) for page in pages):
        raise ValueError("The pages to show are a list of paths; `false` stands for none.")
    if len(pages) > MOST_RELATED:
        raise ValueError(f"No more than {MOST_RELATED} pages are shown.")
    return pages


def _part(value: Any) -> Any:
    """Take a bare part number for one of that part; a number needs no quotes."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return {"sku": str(value)}
    return value


def check_language(value: Any) -> Any:
    """Refuse what is no tag of a language (BCP 47), such as its name; raises ValueError."""
    if isinstance(value, str) and not _LANGUAGE.match(value):
        raise ValueError("A language is written as a tag, as in `de` or `pt-BR`.")
    return value


Texts = Annotated[list[str], BeforeValidator(_list)]
Words = Annotated[list[str], BeforeValidator(_words)]
Related = Annotated[
    Annotated[list[str], Field(max_length=MOST_RELATED)] | Literal[False], BeforeValidator(_related)
]
Time = Annotated[
    Duration,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": TIME_PATTERN}),
]


class PartNeeded(BaseModel):
    """A spare part that a guide uses up, and how many of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    sku: str = Field(description="The part's number in product.yml.", examples=["BR-110"])
    quantity: int = Field(1, ge=1, le=999, description="How many of it.", examples=[2])


Parts = Annotated[list[Annotated[PartNeeded, BeforeValidator(_part)]], BeforeValidator(_list)]


class Front(BaseModel):
    """Keys that every page may have."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    kind: Kind | None = Field(
        None, description="What the page is; left out: by its folder.", examples=["guide"]
    )
    title: str | None = Field(
        None, description="The title, where the first heading is not it.", examples=["Descale"]
    )
    description: str | None = Field(
        None, description="One sentence for search results.", examples=["Descale in 20 minutes."]
    )
    products: Texts = Field(
        default_factory=list, description="Products the page is about.", examples=["[brio]"]
    )
    models: Texts = Field(
        default_factory=list,
        description="Models it is about, where it is not about all.",
        examples=["[brio-x1]"],
    )
    owner: str | None = Field(
        None, description="Who keeps the page right.", examples=["Service team"]
    )
    reviewed: date | None = Field(
        None, description="The day it was last checked.", examples=["2026-09-14"]
    )
    review_by: date | None = Field(
        None, description="The day by which to check it again.", examples=["2027-09-14"]
    )
    aliases: Texts = Field(
        default_factory=list,
        description="Old addresses that lead here.",
        examples=["[old/descale/]"],
    )
    keywords: Words = Field(
        default_factory=list,
        description="Words readers search for that the text does not use.",
        examples=["[limescale, calcium]"],
    )
    lang: Annotated[str, BeforeValidator(check_language)] | None = Field(
        None, description="The page's language, where it is not the site's.", examples=["de"]
    )
    related: Related = Field(
        default_factory=list,
        description="Pages to show first below this one, relative to it; `false`: none at all.",
        examples=["[descale.md]", "false"],
    )
    feedback: bool = Field(
        True, description="Whether readers are asked if the page helped.", examples=[False]
    )


class GuideFront(Front):
    """Keys of a guide, beside those of every page."""

    difficulty: Difficulty | None = Field(
        None, description="How hard it is.", examples=["easy", "moderate", "hard"]
    )
    time: Time | None = Field(
        None, description="How long it takes.", examples=["10 min", "10–20 min", "1 h 30 min"]
    )
    tools: Texts = Field(
        default_factory=list, description="Tools needed.", examples=["[Soft brush]"]
    )
    parts: Parts = Field(
        default_factory=list,
        description="Spare parts needed, by their number in product.yml.",
        examples=["[BR-110]", "[{sku: BR-110, quantity: 2}]"],
    )
    requires: Texts = Field(
        default_factory=list,
        description="Guides to do first, relative to this page.",
        examples=["[prepare.md]"],
    )


MODELS: dict[Kind, type[Front]] = dict.fromkeys(KINDS, Front) | {"guide": GuideFront}

# Keys of MkDocs, Material and their common plugins: known, and none of our business.
_FOREIGN = (
    "author authors categories comments date draft edit_url exclude glightbox hero hide icon image "
    "ignore_macros links pin readtime render_macros robots search slug social status subtitle tags "
    "template"
)
FOREIGN_KEYS = frozenset(_FOREIGN.split(" "))
