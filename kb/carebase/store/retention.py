"""Deleting what has been kept for as long as its form promises."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from carebase.store.erasure import delete_rows
from carebase.store.tables import submissions
from carebase.store.times import iso


def delete_older(connection: Connection, form: str, than: datetime) -> int:
    """Delete the submissions of a form received before a moment, with all that hangs on them."""
    found = select(submissions.c.id).where(
        submissions.c.form == form, submissions.c.received_at < iso(than)
    )
    return delete_rows(connection, connection.execute(found).scalars().all())
