"""Reading what learners did in graded courses, for those who teach."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from carebase.store.attempts import read_row
from carebase.store.database import check_exists, open_engine, read_url, told
from carebase.store.migrate import check_version
from carebase.store.submissions import read_row as read_submission
from carebase.store.tables import attempt_answers, attempts, submissions
from carebase.training.results import Taken, sign_of

# The field of `course-completion` in which learners name themselves.
_NAME = "name"


def read_attempts(address: str, course: str, since: datetime | None = None) -> list[Taken]:
    """Read the attempts at a course that changed since a moment, the newest first.

    `StoreError` says why a database cannot be read.
    """
    url = read_url(address)
    check_exists(url)
    engine = open_engine(url, writes=False)
    mine = attempts.c.course == course
    try:
        with engine.connect() as connection:
            check_version(connection)
            shares: dict[str, dict[str, list[Fraction]]] = {}
            answers = (
                select(attempt_answers)
                .join(attempts, attempts.c.id == attempt_answers.c.attempt_id)
                .where(mine)
                .order_by(attempt_answers.c.attempt_id, attempt_answers.c.number)
            )
            for row in connection.execute(answers):
                of_question = shares.setdefault(row.attempt_id, {})
                of_question.setdefault(row.question, []).append(Fraction(row.share))
            rows = connection.execute(
                select(attempts).where(mine).order_by(attempts.c.changed_at.desc())
            )
            found = [read_row(row) for row in rows]
            sent = select(submissions).join(attempts, attempts.c.submission_id == submissions.c.id)
            named = {
                one.id: one for one in map(read_submission, connection.execute(sent.where(mine)))
            }
    except DBAPIError as error:
        raise told(url, error) from None
    finally:
        engine.dispose()
    return [
        Taken(
            sign_of(one.id),
            one.started_at,
            one.changed_at,
            one.score,
            one.passed_at,
            shares.get(one.id, {}),
            told.ref if told else "",
            str(told.values.get(_NAME, "")) if told else "",
        )
        for one in found
        for told in [named.get(one.submission_id or "")]
        if since is None or one.changed_at >= since
    ]


def read_courses(address: str) -> list[str]:
    """Read at which courses there are attempts."""
    url = read_url(address)
    check_exists(url)
    engine = open_engine(url, writes=False)
    try:
        with engine.connect() as connection:
            check_version(connection)
            return sorted(connection.execute(select(attempts.c.course).distinct()).scalars())
    except DBAPIError as error:
        raise told(url, error) from None
    finally:
        engine.dispose()
