"""Attempts at graded courses as rows: taking answers once, and what they came to.

An attempt is known by the hash of a secret that the learner's browser made. Nothing here knows
what is right: answers come graded, and how points add up is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from carebase.store.ids import new_id
from carebase.store.rates import Meter, charge
from carebase.store.submissions import KeyReused
from carebase.store.tables import attempt_answers, attempts
from carebase.store.times import iso
from carebase.store.writer import StoredMeanwhile
from carebase.training.grading import Score

# Gives the score, from the share of the points of each question that was answered.
Weigh = Callable[[Mapping[str, Fraction]], Score]


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """One answer, graded; `limit` is how often these words may be answered."""

    question: str
    version: str
    given: tuple[str, ...]
    share: Fraction
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class NewAnswers:
    """What a learner sends at once; `key` makes sending it again harmless.

    `body_hash` tells whether a second body under the same key is the same one. `starting` is
    counted only where these are the first answers of an attempt.
    """

    token_hash: str
    course: str
    course_version: str
    mark: int
    answers: tuple[NewAnswer, ...]
    at: datetime
    weigh: Weigh
    key: str
    body_hash: str
    meters: tuple[Meter, ...] = ()
    starting: tuple[Meter, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A stored attempt and what it has reached so far."""

    id: str
    course: str
    course_version: str
    started_at: datetime
    changed_at: datetime
    mark: int
    score: Score
    passed_at: datetime | None = None
    submission_id: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the points are enough."""
        return self.passed_at is not None


@dataclass(frozen=True, slots=True)
class Answered:
    """The last answer to a question; `attempts` counts those to the same words."""

    question: str
    version: str
    given: tuple[str, ...]
    share: Fraction
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """An attempt with its answers by question; `again` when what was sent had been stored."""

    attempt: Attempt
    answers: Mapping[str, Answered]
    again: bool = False


class UsedUp(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """Questions that may not be answered again; nothing was stored."""

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__(questions)
        self.questions = tuple(questions)


class OtherCourse(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """The attempt is one at another course."""


def take(connection: Connection, new: NewAnswers) -> Standing:
    """Store answers, or find those that the same key stored, and give what they came to.

    Raises `KeyReused`, `UsedUp`, `OtherCourse`, and `TooMany` when the sender has sent too often;
    the same once more is never too often. Safe beside other processes, as `submissions.accept`.
    """
    found = _find(connection, attempts.c.token_hash == new.token_hash, lock=True)
    if found is not None:
        if found.course != new.course:
            raise OtherCourse
        earlier = connection.execute(
            select(attempt_answers.c.body_hash).where(
                attempt_answers.c.attempt_id == found.id, attempt_answers.c.key == new.key
            )
        ).first()
        if earlier is not None:
            if earlier.body_hash != new.body_hash:
                raise KeyReused
            return Standing(found, answers_of(connection, found.id), again=True)
    charge(connection, new.meters if found else (*new.meters, *new.starting), new.at)
    attempt_id = found.id if found else _begin(connection, new)
    _add(connection, attempt_id, new)
    answers = answers_of(connection, attempt_id)
    score = new.weigh({name: one.share for name, one in answers.items()})
    passed_at = found.passed_at if found else None
    if not score.passes(new.mark):
        passed_at = None
    elif passed_at is None:
        passed_at = new.at
    values = {
        "course_version": new.course_version,
        "changed_at": iso(new.at),
        "mark": new.mark,
        "reached": _written(score.reached),
        "possible": _written(score.possible),
        "passed_at": iso(passed_at) if passed_at else None,
    }
    connection.execute(update(attempts).where(attempts.c.id == attempt_id).values(values))
    attempt = _find(connection, attempts.c.id == attempt_id)
    assert attempt is not None  # noqa: S101 - it has just been written
    return Standing(attempt, answers)


def find_by_token(connection: Connection, token_hash: str) -> Standing | None:
    """Find an attempt by the hash of its secret, with its answers."""
    found = _find(connection, attempts.c.token_hash == token_hash)
    return Standing(found, answers_of(connection, found.id)) if found else None


def answers_of(connection: Connection, attempt_id: str) -> dict[str, Answered]:
    """Give the last answer to each question of an attempt."""
    rows = connection.execute(
        select(attempt_answers)
        .where(attempt_answers.c.attempt_id == attempt_id)
        .order_by(attempt_answers.c.question, attempt_answers.c.number)
    )
    found: dict[str, Answered] = {}
    for row in rows:
        before = found.get(row.question)
        same = before is not None and before.version == row.version
        found[row.question] = Answered(
            row.question,
            row.version,
            tuple(row.given),
            Fraction(row.share),
            (before.attempts if before and same else 0) + 1,
            datetime.fromisoformat(row.at),
        )
    return found


def delete_older(connection: Connection, course: str, than: datetime) -> int:
    """Delete the attempts at a course that were last changed before a moment; count them."""
    result = connection.execute(
        delete(attempts).where(attempts.c.course == course, attempts.c.changed_at < iso(than))
    )
    return result.rowcount


def _begin(connection: Connection, new: NewAnswers) -> str:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    attempt_id = new_id()
    begun = connection.execute(
        dialect.insert(attempts)
        .values(
            id=attempt_id,
            course=new.course,
            course_version=new.course_version,
            token_hash=new.token_hash,
            started_at=iso(new.at),
            changed_at=iso(new.at),
            mark=new.mark,
            reached="0/1",
            possible="0/1",
        )
        .on_conflict_do_nothing()
        .returning(attempts.c.id)
    )
    if begun.first() is None:
        # Another process has just begun the same.
        raise StoredMeanwhile
    return attempt_id


def _add(connection: Connection, attempt_id: str, new: NewAnswers) -> None:
    rows = connection.execute(
        select(attempt_answers.c.question, attempt_answers.c.version).where(
            attempt_answers.c.attempt_id == attempt_id
        )
    )
    there = [(row.question, row.version) for row in rows]
    spent = [
        one.question
        for one in new.answers
        if one.limit is not None and there.count((one.question, one.version)) >= one.limit
    ]
    if spent:
        raise UsedUp(spent)
    numbers = [question for question, _ in there]
    connection.execute(
        attempt_answers.insert(),
        [
            {
                "attempt_id": attempt_id,
                "question": one.question,
                "number": numbers.count(one.question) + 1,
                "version": one.version,
                "given": list(one.given),
                "share": _written(one.share),
                "at": iso(new.at),
                "key": new.key,
                "body_hash": new.body_hash,
            }
            for one in new.answers
        ],
    )


def _find(
    connection: Connection, where: ColumnElement[bool], *, lock: bool = False
) -> Attempt | None:
    wanted = select(attempts).where(where)
    row = connection.execute(wanted.with_for_update() if lock else wanted).first()
    return None if row is None else read_row(row)


def read_row(row: Any) -> Attempt:
    """Give the attempt that a row of the table holds."""
    return Attempt(
        row.id,
        row.course,
        row.course_version,
        datetime.fromisoformat(row.started_at),
        datetime.fromisoformat(row.changed_at),
        row.mark,
        Score(Fraction(row.reached), Fraction(row.possible)),
        datetime.fromisoformat(row.passed_at) if row.passed_at else None,
        row.submission_id,
    )


def _written(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"
