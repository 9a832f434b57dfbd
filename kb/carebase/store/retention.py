"""Deleting what has been kept for as long as its form promises."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, func, select, union

from carebase.store.files import delete_submissions
from carebase.store.tables import attempts, submissions
from carebase.store.times import iso


def delete_older(connection: Connection, form: str, than: datetime) -> tuple[int, list[str]]:
    """Delete the submissions of a form received before a moment, with all that belongs to them.

    Counts them, and gives the names of their files, which go after the commit.
    """
    return delete_submissions(
        connection, and_(submissions.c.form == form, submissions.c.received_at < iso(than))
    )


def years(connection: Connection, until: datetime) -> set[int]:
    """Give the years up to a moment in which something was sent, whether by form or in a course."""
    moments = (submissions.c.received_at, attempts.c.started_at)
    found = union(*(select(func.substr(at, 1, 4)).where(at <= iso(until)) for at in moments))
    return {int(year) for (year,) in connection.execute(found)}
