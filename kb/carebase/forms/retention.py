"""How long a form's answers are kept."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

_SPAN = re.compile(r"[1-9]\d{0,3} (?:day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def _span(value: Any) -> Any:
    if not isinstance(value, str) or not _SPAN.fullmatch(value):
        raise ValueError("`retention` must be a number of days, weeks, months or years.")
    return value


# How long something is kept: `24 months`.
Span = Annotated[str, BeforeValidator(_span)]


def earliest_kept(retention: str, now: datetime) -> datetime:
    """Give the moment before which a submission has been kept long enough.

    `retention` is as in the form's file, such as `24 months`. Months go by the calendar, their
    day clamped to the month's end.
    """
    count, _, unit = retention.partition(" ")
    unit = unit.removesuffix("s")
    if unit in _DAYS:
        return now - timedelta(days=int(count) * _DAYS[unit])
    months = now.year * 12 + now.month - 1 - int(count) * _MONTHS[unit]
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return now.replace(year=year, month=month + 1, day=min(now.day, last))
