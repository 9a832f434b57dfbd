"""When something is wrong with what comes in: nothing at all, or too much of it in quarantine.

Others have lost people's messages for days because success was shown and nothing was stored, or
because everybody was taken for spam. Two plain rules see both; what they need is counted by
`carebase.store.overview`, and the moment is passed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from carebase.counting import counted

SILENCE, GROWTH = "silence", "growth"

# What counts as traffic before a silence. A site that nobody has used for longer is no surprise,
# and an alarm that nobody acts on has an end.
BEFORE = timedelta(days=28)
# The days with which the last 24 hours are compared, and by what factor they must be beyond them.
USUAL_DAYS = 7
FACTOR = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that an operator has set; nothing switches a rule off.

    `silence` is a number of days, `growth` a number of submissions in quarantine within a day.
    """

    silence: int | None = 7
    growth: int | None = 10


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came in: the newest that is not in quarantine, and what was quarantined.

    `today` counts the 24 hours up to now, `week` the `USUAL_DAYS` days before those. What was
    taken out of quarantine since is counted too: it was there.
    """

    accepted_at: datetime | None
    today: int
    week: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person must look at.

    For `silence`: the whole `days` since `since`, when the last submission was accepted. For
    `growth`: the `number` of the last day and the `usual` one of a day, with one decimal.
    """

    kind: str
    days: int = 0
    since: str = ""
    number: int = 0
    usual: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain data, as the letter about it holds it."""
        return asdict(self)

    @property
    def text(self) -> str:
        """Say it to the people at a terminal."""
        if self.kind == SILENCE:
            return (
                f"Nothing has been accepted since {self.since[:10]}. Send a form yourself and see"
                " whether it arrives, and look at the quarantine: carebase inbox --state"
                " quarantined"
            )
        number = counted(self.number, "submission")
        return (
            f"{number} went into quarantine within a day; the week before it had"
            f" {self.usual:.1f} a day. See whether people are among them:"
            " carebase inbox --state quarantined"
        )


def find_alarms(traffic: Traffic, limits: Limits, now: datetime) -> Iterator[Alarm]:
    """Give the alarms that hold at a moment.

    Silence: nothing was accepted for at least the limit, and something was in the `BEFORE` before.
    Growth: more than the limit in a day, and more than `FACTOR` times the usual day.
    """
    last = traffic.accepted_at
    if limits.silence is not None and last is not None:
        silence, least = now - last, timedelta(days=limits.silence)
        if least <= silence < least + BEFORE:
            yield Alarm(SILENCE, days=silence.days, since=last.isoformat(timespec="seconds"))
    if limits.growth is not None and traffic.today > limits.growth:
        usual = traffic.week / USUAL_DAYS
        if traffic.today > FACTOR * usual:
            yield Alarm(GROWTH, number=traffic.today, usual=round(usual, 1))
