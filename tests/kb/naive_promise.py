"""The rules of a promise told day by day, as plainly as can be: slow, and written to be compared.

Nothing of the engine is used, only the text of the contract and Python's calendar.
"""

import calendar
from datetime import date, timedelta
from typing import Any

ORDER = [
    *("made", "shipped", "purchased", "delivered", "registered", "transferred"),
    *("transfer_notified", "repair_in", "repair_out", "replaced", "claim", "void", "usage"),
]
LENGTHS = ("days", "weeks", "months", "years", "until", "lifetime")
ONE = timedelta(days=1)


def find_day(text: str, as_of: date) -> date:
    parts = [int(part) for part in text.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    last = parts[2] if len(parts) > 2 else calendar.monthrange(parts[0], month)[1]
    day = date(parts[0], month, last)
    return as_of if as_of.isoformat().startswith(text) else day


def find_length(keys: dict[str, Any]) -> tuple[str, Any]:
    return next((key, keys[key]) for key in LENGTHS if key in keys)


def add(day: date, length: tuple[str, Any]) -> date | None:
    unit, amount = length
    if unit == "lifetime":
        return None
    if unit == "until":
        return date.fromisoformat(amount)
    if unit in ("days", "weeks"):
        return day + int(amount) * (7 if unit == "weeks" else 1) * ONE
    year, month = day.year, day.month
    for _ in range(amount * (12 if unit == "years" else 1)):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def promise(policy: dict[str, Any], case: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Give id, status and until of each coverage."""
    as_of = date.fromisoformat(case["as_of"])
    events = [{**event, "day": find_day(event["on"], as_of)} for event in case.get("events", [])]
    events = [event for event in events if event["day"] <= as_of]
    start = find_start(policy, events)
    return [
        (keys["id"], *follow(policy, keys, case, events, start, as_of))
        for keys in policy["coverages"]
    ]


def find_start(policy: dict[str, Any], events: list[dict[str, Any]]) -> date | None:
    for entry in policy["start"]:
        kind = entry if isinstance(entry, str) else entry["of"]
        days: list[date] = [event["day"] for event in events if event["kind"] == kind]
        if days:
            return min(days) + (0 if isinstance(entry, str) else int(entry["plus_days"])) * ONE
    return None


def find_repair_days(events: list[dict[str, Any]], as_of: date) -> set[date]:
    opened: list[date] = []
    days: set[date] = set()

    def fill(first: date, end: date) -> None:
        while first < end:
            days.add(first)
            first += ONE

    for event in sorted(events, key=lambda e: (e["day"], ORDER.index(e["kind"]))):
        if event["kind"] == "repair_in":
            opened.append(event["day"])
        elif event["kind"] == "repair_out" and opened:
            fill(opened.pop(0), event["day"])
    for first in opened:
        fill(first, as_of)
    return days


def follow(
    policy: dict[str, Any],
    keys: dict[str, Any],
    case: dict[str, Any],
    events: list[dict[str, Any]],
    start: date | None,
    as_of: date,
) -> tuple[str, str | None]:
    buyer = "consumer" if case.get("consumer", True) else "business"
    if policy.get("valid_for", "both") not in ("both", buyer):
        return "not_offered", None
    voided = any(
        e["kind"] == "void" and e.get("coverage", keys["id"]) == keys["id"] for e in events
    )
    if start is None:
        return ("void" if voided else "unknown"), None

    length = find_length(keys)
    registered = [event["day"] for event in events if event["kind"] == "registered"]
    more = keys.get("on_registration")
    if more and registered and min(registered) <= start + more["within_days"] * ONE:
        length = find_length(more)

    def last_day(first: date) -> date | None:
        day = add(first, length)
        counted = policy.get("count_first_day", False) and length[0] not in ("until", "lifetime")
        return day - ONE if day and counted else day

    until = last_day(start)
    closed: str | None = None
    depends = False
    claims = 0
    repair_days = find_repair_days(events, as_of)
    begun: dict[date, bool] = {}

    def in_force(day: date) -> bool:
        return closed is None and start <= day and (until is None or day <= until)

    day = min([start, *(event["day"] for event in events)])
    while day <= as_of:
        for kind in ORDER:
            if kind == "repair_in" and day in repair_days and day - ONE not in repair_days:
                begun[day] = in_force(day)
            for event in events:
                if event["day"] != day or event["kind"] != kind:
                    continue
                if kind == "transferred" and in_force(day) and day > start:
                    rule = keys.get("transfer", True)
                    ends = rule is False or length == ("lifetime", "first_owner")
                    if not ends and isinstance(rule, dict):
                        due = day + rule["notify_within_days"] * ONE
                        told = any(
                            e["kind"] == "transfer_notified" and day <= e["day"] <= due
                            for e in events
                        )
                        ends = not told and as_of > due
                        depends |= not told and as_of <= due
                    if ends:
                        closed, until = "ended_by_transfer", day - ONE
                if kind == "repair_out" and closed is None and until and "repair" in policy:
                    first = day
                    if day in repair_days or day - ONE in repair_days:
                        first = day if day in repair_days else day - ONE
                        while first - ONE in repair_days:
                            first -= ONE
                    was = begun[first] if first in repair_days else in_force(day)
                    if event.get("component") == keys["id"] and was:
                        until = max(until, day + policy["repair"]["own_cover_days"] * ONE)
                if kind == "replaced" and in_force(day) and until:
                    rule = policy.get("replacement", {}).get("rule", "inherit")
                    if rule == "max_remainder":
                        until = max(until, day + policy["replacement"]["days"] * ONE)
                    if rule == "restart":
                        until = max(until, last_day(day) or until)
                if kind == "claim" and event["coverage"] == keys["id"] and in_force(day):
                    limit = policy.get("claims")
                    if limit and limit["coverage"] == keys["id"]:
                        claims += 1
                        closed = "used_up" if claims == limit["max"] else closed
                if kind == "void" and event.get("coverage", keys["id"]) == keys["id"]:
                    closed = "void"
                if kind == "usage" and closed is None:
                    limit = keys.get("usage", {}).get(event["unit"])
                    if limit is not None and event["value"] > limit:
                        closed = "expired"
        if day in repair_days and keys.get("pause_in_repair") and in_force(day) and until:
            until += ONE
        day += ONE

    text = until.isoformat() if until else None
    if closed in ("void", "ended_by_transfer", "used_up"):
        return closed, text
    if as_of < start:
        return "not_started", text
    if closed or (until and as_of > until):
        return "expired", text
    read = {event["unit"] for event in events if event["kind"] == "usage"}
    if depends or any(unit not in read for unit in keys.get("usage", {})):
        return "depends", text
    return "covered", text
