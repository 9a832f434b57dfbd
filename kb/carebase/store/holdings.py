"""What is held about the owner of a mail address, to be shown and to be erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, func, select, update

from carebase.forms.asked import Asked
from carebase.inbox.entry import Moment
from carebase.inbox.message import Message
from carebase.store import form_versions, messages
from carebase.store.erasure import MAIL, erase
from carebase.store.events import add_event
from carebase.store.files import StoredFile, of_submissions
from carebase.store.letters import FLEETING, NewLetter
from carebase.store.outbox import forget_target, put
from carebase.store.submissions import Submission, read_row
from carebase.store.tables import (
    attempt_answers,
    attempts,
    events,
    outbox,
    submissions,
    unit_events,
    unit_models,
)
from carebase.store.times import iso

# The event of a submission from which answers about somebody else were erased.
TRIMMED = "trimmed"


@dataclass(frozen=True, slots=True)
class Holding:
    """A submission of somebody with all that was made from it.

    Where another person has given the address (`mentioned`), only the answers about its owner
    count, which are `names`; everything else is somebody else's and left out.
    """

    submission: Submission
    asked: Asked
    names: tuple[str, ...]
    mentioned: bool = False
    history: tuple[Moment, ...] = ()
    messages: tuple[Message, ...] = ()
    letters: tuple[Mapping[str, Any], ...] = ()
    files: tuple[StoredFile, ...] = ()
    units: tuple[Mapping[str, Any], ...] = ()
    attempts: tuple[Mapping[str, Any], ...] = ()

    @property
    def values(self) -> Mapping[str, Any]:
        """The answers that count."""
        return {name: self.submission.values[name] for name in self.names}


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased: whole submissions by their references, and answers in those of others."""

    refs: tuple[str, ...]
    trimmed: int = 0
    # Of files, which go after the commit.
    stored: tuple[str, ...] = ()


def find(connection: Connection, address: str, whole: bool = True) -> list[Holding]:
    """Find what is held about the owner of an address, the newest first.

    `address` is as `outbox.addresses.to_wire` gives it. Without `whole` only the submissions are
    read, and not what was made from them.
    """
    found = []
    asked: dict[tuple[str, str], Asked] = {}
    for submission in _candidates(connection, address):
        version = (submission.form, submission.form_version)
        if version not in asked:
            stored = form_versions.find(connection, *version)
            asked[version] = Asked(stored.definition) if stored else Asked()
        holding = _judge(submission, asked[version], address)
        if holding is not None:
            found.append(_filled(connection, holding) if whole else holding)
    return found


def erase_all(
    connection: Connection,
    address: str,
    at: datetime,
    letters: Mapping[str, Iterable[NewLetter]],
    way: str = MAIL,
) -> Erasure:
    """Erase everything about the owner of an address.

    `letters` by the id of a submission tell those who answer of it.
    """
    refs: list[str] = []
    stored: list[str] = []
    trimmed = 0
    for holding in find(connection, address, whole=False):
        submission = holding.submission
        told = tuple(letters.get(submission.id, ()))
        if not holding.mentioned:
            erased, names = erase(connection, [submission.id], way, at, told)
            refs += erased
            stored += names
            continue
        left = {
            name: value for name, value in submission.values.items() if name not in holding.names
        }
        connection.execute(
            update(submissions).where(submissions.c.id == submission.id).values({"values": left})
        )
        add_event(connection, submission.id, TRIMMED, iso(at), {})
        put(connection, told, at)
        trimmed += 1
    forget_target(connection, FLEETING, NewLetter(FLEETING[0], address).key)
    return Erasure(tuple(refs), trimmed, tuple(stored))


def is_same(one: object, address: str) -> bool:
    """Tell whether an answer is an address, whatever its case and the spelling of its domain."""
    if not isinstance(one, str) or "@" not in one:
        return False
    local, _, domain = one.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return f"{local}@{domain}".casefold() == address.casefold()


def _candidates(connection: Connection, address: str) -> list[Submission]:
    """Find what may hold an address: the databases do not know every case and spelling."""
    local = address.rpartition("@")[0]
    part = f"{local}@".lower() if local.isascii() else "@"
    written = func.lower(cast(submissions.c["values"], Text))
    rows = connection.execute(
        select(submissions)
        .where(written.contains(part, autoescape=True))
        .order_by(submissions.c.received_at.desc(), submissions.c.id.desc())
    )
    return [read_row(row) for row in rows]


def _judge(submission: Submission, asked: Asked, address: str) -> Holding | None:
    values = submission.values
    same = [name for name, value in values.items() if is_same(value, address)]
    own = asked.customer_address(values)
    if is_same(own, address) or (same and not own):
        return Holding(submission, asked, tuple(values))
    if not same:
        return None
    groups = {asked.group_of(name) for name in same} - {""}
    about = [name for name in values if name in same or asked.group_of(name) in groups]
    return Holding(submission, asked, tuple(about), mentioned=True)


def _filled(connection: Connection, holding: Holding) -> Holding:
    submission = holding.submission
    if holding.mentioned:
        return holding
    history = connection.execute(
        select(events)
        .where(events.c.submission_id == submission.id)
        .order_by(events.c.at, events.c.id)
    )
    return Holding(
        submission,
        holding.asked,
        holding.names,
        history=tuple(
            Moment(one.kind, datetime.fromisoformat(one.at), one.data) for one in history
        ),
        messages=tuple(messages.of_submission(connection, submission.id)),
        letters=tuple(_letters(connection, submission.id)),
        files=tuple(of_submissions(connection, [submission.id]).get(submission.id, ())),
        units=tuple(_units(connection, submission.id)),
        attempts=tuple(_attempts(connection, submission.id)),
    )


def _letters(connection: Connection, submission_id: str) -> list[Mapping[str, Any]]:
    rows = connection.execute(
        select(
            outbox.c.kind, outbox.c.target, outbox.c.state, outbox.c.created_at, outbox.c.done_at
        )
        .where(outbox.c.submission_id == submission_id)
        .order_by(outbox.c.id)
    )
    return [dict(row) for row in rows.mappings()]


def _units(connection: Connection, submission_id: str) -> list[Mapping[str, Any]]:
    rows = connection.execute(
        select(unit_models.c.product, unit_models.c.model, unit_events.c.serial)
        .join(unit_models, unit_models.c.id == unit_events.c.model_id)
        .where(unit_events.c.submission_id == submission_id)
        .distinct()
    )
    return [dict(row) for row in rows.mappings()]


def _attempts(connection: Connection, submission_id: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    names = ("id", "course", "started_at", "changed_at", "reached", "possible", "passed_at")
    for row in connection.execute(
        select(*(attempts.c[name] for name in names)).where(
            attempts.c.submission_id == submission_id
        )
    ).mappings():
        about = dict(row)
        given = connection.execute(
            select(attempt_answers.c.question, attempt_answers.c.given, attempt_answers.c.at)
            .where(attempt_answers.c.attempt_id == about.pop("id"))
            .order_by(attempt_answers.c.at, attempt_answers.c.question)
        ).mappings()
        found.append({**about, "answers": [dict(one) for one in given]})
    return found
