"""What lies in the database, as a daily digest tells it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from carebase.store.submissions import Submission, read_row
from carebase.store.tables import submissions
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
