"""Reading the day by which a form promises an answer, where its sentence says so in figures.

`We answer within 2 working days.` is read in English, German, Spanish and French. Saturdays and
Sundays are no working days (for `Werktage` and `jours ouvrables`, which include Saturdays, only
Sundays are none), and no public holiday is one.
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date, datetime, timedelta

_LEAD = r"within|in|innerhalb(?: von)?|binnen|dentro de|en|sous|dans(?: les)?"
_UNITS = {
    "five": r"(?:working|business) days?|arbeitstag(?:en?)?|días? (?:laborables?|hábil(?:es)?)"
    r"|jours? ouvrés?",
    "six": r"werktag(?:en?)?|jours? ouvrables?",
    "hours": r"hours?|stunden?|horas?|heures?",
    "weeks": r"weeks?|wochen?|semanas?|semaines?",
    "days": r"days?|tag(?:en?)?|días?|jours?",
}
_PROMISE = re.compile(
    rf"\b(?:{_LEAD})(?: (?:un plazo de|un délai de|the next|les))? "
    r"(?:\d{1,3} ?(?:–|-|to|bis|a|à) ?)?(?P<count>\d{1,3}) "
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _UNITS.items())})\b",
    re.IGNORECASE,
)
_WEEKEND = {"five": (5, 6), "six": (6,)}


def due_day(promise: str, received: datetime, closed: Container[date] = ()) -> date | None:
    """Give the last day on which the promise is kept, in the time zone of `received`.

    `closed` are the public holidays. Nothing when the sentence names no span that can be read.
    """
    found = _PROMISE.search(" ".join(promise.split()))
    if found is None:
        return None
    count = int(found["count"])
    match found.lastgroup:
        case "hours":
            return (received + timedelta(hours=count)).date()
        case "weeks":
            return received.date() + timedelta(weeks=count)
        case "five" | "six" as unit:
            return _working_days_after(received.date(), count, _WEEKEND[unit], closed)
    return received.date() + timedelta(days=count)


def _working_days_after(
    day: date, count: int, free: Container[int], closed: Container[date]
) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() not in free and day not in closed
    return day
