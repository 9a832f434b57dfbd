"""Deleting what has been kept for as long as its form promises."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from carebase.store.tables import submissions
from carebase.store.times import iso


def delete_older(connection: Connection, form: str, than: datetime) -> int:
    """Delete the submissions of a form received before a moment, with their events; count them."""
    result = connection.execute(
        delete(submissions).where(submissions.c.form == form, submissions.c.received_at < iso(than))
    )
    return result.rowcount
