"""What is known of a unit joined with what a customer says."""

from __future__ import annotations

import pytest

from carebase.warranty.dates import read_span
from carebase.warranty.events import Event, Kind
from carebase.warranty.unit import Recorded, Unit, join_events


def events(*written: str) -> tuple[Event, ...]:
    """Read events written as `kind day`."""
    pairs = (one.split() for one in written)
    return tuple(Event(_kind(kind), read_span(day)) for kind, day in pairs)


def _kind(name: str) -> Kind:
    return Event.at(name, "2024").kind  # type: ignore[arg-type]


def unit(days: tuple[Event, ...] = (), *recorded: Recorded) -> Unit:
    return Unit("brio", "brio-x1", "BR24100042", days=days, recorded=recorded)


def stated(*written: str) -> tuple[Recorded, ...]:
    """Give what customers registered, in the order in which it came."""
    return tuple(Recorded(place, event, True) for place, event in enumerate(events(*written)))


@pytest.mark.parametrize(
    ("known", "said", "joined"),
    [
        (None, ["purchased 2025-01-01"], ["purchased 2025-01-01"]),
        (unit(), ["purchased 2025-01-01"], ["purchased 2025-01-01"]),
        (
            unit(events("purchased 2024-03-01", "shipped 2024-02-01")),
            ["purchased 2025-01-01", "delivered 2025-01-04"],
            ["delivered 2025-01-04", "purchased 2024-03-01", "shipped 2024-02-01"],
        ),
        (
            unit((), Recorded(1, Event("purchased", read_span("2024-03")))),
            ["purchased 2025-01-01"],
            ["purchased 2024-03"],
        ),
        (
            unit((), *stated("registered 2025-02-01", "purchased 2025-01-20")),
            ["purchased 2025-01-01"],
            ["purchased 2025-01-01", "registered 2025-02-01"],
        ),
        (
            unit((), *stated("registered 2025-02-01", "purchased 2025-01-20")),
            [],
            ["registered 2025-02-01", "purchased 2025-01-20"],
        ),
        (
            unit(
                (),
                *stated(
                    "registered 2025-03-01",
                    "purchased 2025-02-20",
                    "delivered 2025-02-22",
                    "registered 2025-02-01",
                    "purchased 2025-01-20",
                ),
            ),
            [],
            ["registered 2025-02-01", "purchased 2025-01-20"],
        ),
        (
            unit(
                events("purchased 2025-01-05"),
                *stated("registered 2025-02-01", "purchased 2025-01-20"),
            ),
            [],
            ["purchased 2025-01-05", "registered 2025-02-01"],
        ),
        (
            unit(events("made 2024-02-28")),
            ["made 2024-03-10"],
            ["made 2024-02-28"],
        ),
    ],
)
def test_the_best_known_day_counts(known: Unit | None, said: list[str], joined: list[str]) -> None:
    assert events(*joined) == join_events(events(*said), known)


def test_everything_that_happened_counts() -> None:
    repairs = events("repair_in 2025-03-01", "repair_out 2025-03-09", "repair_in 2025-03-01")
    known = unit((), *(Recorded(place, event) for place, event in enumerate(repairs)))

    assert repairs == join_events((), known)
