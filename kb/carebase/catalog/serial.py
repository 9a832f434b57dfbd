"""Serial numbers: how those of a product look, what checks them, and what they tell."""

import re
from datetime import date
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from carebase.catalog.checkdigits import Method, has_check_digit
from carebase.catalog.pattern import Pattern, PatternError, compile_pattern

Flaw = Literal["pattern", "check_digit", "made"]

# Nobody types a longer one, and a pattern that backtracks must not be fed more.
LONGEST = 64

FIRST_YEAR, LAST_YEAR = 1900, 2999


class _FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _check_sign(text: str) -> str:
    if len(text) != 1:
        raise PydanticCustomError("sign", "A swap is from one character to one character.")
    return text


def _check_pattern(text: str) -> str:
    try:
        compile_pattern(text)
    except PatternError as error:
        raise PydanticCustomError("pattern", "{reason}", {"reason": str(error)}) from None
    return text


Sign = Annotated[str, AfterValidator(_check_sign)]


def _read_century(value: Any) -> Any:
    """Take 2000 for 20: both are ways to write the same century."""
    return value // 100 if isinstance(value, int) and value % 100 == 0 and value > 99 else value


class Normalise(_FileModel):
    """What is made equal before a serial number is read, in this order."""

    strip: str = Field(
        default=" -", description="Characters taken out wherever they stand.", examples=[" -"]
    )
    upper: bool = Field(
        default=True, description="Whether a–z become A–Z; no other letter does.", examples=[True]
    )
    swap: dict[Sign, Sign] = Field(
        default_factory=dict,
        description="Characters that people mistake, and what they stand for.",
        examples=[{"O": "0", "I": "1"}],
    )

    @cached_property
    def _table(self) -> dict[int, str | None]:
        signs = {*self.strip, *self.swap, *(map(chr, range(ord("a"), ord("z") + 1)))}
        table: dict[int, str | None] = {}
        for sign in signs:
            upper = sign.upper() if self.upper and "a" <= sign <= "z" else sign
            table[ord(sign)] = None if sign in self.strip else self.swap.get(upper, upper)
        return table

    def apply(self, text: str) -> str:
        """Give a serial number as it is compared and stored."""
        return text.translate(self._table)


class Reading(NamedTuple):
    """A serial number as it is stored, what makes it none, and when the unit was made."""

    serial: str
    flaw: Flaw | None = None
    made: str | None = None


class DateCode(_FileModel):
    """The named groups of the pattern that tell when a unit was made."""

    year: str = Field(
        description="The group with the year, of two or of four digits.", examples=["yy"]
    )
    month: str | None = Field(
        default=None, description="The group with the month, 1 to 12.", examples=["mm"]
    )
    week: str | None = Field(
        default=None, description="The group with the ISO 8601 week, 1 to 53.", examples=["ww"]
    )
    century: Annotated[int, BeforeValidator(_read_century)] = Field(
        default=20,
        ge=19,
        le=29,
        description="What stands before a year of two digits: 20 (or 2000) makes 24 the year 2024.",
        examples=[20],
    )

    @model_validator(mode="after")
    def _check_groups(self) -> Self:
        if self.month is not None and self.week is not None:
            raise PydanticCustomError("made", "A date code has a month or a week, not both.")
        return self


class SerialRule(_FileModel):
    """How the serial numbers of a product look; each is normalised before everything else."""

    pattern: Annotated[str, AfterValidator(_check_pattern)] = Field(
        description="A regular expression for the whole serial number, with named groups.",
        examples=[r"BR(?P<yy>\d{2})(?P<ww>\d{2})(?P<run>\d{5})(?P<digit>\d)"],
    )
    normalise_: Normalise = Field(
        default_factory=Normalise,
        alias="normalise",
        description="What is made equal first; left out: without spaces and '-', in capitals.",
        examples=[{"upper": True, "strip": " -", "swap": {"O": "0", "I": "1"}}],
    )
    check_: Method = Field(
        default="none",
        alias="check",
        description="The method of the check digit, which is the end of what it is taken over.",
        examples=["luhn"],
    )
    check_over: list[str] = Field(
        default_factory=list,
        description="The groups joined for the check digit, it included; left out: the whole.",
        examples=[["yy", "ww", "run", "digit"]],
    )
    made_: DateCode | None = Field(
        default=None,
        alias="made",
        description="The groups of the date code.",
        examples=[{"year": "yy", "week": "ww", "century": 20}],
    )
    example: str | None = Field(
        default=None,
        description="A serial number that fits, shown beside the field.",
        examples=["BR24-2100017-1"],
    )
    where: str | None = Field(
        default=None,
        description="Where on the unit the label is.",
        examples=["On the label under the water tank."],
    )
    picture: str | None = Field(
        default=None, description="A picture of the label.", examples=["label.webp"]
    )

    @model_validator(mode="after")
    def _check_groups(self) -> Self:
        sentences = []
        code = self.made_
        named = [*self.check_over, *((code.year, code.month, code.week) if code else ())]
        groups = self.compiled.groups
        for name in dict.fromkeys(name for name in named if name is not None):
            if name not in groups:
                has = ", ".join(groups) or "none"
                sentences.append(f"The pattern has no group '{name}'; it has {has}.")
        if self.check_over and self.check_ == "none":
            sentences.append("The key check_over needs a check other than none.")
        if not sentences and self.example is not None and (flaw := self.check(self.example)):
            told = {"check_digit": "check digit", "made": "date code"}.get(flaw, flaw)
            sentences.append(f"The example '{self.example}' does not fit the {told}.")
        if sentences:
            raise PydanticCustomError("serial", "{reason}", {"reason": " ".join(sentences)})
        return self

    @cached_property
    def compiled(self) -> Pattern:
        """The pattern in the dialects of Python and of browsers."""
        return compile_pattern(self.pattern)

    def normalise(self, text: str) -> str:
        """Give a serial number as it is compared and stored."""
        return self.normalise_.apply(text)

    def read(self, text: str) -> Reading:
        """Normalise, judge and date a serial number in one go.

        The flaw tells what makes a text no serial number of this product; ``made`` is a date code
        that names no day, such as month 13. When a unit was made is the ``on`` of an event: a
        month, a year or a full day. A week stands for its last day, in the buyer's favour, as
        partial dates do.
        """
        serial = self.normalise_.apply(text)
        found = self.compiled.python.fullmatch(serial) if len(serial) <= LONGEST else None
        if found is None:
            return Reading(serial, "pattern")
        groups = found.groupdict(default="")
        if self.check_ != "none":
            over = serial
            if self.check_over:
                over = "".join([groups[name] for name in self.check_over])
            if not has_check_digit(over, self.check_):
                return Reading(serial, "check_digit")
        if self.made_ is None:
            return Reading(serial)
        code = self.made_
        part = code.month or code.week
        made = _read_made(code, groups[code.year], groups[part] if part else "1")
        return Reading(serial, None if made else "made", made)

    def check(self, text: str) -> Flaw | None:
        """Tell what makes a text no serial number of this product; None when it looks like one."""
        return self.read(text).flaw

    def made(self, text: str) -> str | None:
        """Give when a unit was made; None without a date code, and for what is no serial number."""
        return self.read(text).made

    def for_browser(self) -> dict[str, Any]:
        """Give the rule as a page's widget takes it, its pattern in the browser's dialect."""
        plain = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {**plain, "pattern": self.compiled.browser}


# A year of production has few codes and many units.
@lru_cache(maxsize=4096)
def _read_made(code: DateCode, year_text: str, part_text: str) -> str | None:
    if not all(re.fullmatch(r"[0-9]{1,4}", text) for text in (year_text, part_text)):
        return None
    if len(year_text) not in (2, 4):
        return None
    year, number = int(year_text), int(part_text)
    year += code.century * 100 if len(year_text) == 2 else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if code.month:
        return f"{year}-{number:02}" if 1 <= number <= 12 else None
    if code.week:
        try:
            day = date.fromisocalendar(year, number, 7)
        except ValueError:
            return None
        return day.isoformat() if day.year <= LAST_YEAR else None
    return str(year)
