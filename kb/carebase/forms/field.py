"""What a form file may say of one question: its type, its limits, its options, its conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from carebase.files.kinds import KINDS, Kind
from carebase.forms.meanings import MEANINGS
from carebase.sources.meant import Meant

FieldType = Literal[
    "text",
    "long_text",
    "email",
    "phone",
    "number",
    "date",
    "choice",
    "choices",
    "rating",
    "nps",
    "product",
    "serial",
    "address",
    "order",
    "file",
    "consent",
    "hidden",
]

TYPES: tuple[str, ...] = get_args(FieldType)

# The longest answer where the file names no limit, in characters.
LONGEST: Mapping[str, int] = {
    "text": 200,
    "long_text": 5000,
    "email": 254,
    "phone": 40,
    "serial": 64,
    "address": 500,
    "order": 64,
    "hidden": 500,
}
WITH_OPTIONS = frozenset({"choice", "choices"})
# The most links of a `long_text` where the file names no limit; more make it look like spam.
MOST_LINKS = 3
WITH_LENGTH = frozenset(LONGEST)
WITH_LINKS = frozenset({"long_text"})
WITH_RANGE = frozenset({"number", "date", "choices", "rating"})
# Of a `file` where the file names no limit: how many, and how many megabytes each.
MOST_FILES, MOST_MEGABYTES = 3, 10

# What a field may be called: it becomes an HTML name, a JSON key and a column of an export.
# A leading underscore is kept for what the page tells of itself (`schema.ENVELOPE_SCHEMAS`).
FIELD_ID = re.compile(r"[a-z][a-z0-9_]*")

Answer = str | int | float | bool


def _option(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError("An answer to choose from is a text: put a number into quotes.")
    return {"value": value} if isinstance(value, str) else value


def _conditions(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise ValueError("`show_if` names a field and the answer it waits for.")
    result: dict[str, tuple[Answer, ...]] = {}
    for name, answers in value.items():
        several = list(answers) if isinstance(answers, list | tuple) else [answers]
        if not several or not all(isinstance(answer, str | int | float) for answer in several):
            raise ValueError(f"`show_if` must give one answer of `{name}`, or a list of answers.")
        result[str(name)] = tuple(several)
    return result


def _bound(value: Any) -> Any:
    if isinstance(value, str) and value != "today":
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = None
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | date | str):
        raise ValueError("A limit must be a number, a date as YYYY-MM-DD, or `today`.")
    return value


def _filled(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("This text must not be empty.")
    return value


Text = Annotated[str, BeforeValidator(_filled)]
Bound = Annotated[
    int | float | date | Literal["today"],
    BeforeValidator(_bound),
    PlainSerializer(lambda bound: bound.isoformat() if isinstance(bound, date) else bound),
]


class FormModel(BaseModel):
    """One mapping of a form file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Option(FormModel):
    """One answer that can be chosen; written as plain text, its value and label are the same."""

    value: Text = Field(description="What is stored.", examples=["fault"])
    label: str = Field(
        default="", description="What the customer reads.", examples=["Something is broken"]
    )
    emergency: bool = Field(
        default=False,
        description="Whether the emergency line of docs/contact.yml stands beside this answer.",
        examples=[True],
    )

    @property
    def text(self) -> str:
        """What the customer reads."""
        return self.label or self.value


class Limits(FormModel):
    """How long a text, how large a number, how late a date, how many choices an answer may be."""

    min_length: int | None = Field(
        default=None, ge=1, description="The fewest characters of a text.", examples=[10]
    )
    max_length: int | None = Field(
        default=None, ge=1, le=20_000, description="The most characters of a text.", examples=[2000]
    )
    min: Bound | None = Field(
        default=None,
        description="The smallest number, earliest date, lowest rating or fewest choices.",
        examples=[1],
    )
    max: Bound | None = Field(
        default=None,
        description=(
            "The largest number, latest date (or `today`), highest rating, most choices, or most"
            f" files, {MOST_FILES} when left out and at most 10."
        ),
        examples=["today"],
    )
    max_links: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description=(
            f"The most links of a `long_text`, {MOST_LINKS} when left out;"
            " a text with more waits in quarantine."
        ),
        examples=[10],
    )
    max_megabytes: int | None = Field(
        default=None,
        ge=1,
        le=25,
        description=f"The most megabytes of each `file`, {MOST_MEGABYTES} when left out.",
        examples=[5],
    )
    kinds: tuple[Kind, ...] | None = Field(
        default=None,
        min_length=1,
        description="What a `file` may be: both when left out. A picture is JPEG, PNG or WebP.",
        examples=["[picture, pdf]"],
    )


class FormField(FormModel):
    """One question of a form."""

    id: str = Field(description="The name under which the answer is stored.", examples=["topic"])
    type: Annotated[FieldType, Meant(MEANINGS)] = Field(
        description="What kind of answer it takes.", examples=["choice"]
    )
    label: str = Field(
        default="", description="The question itself.", examples=["What is it about?"]
    )
    help: str = Field(
        default="",
        description="A sentence below the label that makes the answer easy.",
        examples=["It stands on the label under the drip tray."],
    )
    required: bool = Field(
        default=False, description="Whether it must be answered.", examples=[True]
    )
    limits: Limits = Field(
        default=Limits(), description="How long or large the answer may be.", examples=["{max: 5}"]
    )
    options: tuple[Annotated[Option, BeforeValidator(_option)], ...] = Field(
        default=(),
        description="The answers of a `choice` or `choices`.",
        examples=["[{value: fault, label: Something is broken}]"],
    )
    show_if: Annotated[dict[str, tuple[Answer, ...]], BeforeValidator(_conditions)] | None = Field(
        default=None,
        description="Asked only when an earlier field has this answer (or one of these).",
        examples=["{topic: [fault, safety]}"],
    )
    group: str = Field(
        default="", description="The id of the group it stands in.", examples=["product"]
    )
    value: str = Field(
        default="", description="What a `hidden` field holds at first.", examples=["newsletter"]
    )

    @property
    def max_length(self) -> int | None:
        """The most characters a text answer may have; nothing for other kinds of answer."""
        return self.limits.max_length or LONGEST.get(self.type)

    @property
    def most_links(self) -> int:
        """The most links a text may have before it looks like spam."""
        return MOST_LINKS if self.limits.max_links is None else self.limits.max_links

    @property
    def most_files(self) -> int:
        """The most files of a `file` field."""
        most = self.limits.max
        return most if isinstance(most, int) else MOST_FILES

    @property
    def most_bytes(self) -> int:
        """The most bytes of each file."""
        return (self.limits.max_megabytes or MOST_MEGABYTES) * 1_000_000

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the files may be."""
        return self.limits.kinds or KINDS

    @property
    def scale(self) -> tuple[int, int]:
        """The lowest and highest step of a `rating` (1 to 5 unless limited) or `nps` (0 to 10)."""
        if self.type == "nps":
            return (0, 10)
        low, high = self.limits.min, self.limits.max
        return (
            int(low) if isinstance(low, int | float) else 1,
            int(high) if isinstance(high, int | float) else 5,
        )


def same(given: Any, wanted: Answer) -> bool:
    """Tell whether an answer is the wanted one; `true` is neither `1` nor a text."""
    if isinstance(given, bool) or isinstance(wanted, bool):
        return given is wanted
    return bool(given == wanted) or (given is not None and str(given) == str(wanted))
