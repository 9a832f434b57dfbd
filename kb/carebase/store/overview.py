"""What lies in the database, as a daily digest tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from carebase.inbox.states import QUARANTINED
from carebase.store.submissions import Submission, read_row
from carebase.store.tables import events, submissions
from carebase.store.times import iso


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


def count_reasons(
    connection: Connection, forms: Collection[str], since: datetime, until: datetime
) -> dict[str, int]:
    """Count by reason what went into quarantine by itself from `since` up to `until`.

    What has several reasons counts for each of them, also after it was restored. The reasons are
    those of `carebase.inbox.reasons`, the most frequent first.
    """
    rows = connection.execute(
        select(events.c.data)
        .join(submissions, submissions.c.id == events.c.submission_id)
        .where(
            submissions.c.form.in_(sorted(forms)),
            events.c.kind == QUARANTINED,
            events.c.at >= iso(since),
            events.c.at < iso(until),
        )
    )
    # Whoever puts something there by hand gives no reason of ours.
    found = Counter(reason for row in rows for reason in row.data.get("reasons", ()))
    return dict(found.most_common())


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
