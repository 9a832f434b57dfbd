"""How much lies in the database, for those who watch over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from carebase.inbox.states import QUARANTINED
from carebase.store.letters import DONE, MAILS, WAITING
from carebase.store.tables import messages, outbox, submissions


@dataclass(frozen=True, slots=True)
class Gauges:
    """Counts of one moment.

    `waiting_since` gives for each kind of letter when the oldest that waits was written,
    `mailed_at` when a mail went out last, as far as letters are kept.
    """

    submissions: Mapping[tuple[str, str], int]
    messages_in_quarantine: int
    letters: Mapping[tuple[str, str], int]
    waiting_since: Mapping[str, datetime]
    mailed_at: datetime | None


def measure(connection: Connection) -> Gauges:
    """Count everything."""
    waiting = connection.execute(
        select(outbox.c.kind, func.min(outbox.c.created_at))
        .where(outbox.c.state == WAITING)
        .group_by(outbox.c.kind)
    )
    mailed = connection.execute(
        select(func.max(outbox.c.done_at)).where(outbox.c.kind.in_(MAILS), outbox.c.state == DONE)
    ).scalar()
    return Gauges(
        _pairs(connection, submissions.c.form, submissions.c.state),
        int(
            connection.execute(
                select(func.count()).select_from(messages).where(messages.c.state == QUARANTINED)
            ).scalar_one()
        ),
        _pairs(connection, outbox.c.kind, outbox.c.state),
        {kind: datetime.fromisoformat(at) for kind, at in waiting},
        datetime.fromisoformat(mailed) if mailed else None,
    )


def _pairs(connection: Connection, one: object, other: object) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        select(one, other, func.count()).group_by(one, other)  # type: ignore[call-overload]
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}
