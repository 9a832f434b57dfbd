"""A unit as the maker knows it, and what a customer says of it, joined for `coverage`.

Who owns it is in neither: a unit is a model, a serial number, days and events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from carebase.warranty.events import Event, Kind

# The days that a unit has at most one of, in the order of its life.
OWN_DAYS: tuple[Kind, ...] = ("made", "shipped", "purchased", "delivered")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of a unit. `stated`: by a customer's registration, not by the maker."""

    number: int
    event: Event
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is known. `model` is empty where a customer registered it and did not say it.

    `stated` tells that only a customer's registration made it known.
    """

    product: str
    model: str
    serial: str
    policy: str | None = None
    country: str | None = None
    days: tuple[Event, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registration says of a unit; `on` is the day on which it came, as the others ISO."""

    product: str
    model: str
    serial: str
    on: str
    purchased: str | None = None
    delivered: str | None = None


def join_events(said: Sequence[Event], unit: Unit | None) -> tuple[Event, ...]:
    """Give the events that count, from what a customer says now and what is known of the unit.

    Of each of made, shipped, purchased and delivered the maker's own day counts, else what the
    customer says now, else what was said at the registration. Everything else counts as it
    stands, and of several registrations the first.
    """
    if unit is None:
        return tuple(said)
    own = [*unit.days, *(one.event for one in unit.recorded if not one.stated)]
    known = {event.kind for event in own} & {*OWN_DAYS}
    said = [event for event in said if event.kind not in known]
    known |= {event.kind for event in said}
    told = [event for event in _first_registration(unit) if event.kind not in known]
    return (*said, *own, *told)


def _first_registration(unit: Unit) -> Sequence[Event]:
    """Give what the earliest registration by a customer said, none of the later ones."""
    return min(_registrations(unit), key=lambda one: one[0].on.last, default=())


def _registrations(unit: Unit) -> Iterator[list[Event]]:
    """Give each registration by a customer: its event, then the days that it stated."""
    group: list[Event] = []
    for one in sorted(unit.recorded, key=lambda one: one.number):
        if not one.stated:
            continue
        if one.event.kind == "registered":
            if group:
                yield group
            group = [one.event]
        elif group:
            group.append(one.event)
    if group:
        yield group
