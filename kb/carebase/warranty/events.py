"""What happened to a unit, and what of it counts on a given day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from carebase.warranty.dates import Span

Kind = Literal[
    "made",
    "shipped",
    "purchased",
    "delivered",
    "registered",
    "transferred",
    "transfer_notified",
    "repair_in",
    "repair_out",
    "replaced",
    "claim",
    "void",
    "usage",
]

# Also the order in which events of one day are taken.
KINDS: tuple[Kind, ...] = (
    "made",
    "shipped",
    "purchased",
    "delivered",
    "registered",
    "transferred",
    "transfer_notified",
    "repair_in",
    "repair_out",
    "replaced",
    "claim",
    "void",
    "usage",
)

PARTIAL_KINDS = frozenset[Kind]({"made", "shipped", "purchased", "delivered"})

_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a unit; only the keys of its kind are set."""

    kind: Kind
    on: Span
    component: str | None = None
    coverage: str | None = None
    reason: str | None = None
    used: bool = False
    unit: str | None = None
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Stay:
    """An unbroken run of days in repair, from the first to before the end."""

    first: date
    end: date


class History:
    """The events of a unit up to a day, in the order in which the rules take them.

    reasons are the ids of the policy's exclusions: of two voids of a day the one whose reason
    stands earlier comes first.
    """

    def __init__(self, events: Sequence[Event], as_of: date, reasons: Sequence[str] = ()) -> None:
        self.as_of = as_of
        known = [(event.on.resolve(as_of), event) for event in events]
        rank = {reason: place for place, reason in enumerate(reasons)}
        self._events = sorted(
            ((day, event) for day, event in known if day <= as_of),
            key=lambda pair: (
                pair[0],
                _RANK[pair[1].kind],
                rank.get(pair[1].reason or "", 0),
                pair[1].unit or "",
            ),
        )
        self.stays = tuple(self._find_stays())

    def first(self, kind: Kind) -> tuple[date, Event] | None:
        """Give the event of a kind that counts: the earliest, of one day the most precise.

        Of purchases that are alike in this one of used goods counts, so that the order in which
        they are listed does not matter.
        """
        found = self.all(kind)
        return min(
            found,
            key=lambda pair: (pair[0], pair[1].on.last - pair[1].on.first, not pair[1].used),
            default=None,
        )

    def all(self, kind: Kind) -> list[tuple[date, Event]]:
        """Give all events of a kind with their days, earliest first."""
        return [pair for pair in self._events if pair[1].kind == kind]

    def days(self) -> Iterator[tuple[date, list[Event]]]:
        """Give each day on which something happened, with its events in order."""
        for day, pairs in groupby(self._events, key=lambda pair: pair[0]):
            yield day, [event for _, event in pairs]

    def stay_of(self, day: date) -> Stay | None:
        """Give the stay in which a day falls or which ends on it."""
        return next((stay for stay in self.stays if stay.first <= day <= stay.end), None)

    def _find_stays(self) -> Iterator[Stay]:
        # The unit is in repair while more repairs were begun than ended: which of them an end
        # closes makes no difference to the days.
        under_way, first = 0, self.as_of
        for day, event in self._events:
            if event.kind == "repair_in":
                first = first if under_way else day
                under_way += 1
            elif event.kind == "repair_out" and under_way:
                under_way -= 1
                if not under_way and first < day:
                    yield Stay(first, day)
        if under_way and first < self.as_of:
            yield Stay(first, self.as_of)


def day_before(day: date) -> date:
    """Give the day before another one."""
    return day - timedelta(days=1)
