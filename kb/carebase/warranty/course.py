"""The course of one coverage through the events of a unit: its last day, and what closes it.

The rules are R1 to R11 of the coverage contract; each entry of a trace begins with its rule.
Entries of R2 and R4 to R8 end with the last covered day that they gave, the others with the day
on which they acted.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from carebase.warranty.dates import add
from carebase.warranty.events import Event, History, Stay, day_before
from carebase.warranty.policy import Coverage, Length, NotifyWithin, Policy
from carebase.warranty.verdict import Start, Status

Fate = Literal["void", "ended_by_transfer", "used_up", "over_used"]

TRANSFER_NOTICE = "transfer notice"


def name_days(amount: int, unit: str = "days") -> str:
    """Name a length in a trace, such as ``+1 month``."""
    return f"+{amount} {unit[:-1] if amount == 1 else unit}"


def _name(length: Length) -> str:
    if length.unit:
        return name_days(length.amount, length.unit)
    return f"lifetime {length.lifetime}" if length.lifetime else "until"


@dataclass
class Course:
    """One coverage while the events pass by: its last day so far, and what closed it."""

    policy: Policy
    coverage: Coverage
    start: Start | None
    history: History
    until: date | None = None
    fate: Fate | None = None
    void: Event | None = None
    notice_due: date | None = None
    claims: int = 0
    trace: list[str] = field(default_factory=list)
    begun_in_force: dict[date, bool] = field(default_factory=dict)
    paused: tuple[Stay, int, int] | None = None

    def __post_init__(self) -> None:
        self.length = self.coverage.length

    def run(self) -> None:
        """Take the start, the length, and then every event with the days after it."""
        if self.start is None:
            self.trace.append(f"R1 unknown {self.history.as_of}")
        else:
            self._begin(self.start)
        days = list(self.history.days())
        nexts = [day for day, _ in days[1:]] + [self.history.as_of]
        for (day, events), following in zip(days, nexts, strict=False):
            for event in events:
                self._take(day, event)
            self._pause(day, following)

    def missing(self) -> list[str]:
        """Name what would settle the coverage: readings by the policy's order, then the notice."""
        texts = [f"{unit} reading" for unit in self._find_unread()]
        return texts + ([TRANSFER_NOTICE] if self.notice_due else [])

    def settle(self) -> Status:
        """Give the status by precedence (R14), and trace what it depends on."""
        as_of = self.history.as_of
        if self.fate == "void":
            return "void"
        if self.start is None:
            return "unknown"
        if self.fate in ("ended_by_transfer", "used_up"):
            return self.fate
        if as_of < self.start.day:
            return "not_started"
        if self.fate == "over_used" or (self.until is not None and as_of > self.until):
            return "expired"
        for unit in self._find_unread():
            self.trace.append(f"R11 no {unit} reading {as_of}")
        if self.notice_due:
            self.trace.append(f"R8 notice due {self.notice_due}")
        return "depends" if self.missing() else "covered"

    def _find_unread(self) -> list[str]:
        read = {event.unit for _, event in self.history.all("usage")}
        return [unit for unit in self.coverage.usage or () if unit not in read]

    def _begin(self, start: Start) -> None:
        self.trace.append(f"R1 {start.kind} {start.day}")
        self.until = self._last_day(start.day)
        self.trace.append(f"R2 {_name(self.length)} {self.until or start.day}")
        extended = self.coverage.on_registration
        registered = self.history.first("registered")
        if extended is None or registered is None:
            return
        if registered[0] <= start.day + timedelta(days=extended.within_days):
            self.length = extended.length
            self.until = self._last_day(start.day)
            self.trace.append(f"R4 {_name(self.length)} {self.until or start.day}")

    def _last_day(self, first: date) -> date | None:
        """Give the last day of the length from a day on; None for a lifetime."""
        if self.length.unit is None:
            return self.length.until
        day = add(first, self.length.amount, self.length.unit)
        return day_before(day) if self.policy.count_first_day else day

    def _in_force(self, day: date) -> bool:
        return (
            self.start is not None
            and self.fate is None
            and self.start.day <= day
            and (self.until is None or day <= self.until)
        )

    def _take(self, day: date, event: Event) -> None:
        if event.kind == "void":
            self._withdraw(day, event)
        elif self.fate is not None or self.start is None:
            return
        elif event.kind == "transferred":
            self._transfer(day, self.start.day)
        elif event.kind == "repair_in":
            self.begun_in_force.setdefault(day, self._in_force(day))
        elif event.kind == "repair_out":
            self._cover_repair(day, event)
        elif event.kind == "replaced":
            self._replace(day)
        elif event.kind == "claim":
            self._claim(day, event)
        elif event.kind == "usage":
            self._measure(day, event)

    def _withdraw(self, day: date, event: Event) -> None:
        if self.void is None and event.coverage in (None, self.coverage.id):
            self.void, self.fate = event, "void"
            self.trace.append(f"R10 {event.reason} {day}")

    def _transfer(self, day: date, start: date) -> None:
        rule = self.coverage.transfer
        if day <= start or not self._in_force(day):
            return
        if self.length.lifetime == "first_owner" or rule is False:
            self._end(day)
        elif isinstance(rule, NotifyWithin):
            due = day + timedelta(days=rule.notify_within_days)
            notices = (told for told, _ in self.history.all("transfer_notified"))
            if any(day <= told <= due for told in notices):
                return
            if self.history.as_of > due:
                self._end(day)
            else:
                self.notice_due = min(due, self.notice_due or due)

    def _end(self, day: date) -> None:
        self.until, self.fate = day_before(day), "ended_by_transfer"
        self.trace.append(f"R8 transferred {self.until}")

    def _cover_repair(self, day: date, event: Event) -> None:
        repair = self.policy.repair
        if repair is None or event.component != self.coverage.id:
            return
        stay = self.history.stay_of(day)
        # A stay begins with the first repair_in of its day, taken before any repair_out.
        if self.begun_in_force[stay.first] if stay else self._in_force(day):
            days = repair.own_cover_days
            self._move(day + timedelta(days=days), f"R7 {name_days(days)}")

    def _replace(self, day: date) -> None:
        rule = self.policy.replacement
        if rule is None or rule.rule == "inherit" or not self._in_force(day):
            return
        restarted = rule.rule == "restart"
        last = self._last_day(day) if restarted else day + timedelta(days=rule.days or 0)
        self._move(last, f"R6 {rule.rule}")

    def _move(self, last: date | None, rule: str) -> None:
        if self.until is not None and last is not None and last > self.until:
            self.until = last
            self.trace.append(f"{rule} {last}")

    def _claim(self, day: date, event: Event) -> None:
        limit = self.policy.claims
        if limit is None or not limit.coverage == event.coverage == self.coverage.id:
            return
        if self._in_force(day):
            self.claims += 1
            if self.claims >= limit.max:
                self.fate = "used_up"
                self.trace.append(f"R9 used_up {day}")

    def _measure(self, day: date, event: Event) -> None:
        limits = self.coverage.usage or {}
        if event.unit in limits and event.value > limits[event.unit]:
            self.fate = "over_used"
            self.trace.append(f"R11 {event.unit} {day}")

    def _pause(self, day: date, following: date) -> None:
        """Add the days in repair from a day to before the next one on which something happens."""
        if not self.coverage.pause_in_repair or self.start is None or self.fate is not None:
            return
        for stay in self.history.stays:
            first = max(stay.first, day, self.start.day)
            days = (min(stay.end, following) - first).days
            # The last day moves with each day of the run, so its first day decides for all.
            if days > 0 and self.until is not None and first <= self.until:
                self.until += timedelta(days=days)
                self._trace_pause(stay, days)

    def _trace_pause(self, stay: Stay, days: int) -> None:
        if self.paused and self.paused[0] == stay and self.paused[2] == len(self.trace):
            days += self.paused[1]
            self.trace.pop()
        self.trace.append(f"R5 {name_days(days)} {self.until}")
        self.paused = (stay, days, len(self.trace))
