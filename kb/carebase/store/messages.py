"""Messages as rows: taking one in exactly once, answering, letting one out of quarantine."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from carebase.inbox.message import IN, OUT, Message
from carebase.inbox.reasons import REPEATED
from carebase.inbox.states import OPEN, QUARANTINED, RECEIVED
from carebase.store import outbox as letters_table
from carebase.store.ids import new_id
from carebase.store.letters import ANSWER, MESSAGE, NewLetter
from carebase.store.rates import Meter, TooMany, charge
from carebase.store.submissions import Submission, find_by_id
from carebase.store.tables import events, messages, outbox, submissions
from carebase.store.times import iso

# Kinds of events, as a history shows them.
ANSWERED = "answered"
WROTE = "wrote"


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What a customer writes once more; `once` names the page on which it was written.

    The same text from the same page is the same message, however often it is sent. `reasons`,
    `meters`, `repeats` and `letters` are as those of a `NewSubmission`.
    """

    id: str
    submission_id: str
    text: str
    at: datetime
    once: str = ""
    reasons: tuple[str, ...] = ()
    meters: tuple[Meter, ...] = ()
    repeats: Meter | None = None
    letters: tuple[NewLetter, ...] = ()

    @property
    def key(self) -> str:
        """What tells this message from the others of its submission."""
        return hashlib.sha256(f"{self.once}\n{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is stored; `again` when it already was, by an earlier sending."""

    submission: Submission
    again: bool = False


def take(connection: Connection, new: NewMessage) -> Taken | None:
    """Store what a customer writes, with its event and letters; nothing without a submission.

    A submission that was answered or done is open again. Raises `TooMany` when the sender has
    sent too often; the same once more is never too often.
    """
    found = find_by_id(connection, new.submission_id, lock=True)
    if found is None:
        return None
    known = select(messages.c.id).where(
        messages.c.submission_id == found.id, messages.c.key == new.key
    )
    if connection.execute(known).first():
        return Taken(found, again=True)
    charge(connection, new.meters, new.at)
    new = _suspected(connection, new)
    state = QUARANTINED if new.reasons else RECEIVED
    connection.execute(
        messages.insert(),
        {
            "id": new.id,
            "submission_id": found.id,
            "direction": IN,
            "at": iso(new.at),
            "text": new.text,
            "state": state,
            "reasons": list(new.reasons),
            "target": "",
            "key": new.key,
        },
    )
    told = [replace(one, content={**one.content, MESSAGE: new.id}) for one in new.letters]
    if new.reasons or found.state == QUARANTINED:
        letters_table.hold(connection, told, new.at, found.id)
    else:
        letters_table.put(connection, told, new.at, found.id)
    data: dict[str, Any] = {"message": new.id}
    if new.reasons:
        note_event(connection, found.id, WROTE, new.at, {**data, "reasons": list(new.reasons)})
        return Taken(found)
    return Taken(_reopen(connection, found, new.at, data))


def answer(
    connection: Connection, found: Submission, text: str, target: str, state: str, at: datetime
) -> Submission:
    """Store an answer with the mail that carries it; the submission is in `state` then."""
    message_id = new_id()
    connection.execute(
        messages.insert(),
        {
            "id": message_id,
            "submission_id": found.id,
            "direction": OUT,
            "at": iso(at),
            "text": text,
            "state": "",
            "reasons": [],
            "target": target,
            "key": message_id,
        },
    )
    letter = NewLetter(ANSWER, target, content={MESSAGE: message_id})
    letters_table.put(connection, [letter], at, found.id)
    data = {"message": message_id, "mail": target, "from": found.state, "to": state}
    note_event(connection, found.id, ANSWERED, at, data)
    return _move(connection, found, state)


def release(connection: Connection, found: Submission) -> Submission:
    """Let the messages of a submission out of quarantine; an answered one is open again."""
    held = [one for one in of_submission(connection, found.id) if one.held]
    if not held:
        return found
    connection.execute(
        update(messages)
        .where(messages.c.submission_id == found.id, messages.c.state == QUARANTINED)
        .values(state=RECEIVED)
    )
    if found.state in (*OPEN, QUARANTINED):
        return found
    return _move(connection, found, RECEIVED, held[0].at)


def find(connection: Connection, message_id: str) -> Message | None:
    """Find a message by its id."""
    row = connection.execute(select(messages).where(messages.c.id == message_id)).first()
    return _read(row) if row else None


def of_submission(connection: Connection, submission_id: str) -> list[Message]:
    """Give the messages of a submission, the oldest first."""
    return of_submissions(connection, [submission_id]).get(submission_id, [])


def of_submissions(connection: Connection, ids: Collection[str]) -> dict[str, list[Message]]:
    """Give the messages of some submissions, the oldest first, with what became of their mails."""
    rows = connection.execute(
        select(messages)
        .where(messages.c.submission_id.in_(ids))
        .order_by(messages.c.at, messages.c.id)
    )
    found: dict[str, list[Message]] = {}
    for row in rows:
        found.setdefault(row.submission_id, []).append(_read(row))
    if found:
        _add_delivery(connection, found)
    return found


def count_unread(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """Count by submission the messages that nobody has answered: sound ones, and those held."""
    later = messages.alias("later")
    answered = select(later.c.id).where(
        later.c.submission_id == messages.c.submission_id,
        later.c.direction == OUT,
        later.c.at > messages.c.at,
    )
    rows = connection.execute(
        select(messages.c.submission_id, messages.c.state, func.count())
        .where(messages.c.direction == IN, ~answered.exists())
        .group_by(messages.c.submission_id, messages.c.state)
    )
    sound: dict[str, int] = {}
    held: dict[str, int] = {}
    for submission_id, state, number in rows:
        (held if state == QUARANTINED else sound)[submission_id] = number
    return sound, held


def note_event(
    connection: Connection, submission_id: str, kind: str, at: datetime, data: Mapping[str, Any]
) -> None:
    """Add something to the history of a submission."""
    connection.execute(
        events.insert(),
        {
            "id": new_id(),
            "submission_id": submission_id,
            "kind": kind,
            "at": iso(at),
            "data": dict(data),
        },
    )


def _suspected(connection: Connection, new: NewMessage) -> NewMessage:
    """Add the reason that only the database can tell."""
    if new.repeats is not None:
        try:
            charge(connection, [new.repeats], new.at)
        except TooMany:
            return replace(new, reasons=(*new.reasons, REPEATED))
    return new


def _reopen(
    connection: Connection, found: Submission, at: datetime, data: Mapping[str, Any]
) -> Submission:
    if found.state in (*OPEN, QUARANTINED):
        note_event(connection, found.id, WROTE, at, data)
        return found
    note_event(connection, found.id, WROTE, at, {**data, "from": found.state, "to": RECEIVED})
    return _move(connection, found, RECEIVED, at)


def _move(
    connection: Connection, found: Submission, state: str, waits_since: datetime | None = None
) -> Submission:
    values: dict[str, Any] = {"state": state}
    if waits_since:
        values["reopened_at"] = iso(waits_since)
    connection.execute(update(submissions).where(submissions.c.id == found.id).values(values))
    return replace(found, state=state, reopened_at=waits_since or found.reopened_at)


def _add_delivery(connection: Connection, found: Mapping[str, list[Message]]) -> None:
    rows: Iterable[Any] = connection.execute(
        select(outbox).where(outbox.c.submission_id.in_(list(found)), outbox.c.kind == ANSWER)
    )
    letters = {str(row.content.get(MESSAGE, "")): row for row in rows}
    for conversation in found.values():
        for place, message in enumerate(conversation):
            if letter := letters.get(message.id):
                conversation[place] = replace(
                    message, delivery=letter.state, error=letter.error or ""
                )


def _read(row: Any) -> Message:
    return Message(
        row.id,
        row.submission_id,
        row.direction,
        datetime.fromisoformat(row.at),
        row.text,
        row.state,
        tuple(row.reasons),
        row.target,
    )
