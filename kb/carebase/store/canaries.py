"""What is to be known of a submission that the operator sent as a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from carebase.inbox.states import QUARANTINED
from carebase.store.tables import events, outbox, submissions


@dataclass(frozen=True, slots=True)
class Keyed:
    """A submission that came with an Idempotency-Key."""

    id: str
    key: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one letter so far."""

    kind: str
    state: str
    error: str


def find_keys(connection: Connection, beginning: str) -> list[Keyed]:
    """Find the submissions whose key begins so."""
    rows = connection.execute(
        select(submissions.c.id, submissions.c.idempotency_key, submissions.c.received_at).where(
            submissions.c.idempotency_key.startswith(beginning, autoescape=True)
        )
    )
    return [Keyed(row[0], row[1], datetime.fromisoformat(row[2])) for row in rows]


def find_fates(connection: Connection, submission_id: str) -> list[Fate]:
    """Give what became of the letters of a submission, oldest first."""
    rows = connection.execute(
        select(outbox.c.kind, outbox.c.state, outbox.c.error)
        .where(outbox.c.submission_id == submission_id)
        .order_by(outbox.c.id)
    )
    return [Fate(row[0], row[1], row[2]) for row in rows]


def find_reasons(connection: Connection, submission_id: str) -> list[str]:
    """Give why a submission was put into quarantine."""
    rows = connection.execute(
        select(events.c.data).where(
            events.c.submission_id == submission_id, events.c.kind == QUARANTINED
        )
    )
    return [reason for (data,) in rows for reason in (data or {}).get("reasons", ())]
