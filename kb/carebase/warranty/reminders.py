"""What a calendar should remind an owner of: the service plan, and the ends of the warranty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from carebase.catalog.product import Product
from carebase.i18n import list_text, text
from carebase.warranty.coverage import coverage
from carebase.warranty.dates import Span, Unit, add
from carebase.warranty.events import Event
from carebase.warranty.headline import part_name
from carebase.warranty.policy import Policy

_EVERY = re.compile(r"([1-9][0-9]{0,2}) (day|week|month|year)s?")
# In days: what comes more often is read in the calendar and rings no bell.
_SELDOM = 28


@dataclass(frozen=True, slots=True)
class Every:
    """How often something comes back: so many `days`, `weeks`, `months` or `years`."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Reminder:
    """One entry of the calendar: a whole day, coming back or not.

    `key` is the same for the same product, day of purchase and matter, whatever the language.
    `alarm` is when it rings, in hours from the beginning of the day; none for no bell.
    """

    key: str
    day: date
    summary: str
    every: Every | None = None
    until: date | None = None
    alarm: int | None = None


def reminders(
    product: Product, policy: Policy | None, bought: date, language: str = "en"
) -> list[Reminder]:
    """Give all reminders for a unit bought on a day, whatever day is today.

    What is due by use, such as every 200 cups, has no date and is left out.
    """
    found = list(_tasks(product, bought, language))
    if policy is not None:
        verdict = coverage(policy, [Event("purchased", Span(bought, bought))], None, bought)
        found += _ends(verdict.plain()["coverages"], product, bought, language)
    return found


def find_every(written: str) -> Every | None:
    """Read an interval of product.yml; none when it is not one of time."""
    match = _EVERY.fullmatch(written.strip().lower())
    return Every(int(match[1]), cast(Unit, f"{match[2]}s")) if match else None


def _tasks(product: Product, bought: date, language: str) -> Iterator[Reminder]:
    for task in product.service_plan:
        every = find_every(task.every)
        if every is None:
            continue
        first = add(bought, every.count, every.unit)
        if product.support_until and first > product.support_until:
            continue
        is_seldom = every.unit in ("months", "years") or first - bought >= timedelta(_SELDOM)
        yield Reminder(
            key=f"{product.id}-{bought}-{_fingerprint(task.task)}",
            day=first,
            summary=text(language, "remind.task", product=product.name, task=task.task),
            every=every,
            until=product.support_until,
            alarm=9 if is_seldom else None,
        )


def _ends(
    rows: Iterable[Mapping[str, Any]], product: Product, bought: date, language: str
) -> Iterator[Reminder]:
    """Give one reminder for each day on which something ends, with a month's notice."""
    promised = [row for row in rows if row["kind"] == "commercial"]
    ends: dict[str, list[Mapping[str, Any]]] = {}
    for row in promised:
        if "until" in row:
            ends.setdefault(row["until"], []).append(row)
    for until, ending in sorted(ends.items()):
        names: Sequence[str] = [part_name(row, product, language) for row in ending]
        is_all = len(ending) == len(promised)
        yield Reminder(
            key=f"{product.id}-{bought}-end-{until}",
            day=date.fromisoformat(until),
            summary=text(
                language,
                "remind.end_all" if is_all else "remind.end",
                product=product.name,
                parts=list_text(language, names),
            ),
            alarm=9 - 30 * 24,
        )


def _fingerprint(written: str) -> str:
    """Give the 32-bit FNV-1a hash of a text in hexadecimal (draft-eastlake-fnv)."""
    value = 0x811C9DC5
    for byte in written.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"
