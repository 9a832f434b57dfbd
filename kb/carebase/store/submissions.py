"""Submissions as rows: taking one in exactly once, and finding it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.exc import IntegrityError

from carebase.inbox.reasons import REPEATED
from carebase.inbox.states import QUARANTINED
from carebase.store.challenges import Proof, use
from carebase.store.ids import new_id, new_ref
from carebase.store.letters import NewLetter
from carebase.store.outbox import hold, put
from carebase.store.rates import Meter, TooMany, charge
from carebase.store.tables import events, submissions
from carebase.store.times import iso

RECEIVED = "received"
# The chance that a new reference number is taken is below one in a million even in a database of
# a million rows; three in a row mean that something else is wrong.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """What is to be stored; `key` makes sending it again harmless.

    `body_hash` tells whether a second body under the same key is the same one. `reasons` are
    those for which it looks like spam: it is stored all the same, in quarantine. `proof` is the
    proof of work that came with it, where one is asked for; it is used up with it. `meters` say how
    often the sender may send, `repeats` how often the same text may come from anyone. `letters`
    are the mails and webhooks that go out because of it; they are stored with it or not at all,
    and held back while it is in quarantine.
    """

    id: str
    form: str
    form_version: str
    values: Mapping[str, Any]
    token_hash: str
    received_at: datetime
    body_hash: str
    language: str = ""
    page: str = ""
    key: str | None = None
    reasons: tuple[str, ...] = ()
    proof: Proof | None = None
    meters: tuple[Meter, ...] = ()
    repeats: Meter | None = None
    letters: tuple[NewLetter, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A stored submission."""

    id: str
    ref: str
    form: str
    form_version: str
    values: Mapping[str, Any]
    state: str
    received_at: datetime
    language: str
    page: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that is stored; `again` when it already was, by an earlier sending."""

    submission: Submission
    again: bool = False


class KeyReused(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """The key has already been used for another body."""


def accept(connection: Connection, new: NewSubmission) -> Accepted:
    """Store a submission with its event and letters, or find the one that the same key stored.

    Raises `KeyReused`, `TooMany` when the sender has sent too often, and `Unproven` without a
    proof of work that is needed; the same once more is never too often and needs no proof. Safe
    beside other processes: what they stored under the same key in the meantime is found by the
    table's own constraint.
    """
    for _ in range(_TRIES):
        earlier = _by_key(connection, new)
        if earlier is not None:
            return Accepted(earlier, again=True)
        try:
            with connection.begin_nested():
                charge(connection, new.meters, new.received_at)
                return Accepted(_insert(connection, _suspected(connection, new)))
        except IntegrityError:
            continue
    raise RuntimeError("No reference number is free.")


def find_by_token(connection: Connection, token_hash: str) -> Submission | None:
    """Find a submission by the hash of its secret token."""
    return _find(connection, submissions.c.token_hash == token_hash)


def find_by_ref(connection: Connection, ref: str, *, lock: bool = False) -> Submission | None:
    """Find a submission by its reference number; `lock` keeps others from changing it meanwhile."""
    return _find(connection, submissions.c.ref == ref, lock=lock)


def find_by_id(connection: Connection, submission_id: str) -> Submission | None:
    """Find a submission by its id."""
    return _find(connection, submissions.c.id == submission_id)


def _by_key(connection: Connection, new: NewSubmission) -> Submission | None:
    if new.key is None:
        return None
    row = connection.execute(
        select(submissions).where(
            submissions.c.form == new.form, submissions.c.idempotency_key == new.key
        )
    ).first()
    if row is None:
        return None
    if row.body_hash != new.body_hash:
        raise KeyReused
    return read_row(row)


def _suspected(connection: Connection, new: NewSubmission) -> NewSubmission:
    """Add the reasons that only the database can tell."""
    if new.proof is not None:
        flaw = use(connection, new.proof)
        new = replace(new, reasons=(*new.reasons, flaw)) if flaw else new
    if new.repeats is not None:
        try:
            charge(connection, [new.repeats], new.received_at)
        except TooMany:
            return replace(new, reasons=(*new.reasons, REPEATED))
    return new


def _insert(connection: Connection, new: NewSubmission) -> Submission:
    at = iso(new.received_at)
    ref = new_ref()
    state, data = RECEIVED, {}
    if new.reasons:
        state, data = QUARANTINED, {"reasons": list(new.reasons)}
    connection.execute(
        submissions.insert(),
        {
            "id": new.id,
            "ref": ref,
            "form": new.form,
            "form_version": new.form_version,
            "values": dict(new.values),
            "state": state,
            "token_hash": new.token_hash,
            "received_at": at,
            "language": new.language,
            "page": new.page,
            "idempotency_key": new.key,
            "body_hash": new.body_hash,
        },
    )
    connection.execute(
        events.insert(),
        {"id": new_id(), "submission_id": new.id, "kind": state, "at": at, "data": data},
    )
    if state == QUARANTINED:
        hold(connection, new.letters, new.received_at, new.id)
    else:
        put(connection, new.letters, new.received_at, new.id)
    return Submission(
        new.id,
        ref,
        new.form,
        new.form_version,
        new.values,
        state,
        new.received_at,
        new.language,
        new.page,
    )


def _find(
    connection: Connection, where: ColumnElement[bool], *, lock: bool = False
) -> Submission | None:
    wanted = select(submissions).where(where)
    row = connection.execute(wanted.with_for_update() if lock else wanted).first()
    return None if row is None else read_row(row)


def read_row(row: Any) -> Submission:
    """Give the submission that a row of the table holds."""
    # `values` is also the name of a method of rows, so columns are read by name.
    data = row._mapping
    return Submission(
        data["id"],
        data["ref"],
        data["form"],
        data["form_version"],
        data["values"],
        data["state"],
        datetime.fromisoformat(data["received_at"]),
        data["language"],
        data["page"],
    )
