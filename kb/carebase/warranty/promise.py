"""The maker's promise: the coverages of a policy, one row each (R1 to R11 of the contract)."""

from datetime import timedelta

from carebase.warranty.course import Course
from carebase.warranty.events import History
from carebase.warranty.policy import Coverage, Delayed, Policy
from carebase.warranty.verdict import Row, Start, days_left


def find_start(policy: Policy, history: History) -> Start | None:
    """Give the start by the first entry of the policy whose event is known (R1)."""
    for entry in policy.start:
        kind = entry.of if isinstance(entry, Delayed) else entry
        found = history.first(kind)
        if found is None:
            continue
        day, event = found
        if isinstance(entry, Delayed):
            return Start(day + timedelta(days=entry.plus_days), kind, "estimated")
        return Start(day, kind, "stated" if event.on.is_full else "estimated")
    return None


def is_offered(policy: Policy, consumer: bool) -> bool:
    """Tell whether the policy holds for this kind of buyer."""
    return policy.valid_for in ("both", "consumer" if consumer else "business")


def follow(
    policy: Policy, coverage: Coverage, start: Start | None, history: History, consumer: bool
) -> tuple[Row, list[str]]:
    """Give the row of one coverage, and what is missing to say more."""
    if not is_offered(policy, consumer):
        trace = (f"R14 not_offered {history.as_of}",)
        row = Row(
            id=coverage.id,
            kind="commercial",
            status="not_offered",
            clause=coverage.clause,
            trace=trace,
        )
        return row, []
    course = Course(policy, coverage, start, history)
    course.run()
    status = course.settle()
    void = course.void
    row = Row(
        id=coverage.id,
        kind="commercial",
        status=status,
        until=course.until,
        days_left=days_left(status, course.until, history.as_of),
        clause=_clause_of(policy, void.reason) if void else coverage.clause,
        reason=void.reason if void else None,
        trace=tuple(course.trace),
    )
    return row, course.missing() if status == "depends" else []


def _clause_of(policy: Policy, reason: str | None) -> str | None:
    return next((each.clause for each in policy.exclusions if each.id == reason), None)
