"""Calendar dates: partial ones, and lengths added to full ones. No clock and no time zone."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from carebase.warranty.fields import FIRST_YEAR, LAST_YEAR

Unit = Literal["days", "weeks", "months", "years"]

UNITS: tuple[Unit, ...] = ("days", "weeks", "months", "years")

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a date stands for: one when it is full, a month or a year when partial."""

    first: date
    last: date

    @property
    def is_full(self) -> bool:
        """Whether the date names its day."""
        return self.first == self.last

    def resolve(self, as_of: date) -> date:
        """Give the day that counts: the last one, in the buyer's favour, or as_of within it."""
        return as_of if self.first <= as_of <= self.last else self.last


def read_span(text: str) -> Span:
    """Read ``2024``, ``2024-10`` or ``2024-10-05``.

    Raises ValueError with a sentence for another form, no real day, or a year outside 1900–2999.
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not a date of the form YYYY-MM-DD, YYYY-MM or YYYY")
    if not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(f"'{text}' is not in the years 1900 to 2999")
    try:
        first = date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        raise ValueError(f"'{text}' is not a real date") from None
    if found[3]:
        return Span(first, first)
    return Span(first, _end_month(first.year, first.month if found[2] else 12))


def read_day(text: str) -> date:
    """Read a full date; raises ValueError as read_span does, and for a partial one."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"'{text}' is not a date of the form YYYY-MM-DD")
    return read_span(text).first


def add(day: date, amount: int, unit: Unit) -> date:
    """Add a number of units to a day; months and years stop at the end of a shorter month."""
    if unit == "days":
        return day + timedelta(days=amount)
    if unit == "weeks":
        return day + timedelta(weeks=amount)
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "years" else 1)
    end = _end_month(months // 12, months % 12 + 1)
    return end.replace(day=min(day.day, end.day))


def _end_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
