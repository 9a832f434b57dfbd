"""How long a consumer may withdraw from a contract, country by country, as dated rows.

The rows are no legal advice; the owner of a site has a lawyer confirm them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from carebase.errors import Problem
from carebase.warranty.fields import (
    CENTURY_IN_DAYS,
    Country,
    Day,
    MonthCount,
    Text,
    problem,
)
from carebase.warranty.files import load_own_rows
from carebase.warranty.statutes import LawRow

FILE = "withdrawal.yml"
SHIPPED = Path(__file__).with_name("periods.yml")
# The row for a site of which no country is known.
GENERAL = "eu-2014"


def _check_source(text: str) -> str:
    if not re.fullmatch(r"https?://\S+", text):
        raise PydanticCustomError(
            "source", "A source is the address of a page that tells the law: https://…"
        )
    return text


class Period(LawRow):
    """One period for withdrawal: where it holds, for which contracts, and how long it is.

    It begins on the day after the event from which it counts (Regulation (EEC, Euratom) 1182/71,
    Article 3): for goods their receipt, for services the conclusion of the contract.
    """

    countries: list[Country] = Field(
        min_length=1, description="Where it holds: ISO 3166-1 codes.", examples=[["AT"]]
    )
    sold: Literal["any", "visit"] = Field(
        default="any",
        description="`visit` for what was sold on an unsolicited visit or an excursion alone.",
        examples=["visit"],
    )
    contract_from: Day = Field(
        description="The first day of contracts for which it holds.", examples=["2014-06-13"]
    )
    contract_to: Day | None = Field(
        default=None, description="The last day of such contracts.", examples=["2027-12-31"]
    )
    days: int = Field(
        ge=1, le=CENTURY_IN_DAYS, description="The period in calendar days.", examples=[14]
    )
    goods_from: Literal["receipt", "conclusion"] = Field(
        default="receipt",
        description="From what it counts for goods: their receipt, or the conclusion of the"
        " contract, as for services.",
        examples=["receipt"],
    )
    uninformed_months: MonthCount | None = Field(
        default=None,
        description="Months by which it is longer where the consumer was not told of the right.",
        examples=[12],
    )
    to_working_day: bool = Field(
        default=True,
        description="Whether it ends with the next working day when its last day is a public"
        " holiday, a Saturday or a Sunday.",
        examples=[True],
    )
    law: Text = Field(description="The law and its articles.", examples=["FAGG §§ 11, 12"])
    source: Annotated[str, AfterValidator(_check_source)] = Field(
        description="The address where the law can be read.",
        examples=["https://eur-lex.europa.eu/eli/dir/2011/83/oj"],
    )
    seen: Day = Field(
        description="The day on which somebody last compared the row with the law.",
        examples=["2026-11-22"],
    )
    note: Text | None = Field(
        default=None, description="What else is to be known; not shown.", examples=["As before."]
    )

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.contract_to and self.contract_to < self.contract_from:
            raise problem("period", ["The day contract_to is not before contract_from."])
        return self

    def holds(self, country: str, day: date) -> bool:
        """Tell whether it holds in a country for contracts of a day."""
        ends = self.contract_to or date.max
        return country in self.countries and self.contract_from <= day <= ends


def find_period(
    rows: Iterable[Period], country: str, day: date, sold: str = "any"
) -> Period | None:
    """Give the row of a country, an ISO 3166-1 code, for contracts of a day.

    Of several it is that for the fewest countries, and of these the newest. Without a country it
    is the general one of the European Union.
    """
    if not country:
        return next((row for row in rows if row.id == GENERAL and row.sold == sold), None)
    found = [row for row in rows if row.sold == sold and row.holds(country, day)]
    newest = sorted(found, key=lambda row: row.contract_from, reverse=True)
    return min(newest, key=lambda row: len(row.countries), default=None)


def load_site_periods(path: Path, name: str) -> tuple[list[Period], list[Problem]]:
    """Read a site's own periods, which change the shipped ones by id as its statutes do."""
    return load_own_rows(path, name, shipped_periods(), Period, "unknown-period")


@cache
def shipped_periods() -> tuple[Period, ...]:
    """Give the periods that ship with Carebase."""
    rows, problems = load_own_rows(SHIPPED, SHIPPED.name, (), Period, "unknown-period")
    if problems:
        raise ValueError(problems[0].as_text())
    return tuple(rows)


def is_in_union(country: str) -> bool:
    """Tell whether a country, an ISO 3166-1 code, is a member state of the European Union."""
    return any(country in row.countries for row in shipped_periods() if row.id == GENERAL)
