"""Deleting what has been kept for as long as its form promises."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_

from carebase.store.files import delete_submissions
from carebase.store.tables import submissions
from carebase.store.times import iso


def delete_older(connection: Connection, form: str, than: datetime) -> tuple[int, list[str]]:
    """Delete the submissions of a form received before a moment, with all that belongs to them.

    Counts them, and gives the names of their files, which go after the commit.
    """
    return delete_submissions(
        connection, and_(submissions.c.form == form, submissions.c.received_at < iso(than))
    )
