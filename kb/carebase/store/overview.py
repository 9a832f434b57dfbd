"""What lies in the database, as a daily digest and an alarm tell it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from carebase.inbox.alarm import USUAL_DAYS, Traffic
from carebase.inbox.states import QUARANTINED
from carebase.store.submissions import Submission, read_row
from carebase.store.tables import events, form_versions, messages, submissions
from carebase.store.times import iso

# Where no reason is stored: a person has put it there.
BY_HAND = "hand"


@dataclass(frozen=True, slots=True)
class Quarantine:
    """How much is in quarantine; what has several reasons counts for each of them."""

    submissions: int
    messages: int
    by_reason: Mapping[str, int]


def count_quarantine(connection: Connection, forms: Collection[str]) -> Quarantine:
    """Count what is in quarantine of some forms, and why."""
    held = connection.execute(
        select(submissions.c.id, events.c.data)
        .outerjoin(
            events,
            (events.c.submission_id == submissions.c.id) & (events.c.kind == QUARANTINED),
        )
        .where(submissions.c.form.in_(sorted(forms)), submissions.c.state == QUARANTINED)
        .order_by(events.c.at, events.c.id)
    )
    # The last time that it came there is what counts.
    latest = {row.id: (row.data or {}).get("reasons", ()) for row in held}
    written = [
        row.reasons
        for row in connection.execute(
            select(messages.c.reasons)
            .join(submissions, submissions.c.id == messages.c.submission_id)
            .where(submissions.c.form.in_(sorted(forms)), messages.c.state == QUARANTINED)
        )
    ]
    counts: dict[str, int] = {}
    for reasons in (*latest.values(), *written):
        for reason in reasons or (BY_HAND,):
            counts[reason] = counts.get(reason, 0) + 1
    by_reason = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return Quarantine(len(latest), len(written), by_reason)


def measure_traffic(connection: Connection, now: datetime) -> Traffic:
    """Count what `carebase.inbox.alarm` judges."""
    forms = list(connection.execute(select(form_versions.c.form).distinct()).scalars())
    newest = [_newest_accepted(connection, form) for form in forms]
    accepted = max((at for at in newest if at), default=None)
    day = timedelta(days=1)
    return Traffic(
        datetime.fromisoformat(accepted) if accepted else None,
        _count_quarantined(connection, forms, now - day, now),
        _count_quarantined(connection, forms, now - day * (USUAL_DAYS + 1), now - day),
    )


def _newest_accepted(connection: Connection, form: str) -> str | None:
    # Form by form, because that is how the index is sorted.
    at: str | None = connection.execute(
        select(submissions.c.received_at)
        .where(submissions.c.form == form, submissions.c.state != QUARANTINED)
        .order_by(submissions.c.received_at.desc())
        .limit(1)
    ).scalar()
    return at


def _count_quarantined(
    connection: Connection, forms: Iterable[str], since: datetime, until: datetime
) -> int:
    """Count what was quarantined as it came, also what was taken out since."""
    was_there = select(events.c.id).where(
        events.c.submission_id == submissions.c.id, events.c.kind == QUARANTINED
    )
    return int(
        connection.execute(
            select(func.count())
            .select_from(submissions)
            .where(
                submissions.c.form.in_(sorted(forms)),
                submissions.c.received_at > iso(since),
                submissions.c.received_at <= iso(until),
                was_there.exists(),
            )
        ).scalar_one()
    )


def count_received(
    connection: Connection, forms: Collection[str], since: datetime, until: datetime
) -> dict[str, int]:
    """Count by form what was received from `since` up to `until`, whatever became of it."""
    rows = connection.execute(
        select(submissions.c.form, func.count())
        .where(
            submissions.c.form.in_(sorted(forms)),
            submissions.c.received_at >= iso(since),
            submissions.c.received_at < iso(until),
        )
        .group_by(submissions.c.form)
    )
    return {row[0]: row[1] for row in rows}


def find_in_states(
    connection: Connection, forms: Collection[str], states: Collection[str]
) -> list[Submission]:
    """Find the submissions of some forms in some states, oldest first."""
    rows = connection.execute(
        select(submissions)
        .where(submissions.c.form.in_(sorted(forms)), submissions.c.state.in_(sorted(states)))
        .order_by(submissions.c.received_at, submissions.c.id)
    )
    return [read_row(row) for row in rows]
