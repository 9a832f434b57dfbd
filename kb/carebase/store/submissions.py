"""Submissions as rows: taking one in exactly once, and finding it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, update
from sqlalchemy.exc import IntegrityError

from carebase.inbox.reasons import REPEATED
from carebase.inbox.states import OPEN, QUARANTINED
from carebase.store.challenges import Proof, use
from carebase.store.events import add_event
from carebase.store.files import Wanted, claim
from carebase.store.ids import new_ref
from carebase.store.letters import NewLetter
from carebase.store.outbox import hold, put
from carebase.store.rates import Meter, TooMany, charge
from carebase.store.registrations import register
from carebase.store.statements import Statement, insert_into, to_json
from carebase.store.tables import attempts, submissions
from carebase.store.times import iso
from carebase.store.writer import StoredMeanwhile
from carebase.warranty.unit import Registration

RECEIVED = "received"
# The chance that a new reference number is taken is below one in a million even in a database of
# a million rows; three in a row mean that something else is wrong.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """What is to be stored; `key` makes sending it again harmless.

    With `key_since` it does so only where the first came since that moment and still waits: what
    came before, or was taken back or answered meanwhile, is no longer known by the key.
    `body_hash` tells whether a second body under the same key is the same one. `reasons` are
    those for which it looks like spam: it is stored all the same, in quarantine. `proof` is the
    proof of work that came with it, where one is asked for; it is used up with it. `meters` say how
    often the sender may send, `repeats` how often the same text may come from anyone. `letters`
    are the mails and webhooks that go out because of it; they are stored with it or not at all,
    and held back while it is in quarantine. So is `registration`, what it says of a unit.
    `attempt` is the id of the attempt at a graded course whose result it tells. `uploads` are
    files that have come before it, and are its own from then on.
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
    key_since: datetime | None = None
    reasons: tuple[str, ...] = ()
    proof: Proof | None = None
    meters: tuple[Meter, ...] = ()
    repeats: Meter | None = None
    letters: tuple[NewLetter, ...] = ()
    registration: Registration | None = None
    attempt: str | None = None
    uploads: tuple[Wanted, ...] = ()


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
    reopened_at: datetime | None = None
    token_hash: str = ""

    @property
    def waits_since(self) -> datetime:
        """The moment from which a promise of the form counts."""
        return self.reopened_at or self.received_at


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that is stored; `again` when it already was, by an earlier sending."""

    submission: Submission
    again: bool = False


class KeyReused(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """The key has already been used for another body."""


def accept(connection: Connection, new: NewSubmission) -> Accepted:
    """Store a submission with its event and letters, or find the one that the same key stored.

    Raises `KeyReused`, `TooMany` when the sender has sent too often, `Unproven` without a proof of
    work that is needed, and `UploadGone` for a file that is not here; the same once more is never
    too often, needs no proof, and finds its files where they are. Safe
    beside other processes: what they stored under the same key in the meantime is found by the
    table's own constraint; `StoredMeanwhile` is raised where that must not count. Whatever is
    raised, the caller undoes what was written.
    """
    if new.key_since is not None:
        _free_key(connection, new.form, new.key, new.key_since)
    if new.meters:
        earlier = _by_key(connection, new)
        if earlier is not None:
            return Accepted(earlier, again=True)
        charge(connection, new.meters, new.received_at)
    for _ in range(_TRIES):
        ref = _insert(connection, new)
        if ref is not None:
            return Accepted(_complete(connection, _suspected(connection, new), ref))
        earlier = _by_key(connection, new)
        if earlier is not None and new.meters:
            raise StoredMeanwhile
        if earlier is not None:
            return Accepted(earlier, again=True)
    raise RuntimeError("No reference number is free.")


def find_by_token(connection: Connection, token_hash: str) -> Submission | None:
    """Find a submission by the hash of its secret token."""
    return _find(connection, submissions.c.token_hash == token_hash)


def find_by_ref(connection: Connection, ref: str, *, lock: bool = False) -> Submission | None:
    """Find a submission by its reference number; `lock` keeps others from changing it meanwhile."""
    return _find(connection, submissions.c.ref == ref, lock=lock)


def find_by_id(
    connection: Connection, submission_id: str, *, lock: bool = False
) -> Submission | None:
    """Find a submission by its id; `lock` keeps others from changing it meanwhile."""
    return _find(connection, submissions.c.id == submission_id, lock=lock)


def find_newest(connection: Connection) -> Submission | None:
    """Find the submission that came last."""
    row = connection.execute(
        select(submissions).order_by(submissions.c.received_at.desc()).limit(1)
    ).first()
    return None if row is None else read_row(row)


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


def _free_key(connection: Connection, form: str, key: str | None, since: datetime) -> None:
    """Take a key from the submission that it no longer stands for."""
    if key is not None:
        connection.execute(
            update(submissions)
            .where(
                submissions.c.form == form,
                submissions.c.idempotency_key == key,
                or_(
                    submissions.c.received_at < iso(since),
                    submissions.c.state.not_in((*OPEN, QUARANTINED)),
                ),
            )
            .values(idempotency_key=None)
        )


_COLUMNS = (
    "id",
    "ref",
    "form",
    "form_version",
    "values",
    "state",
    "token_hash",
    "received_at",
    "language",
    "page",
    "idempotency_key",
    "body_hash",
)
_INSERT = Statement(
    lambda dialect: insert_into(submissions, dialect, _COLUMNS).on_conflict_do_nothing()
)


def _insert(connection: Connection, new: NewSubmission) -> str | None:
    """Write the row and give its reference number; none when it, or the key, is taken."""
    ref = new_ref()
    inserted = _INSERT.run(
        connection,
        id=new.id,
        ref=ref,
        form=new.form,
        form_version=new.form_version,
        values=to_json(dict(new.values)),
        state=_state(new),
        token_hash=new.token_hash,
        received_at=iso(new.received_at),
        language=new.language,
        page=new.page,
        idempotency_key=new.key,
        body_hash=new.body_hash,
        reopened_at=None,
    )
    return ref if inserted.rowcount else None


def _state(new: NewSubmission) -> str:
    return QUARANTINED if new.reasons else RECEIVED


def _suspected(connection: Connection, new: NewSubmission) -> NewSubmission:
    """Add the reasons that only the database can tell, to the row as well."""
    found = []
    if new.proof is not None:
        flaw = use(connection, new.proof)
        found += [flaw] if flaw else []
    if new.repeats is not None:
        try:
            charge(connection, [new.repeats], new.received_at)
        except TooMany:
            found.append(REPEATED)
    if found and not new.reasons:
        connection.execute(
            update(submissions).where(submissions.c.id == new.id).values(state=QUARANTINED)
        )
    return replace(new, reasons=(*new.reasons, *found)) if found else new


def _complete(connection: Connection, new: NewSubmission, ref: str) -> Submission:
    """Write what belongs to the row: its first event, its letters, and what it says of a unit."""
    state, at = _state(new), new.received_at
    data: dict[str, Any] = {"reasons": list(new.reasons)} if new.reasons else {}
    if new.reasons and new.registration:
        data["registration"] = asdict(new.registration)
    add_event(connection, new.id, state, iso(at), data)
    claim(connection, new.id, new.form, new.uploads, at)
    if state == QUARANTINED:
        hold(connection, new.letters, at, new.id)
    else:
        put(connection, new.letters, at, new.id)
        if new.registration:
            _register(connection, new.registration, new.id)
    if new.attempt:
        connection.execute(
            update(attempts).where(attempts.c.id == new.attempt).values(submission_id=new.id)
        )
    return Submission(
        new.id,
        ref,
        new.form,
        new.form_version,
        new.values,
        state,
        at,
        new.language,
        new.page,
        token_hash=new.token_hash,
    )


def _register(connection: Connection, new: Registration, submission_id: str) -> None:
    try:
        register(connection, new, submission_id)
    except IntegrityError:
        # Another process has just registered the same unit.
        raise StoredMeanwhile from None


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
        datetime.fromisoformat(data["reopened_at"]) if data["reopened_at"] else None,
        data["token_hash"],
    )
