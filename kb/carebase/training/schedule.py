"""The day of a course: when each lesson begins and ends, from its minutes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from carebase.training.outline import Exercise

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Planned:
    """A lesson with its minutes and its exercises."""

    title: str
    minutes: int
    exercises: tuple[Exercise, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """A break that is wanted at a time; both in minutes from midnight."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the day: `number` counts lessons from 1 and is 0 for a break.

    `start` and `end` are minutes from midnight of the first day.
    """

    start: int
    end: int
    number: int = 0
    title: str = ""
    exercises: tuple[Exercise, ...] = field(default=())


def read_time(text: str) -> int | None:
    """Give the minutes from midnight of a time such as `9:00`; None for what is no time."""
    found = _TIME.match(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def read_pause(text: str) -> Pause | None:
    """Read a break such as `10:30-10:45`; None for what is none."""
    first, _, last = text.replace("\u2013", "-").partition("-")
    start, end = read_time(first), read_time(last)
    return Pause(start, end) if start is not None and end is not None and start < end else None


def write_time(minutes: int) -> str:
    """Write a time of the day as `09:00`."""
    hours, rest = divmod(minutes % DAY, 60)
    return f"{hours:02d}:{rest:02d}"


def plan(lessons: Sequence[Planned], start: int, pauses: Sequence[Pause] = ()) -> list[Slot]:
    """Give the lessons one after the other, with the breaks between them.

    No lesson is parted: a break comes before the lesson in whose first half it would fall, else
    after it. It keeps its length, and one that comes after all lessons is left out.
    """
    slots: list[Slot] = []
    waiting = sorted(pauses, key=lambda pause: pause.start)
    now = start
    for number, lesson in enumerate(lessons, 1):
        while slots and waiting and waiting[0].start <= now + lesson.minutes / 2:
            pause = waiting.pop(0)
            slots.append(Slot(now, now + pause.minutes))
            now += pause.minutes
        end = now + lesson.minutes
        slots.append(Slot(now, end, number, lesson.title, lesson.exercises))
        now = end
    return slots
