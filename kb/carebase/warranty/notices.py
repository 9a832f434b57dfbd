"""Recalls and free repair programmes, for units by model, serial number or day of making."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from carebase.warranty.fields import Day, FileList, FileModel, Slug, Text, find_repeats, problem


def normalise(text: str) -> str:
    """Give a serial number or model as notices compare them: no spaces or '-', ASCII capitals."""
    return "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in text if c not in " -")


class SerialRange(FileModel):
    """The serial numbers from one to another of the same length, both included."""

    from_: Text = Field(alias="from", description="The first.", examples=["BR24010000"])
    to: Text = Field(description="The last.", examples=["BR24069999"])

    @model_validator(mode="after")
    def _check_ends(self) -> Self:
        first, last = normalise(self.from_), normalise(self.to)
        if not (first + last).isascii() or not first or len(first) != len(last) or first > last:
            raise PydanticCustomError(
                "serials",
                "The ends of a serial range are ASCII, of one length, and the first is not after "
                "the last.",
            )
        return self


class MadeRange(FileModel):
    """The days of making from one to another, both included; one end may be open."""

    from_: Day | None = Field(
        default=None, alias="from", description="The first day.", examples=["2024-01-01"]
    )
    to: Day | None = Field(default=None, description="The last day.", examples=["2024-06-30"])

    @model_validator(mode="after")
    def _check_ends(self) -> Self:
        if not (self.from_ or self.to) or (self.from_ and self.to and self.to < self.from_):
            raise PydanticCustomError(
                "made", "A range of days has from, to or both, and from is not after to."
            )
        return self


class Notice(FileModel):
    """One recall or free repair programme; each of models, serials and made narrows it."""

    id: Slug = Field(description="The name of the notice.", examples=["brio-hinge"])
    programme: Literal["recall", "free_repair"] = Field(
        description="Whether the unit is called back or repaired free of charge.",
        examples=["recall"],
    )
    models: list[Text] | None = Field(
        default=None,
        min_length=1,
        description="The models concerned; all when left out.",
        examples=[["Brio X1"]],
    )
    serials: list[SerialRange] | None = Field(
        default=None,
        min_length=1,
        description="The ranges of serial numbers concerned; all when left out.",
        examples=[[{"from": "BR24010000", "to": "BR24069999"}]],
    )
    made: MadeRange | None = Field(
        default=None,
        description="The days of making concerned; all when left out.",
        examples=[{"from": "2024-01-01", "to": "2024-06-30"}],
    )
    from_: Day | None = Field(
        default=None,
        alias="from",
        description="The first day of the programme.",
        examples=["2025-02-01"],
    )
    until: Day | None = Field(
        default=None,
        description="The last day of the programme; open when left out.",
        examples=["2030-12-31"],
    )
    source: Text | None = Field(
        default=None,
        description="Where the notice was published.",
        examples=["https://example.org/recalls/brio-hinge"],
    )
    note: Text | None = Field(
        default=None, description="What the owner does now.", examples=["Stop using the unit."]
    )

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.from_ and self.until and self.until < self.from_:
            raise PydanticCustomError("notice", "The day until is not before from.")
        return self


class Notices(FileList[Notice]):
    """A whole file of notices."""

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        if sentences := find_repeats("notice", [notice.id for notice in self.root]):
            raise problem("ids", sentences)
        return self
