"""What the law gives, country by country, as dated rows with a source.

The rows are no legal advice; the owner of a site has a lawyer confirm them.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from carebase.sources import parse_yaml
from carebase.warranty.fields import (
    CENTURY_IN_DAYS,
    Country,
    Day,
    FileList,
    FileModel,
    MonthCount,
    Slug,
    Text,
    find_repeats,
    problem,
)

# The day on which somebody last went through the shipped rows as a whole.
REVIEWED = date(2026, 1, 1)

SHIPPED = Path(__file__).with_name("statutes.yml")


class AfterRepair(FileModel):
    """A longer period for goods that were repaired within it."""

    months: MonthCount = Field(description="Months added, once.", examples=[12])
    contract_from: Day | None = Field(
        default=None,
        description="The first day of purchase for which they are added.",
        examples=["2026-07-31"],
    )


class LawRow(FileModel):
    """One row of the law, which a site's own file replaces or takes away by its id."""

    id: Slug = Field(description="The name of the row.", examples=["es-2022"])


class Statute(LawRow):
    """One statutory guarantee: who owes it to whom, for which goods, for how long."""

    countries: list[Country] = Field(
        min_length=1,
        description="Where it holds: ISO 3166-1 codes, or GB-SCT.",
        examples=[["ES"]],
    )
    buyer: Literal["consumer", "business", "any"] = Field(
        default="consumer", description="The buyers whom it protects.", examples=["consumer"]
    )
    goods: Literal["new", "used", "any"] = Field(
        default="any", description="The goods that it covers.", examples=["new"]
    )
    contract_from: Day | None = Field(
        default=None, description="The first day of purchase.", examples=["2022-01-01"]
    )
    contract_to: Day | None = Field(
        default=None, description="The last day of purchase.", examples=["2021-12-31"]
    )
    months: MonthCount | None = Field(
        default=None,
        description="The period in months; null where the law fixes none.",
        examples=[36],
    )
    days: int | None = Field(
        default=None,
        ge=1,
        le=CENTURY_IN_DAYS,
        description="The period in days, instead of months.",
        examples=[30],
    )
    burden_months: MonthCount | None = Field(
        default=None,
        description="Months during which a fault is presumed to have been there from the start.",
        examples=[24],
    )
    after_repair: AfterRepair | None = Field(
        default=None,
        description="Months added when the goods were repaired within the period.",
        examples=[{"months": 12, "contract_from": "2026-07-31"}],
    )
    who: Text = Field(description="Who owes it.", examples=["seller"])
    source: Text = Field(
        description="The law, as an address where it can be read.",
        examples=["https://www.boe.es/buscar/act.php?id=BOE-A-2007-20555"],
    )
    note: Text | None = Field(
        default=None,
        description="A sentence for the reader of the verdict.",
        examples=["Ask the shop."],
    )

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        sentences = []
        if self.months is not None and self.days is not None:
            sentences.append("A period is in months or in days, not in both.")
        if not {"months", "days"} & self.model_fields_set:
            sentences.append("A row has months or days, or months: null where no period is fixed.")
        if self.after_repair and self.months is None:
            sentences.append("The key after_repair stands only beside a number of months.")
        if self.contract_from and self.contract_to and self.contract_to < self.contract_from:
            sentences.append("The day contract_to is not before contract_from.")
        if sentences:
            raise problem("statute", sentences)
        return self


class RemovedStatute(FileModel):
    """A row in a site's own file of the law that takes away a shipped one."""

    id: Slug = Field(description="The name of the shipped row.", examples=["eu-2022"])
    remove: Literal[True] = Field(description="That the row is taken away.", examples=[True])


class Statutes(FileList[Statute]):
    """A whole file of statutes."""

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        if sentences := find_repeats("statute", [row.id for row in self.root]):
            raise problem("ids", sentences)
        return self

    def rows(self) -> Iterator[Statute]:
        """Give the rows in the order of the file."""
        return iter(self.root)


@cache
def shipped_statutes() -> Statutes:
    """Give the statutes that ship with Carebase."""
    document = parse_yaml(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    return Statutes.model_validate(document.data)
