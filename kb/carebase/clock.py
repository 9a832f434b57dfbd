"""The one place that asks what day it is; everything else is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime

# Called whenever the day is asked for: a page that shows it is made anew on the next.
askers: list[Callable[[], None]] = []


def today() -> date:
    """Give the day in UTC: that of `SOURCE_DATE_EPOCH` where it is set, for builds to repeat."""
    for asker in askers:
        asker()
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return moment.date()


def a_year_after(day: date) -> date:
    """Give the same day of the next year, the last of February for a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
