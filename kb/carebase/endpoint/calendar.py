"""Reminders as a calendar file (RFC 5545), the same bytes whenever it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from carebase.warranty.reminders import Every, Reminder

_FREQUENCIES = {"days": "DAILY", "weeks": "WEEKLY", "months": "MONTHLY", "years": "MONTHLY"}
# Every month has so many days; what begins later needs care (RFC 5545, 3.3.10).
_ALWAYS = 28


def write_calendar(
    name: str, reminders: Iterable[Reminder], begun: date, host: str, language: str
) -> bytes:
    """Write a calendar of whole days to subscribe to.

    `begun` is the day from which all is counted: it stands as the time stamp of each entry, so
    that equal reminders make equal files. `host` makes the entries' ids unique in the world.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Carebase//Reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name, {"language": language})
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(days=7), {"value": "DURATION"})
    calendar.add("x-published-ttl", "P7D")
    stamp = datetime.combine(begun, time(), UTC)
    for reminder in reminders:
        calendar.add_component(_event(reminder, stamp, host))
    return bytes(calendar.to_ical(sorted=False))


def _event(reminder: Reminder, stamp: datetime, host: str) -> Event:
    event = Event()
    event.add("uid", f"{reminder.key}@{host}")
    event.add("dtstamp", stamp)
    event.add("dtstart", reminder.day)
    event.add("summary", reminder.summary)
    event.add("transp", "TRANSPARENT")
    if reminder.every:
        event.add("rrule", _rule(reminder, reminder.every, stamp.date()))
    if reminder.alarm is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", reminder.summary)
        alarm.add("trigger", timedelta(hours=reminder.alarm))
        event.add_component(alarm)
    return event


def _rule(reminder: Reminder, every: Every, begun: date) -> dict[str, Any]:
    count = every.count * (12 if every.unit == "years" else 1)
    rule: dict[str, Any] = {"freq": _FREQUENCIES[every.unit], "interval": count}
    if reminder.until:
        rule["until"] = reminder.until
    if rule["freq"] == "MONTHLY" and begun.day > _ALWAYS:
        # The day itself, or the last one of a shorter month.
        rule["bymonthday"] = list(range(_ALWAYS, begun.day + 1))
        rule["bysetpos"] = -1
    return rule
