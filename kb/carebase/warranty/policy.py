"""The maker's promise, as one policy file writes it.

A published version never changes; a new promise is a new version in a new file.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from carebase.warranty.dates import UNITS, Unit
from carebase.warranty.fields import (
    CENTURY_IN_DAYS,
    Day,
    DayCount,
    FileModel,
    Slug,
    Text,
    find_repeats,
    problem,
    suggest,
)

StartKind = Literal["made", "shipped", "purchased", "delivered", "registered"]
Lifetime = Literal["first_owner", "unlimited"]

START_KINDS: tuple[StartKind, ...] = ("made", "shipped", "purchased", "delivered", "registered")


@dataclass(frozen=True, slots=True)
class Length:
    """How long a coverage lasts: a number of units, or up to a date, or for a lifetime."""

    unit: Unit | None = None
    amount: int = 0
    until: date | None = None
    lifetime: Lifetime | None = None


class Lasting(FileModel):
    """A mapping that says a length, by exactly one of six keys."""

    days: int | None = Field(
        default=None, ge=1, le=CENTURY_IN_DAYS, description="Length in days.", examples=[90]
    )
    weeks: int | None = Field(
        default=None, ge=1, le=5217, description="Length in weeks.", examples=[26]
    )
    months: int | None = Field(
        default=None, ge=1, le=1200, description="Length in calendar months.", examples=[24]
    )
    years: int | None = Field(
        default=None, ge=1, le=100, description="Length in calendar years.", examples=[2]
    )
    until: Day | None = Field(
        default=None,
        description="The last covered day, the same for every unit.",
        examples=["2030-12-31"],
    )
    lifetime: Lifetime | None = Field(
        default=None,
        description="Without an end: for the first owner only, or whoever owns the unit.",
        examples=["first_owner"],
    )

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        keys = (*UNITS, "until", "lifetime")
        given = [key for key in keys if getattr(self, key) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise problem(
                "length",
                [f"A length is exactly one of {', '.join(keys)}; found {found}."],
            )
        return self

    @property
    def length(self) -> Length:
        """The length that the keys say."""
        for unit in UNITS:
            amount = getattr(self, unit)
            if amount is not None:
                return Length(unit=unit, amount=amount)
        return Length(until=self.until, lifetime=self.lifetime)


class Delayed(FileModel):
    """A start some days after an event, for when the day that counts is not known."""

    of: StartKind = Field(description="The event that is known.", examples=["shipped"])
    plus_days: DayCount = Field(description="Days added to its day.", examples=[14])


class NotifyWithin(FileModel):
    """A transfer that keeps the coverage only when the new owner is told of in time."""

    notify_within_days: DayCount = Field(
        description="Days from the transfer within which the notice must come.", examples=[90]
    )


class OnRegistration(Lasting):
    """Another length for those who register the unit in time."""

    within_days: DayCount = Field(
        description="Days from the start within which registration counts.", examples=[60]
    )


def _read_start(value: Any) -> Any:
    if isinstance(value, dict):
        return Delayed.model_validate(value)
    if isinstance(value, Delayed) or value in START_KINDS:
        return value
    raise problem(
        "start",
        [f"A start is one of {', '.join(START_KINDS)}, or {{of: <event>, plus_days: <days>}}."],
    )


def _read_transfer(value: Any) -> Any:
    if isinstance(value, dict):
        return NotifyWithin.model_validate(value)
    if isinstance(value, bool | NotifyWithin):
        return value
    raise problem("transfer", ["Transfer is true, false or {notify_within_days: <days>}."])


StartEntry = Annotated[StartKind | Delayed, BeforeValidator(_read_start)]
Transfer = Annotated[bool | NotifyWithin, BeforeValidator(_read_transfer)]
Limit = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Coverage(Lasting):
    """One thing that is promised: a part or an aspect of the unit, for a length."""

    id: Slug = Field(description="The name of the coverage in this policy.", examples=["motor"])
    on_registration: OnRegistration | None = Field(
        default=None,
        description="The length instead of the usual one when the unit is registered in time.",
        examples=[{"within_days": 60, "months": 36}],
    )
    pause_in_repair: bool = Field(
        default=False,
        description="Whether days in repair are added at the end.",
        examples=[True],
    )
    transfer: Transfer = Field(
        default=True,
        description="Whether the coverage goes on with a new owner: yes, no, or if told in time.",
        examples=[True, False, {"notify_within_days": 90}],
    )
    usage: dict[Slug, Limit] | None = Field(
        default=None,
        min_length=1,
        description="Limits by unit; a reading above one ends the coverage.",
        examples=[{"cycles": 500}],
    )
    clause: Text | None = Field(
        default=None,
        description="Where the terms say it: a page of this policy's folder and a heading.",
        examples=["terms.md#motor"],
    )


class Replacement(FileModel):
    """What a replaced unit means for the coverages in force."""

    rule: Literal["inherit", "max_remainder", "restart"] = Field(
        default="inherit",
        description="Keep the old end; the old end or some days from the replacement, whichever "
        "is later; or the old end or the full length again, whichever is later.",
        examples=["max_remainder"],
    )
    days: DayCount | None = Field(
        default=None,
        description="The days of max_remainder; no other rule uses them.",
        examples=[90],
    )

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.rule == "max_remainder" and self.days is None:
            raise PydanticCustomError("replacement", "The rule max_remainder needs days.")
        return self


class Repair(FileModel):
    """What a repair promises for the repaired component."""

    own_cover_days: DayCount = Field(
        description="Days from the end of a repair for which the repaired component is covered.",
        examples=[90],
    )


class Claims(FileModel):
    """A limit to how often a coverage can be claimed."""

    max: int = Field(ge=1, description="The claim that uses the coverage up.", examples=[2])
    coverage: Slug = Field(description="The coverage it limits.", examples=["body"])


class Exclusion(FileModel):
    """A reason for which the promise can be withdrawn."""

    id: Slug = Field(description="The name of the reason in this policy.", examples=["opened"])
    clause: Text | None = Field(
        default=None,
        description="Where the terms say it: a page of this policy's folder and a heading.",
        examples=["terms.md#opened"],
    )


class Policy(FileModel):
    """One version of the maker's promise for a product."""

    id: Slug = Field(description="The name of the policy.", examples=["brio"])
    version: int = Field(ge=1, description="Its version, from 1.", examples=[2])
    valid_for: Literal["consumer", "business", "both"] = Field(
        default="both", description="The buyers to whom it is offered.", examples=["consumer"]
    )
    start: list[StartEntry] = Field(
        min_length=1,
        description="What starts the coverages; the first entry whose event is known counts.",
        examples=[["delivered", "purchased", {"of": "shipped", "plus_days": 14}]],
    )
    count_first_day: bool = Field(
        default=False,
        description="Whether the day of the start is the first covered day of the length.",
        examples=[False],
    )
    coverages: list[Coverage] = Field(
        min_length=1,
        description="What is promised, in the order in which it is shown.",
        examples=[[{"id": "body", "months": 24}]],
    )
    replacement: Replacement | None = Field(
        default=None,
        description="What a replaced unit means.",
        examples=[{"rule": "max_remainder", "days": 90}],
    )
    repair: Repair | None = Field(
        default=None,
        description="What a repair promises.",
        examples=[{"own_cover_days": 90}],
    )
    claims: Claims | None = Field(
        default=None,
        description="A limit to how often one coverage can be claimed.",
        examples=[{"max": 2, "coverage": "body"}],
    )
    exclusions: list[Exclusion] = Field(
        default_factory=list,
        description="The reasons for which the promise can be withdrawn.",
        examples=[[{"id": "wear", "clause": "terms.md#wear"}]],
    )

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        coverages = [coverage.id for coverage in self.coverages]
        sentences = find_repeats("coverage", coverages)
        sentences += find_repeats("exclusion", [exclusion.id for exclusion in self.exclusions])
        if self.claims and self.claims.coverage not in coverages:
            name = self.claims.coverage
            sentences.append(f"No coverage '{name}' to claim: {suggest(name, coverages)}")
        if sentences:
            raise problem("ids", sentences)
        return self

    @property
    def name(self) -> str:
        """The policy and its version, as a case or a product names them."""
        return f"{self.id}@{self.version}"
