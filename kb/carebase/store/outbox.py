"""The outbox: letters are written with their submission, leased to be sent, and marked.

A letter whose sender was killed is due again once its lease has ended, so each is sent at least
once. It can be sent twice only by a sender that was killed between sending and marking, or that
needed longer than its lease.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Text,
    UpdateBase,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from carebase.store.database import take_turns
from carebase.store.events import add_event
from carebase.store.ids import new_id
from carebase.store.letters import (
    ACKNOWLEDGEMENT,
    DEAD,
    DONE,
    FLEETING,
    HELD,
    NOTIFICATION,
    WAITING,
    Batch,
    Letter,
    NewLetter,
)
from carebase.store.rates import Meter, TooMany, charge
from carebase.store.statements import Statement, insert_into, to_json
from carebase.store.tables import outbox
from carebase.store.times import iso

WITHHELD = "letter_withheld"
_WHY_WITHHELD = "one went to this address shortly before"
# Notifications that waited so long are joined into one mail with others for the same target.
LATE = timedelta(hours=1)
_MOST_AT_ONCE = 100
# Said in full in the log; the row needs the reason only.
_LONGEST_ERROR = 500


def put(
    connection: Connection,
    letters: Iterable[NewLetter],
    at: datetime,
    submission_id: str | None = None,
) -> int:
    """Write letters; give the number of those that no pause held back.

    One that was held back is an event of its submission, so that whoever answers knows of it.
    """
    written = 0
    for letter in letters:
        if not letter.pause:
            _write(connection, letter, at, submission_id, WAITING)
        elif not _write_after_pause(connection, letter, at, submission_id):
            if submission_id:
                add_event(
                    connection,
                    submission_id,
                    WITHHELD,
                    iso(at),
                    {"letter": letter.kind, "reason": _WHY_WITHHELD},
                )
            continue
        written += 1
    return written


def put_if_allowed(
    connection: Connection,
    letter: NewLetter | None,
    at: datetime,
    meters: Sequence[Meter],
    target: Meter | None,
) -> bool:
    """Write a letter that anybody may ask for; give whether it was written.

    Raises `TooMany` when the one who asks has asked too often. That its `target` has had enough of
    them is told to nobody: the one who asks need not be its owner.
    """
    charge(connection, meters, at)
    if letter is None:
        return False
    if target is not None:
        try:
            charge(connection, [target], at)
        except TooMany:
            return False
    return bool(put(connection, [letter], at))


def hold(
    connection: Connection, letters: Iterable[NewLetter], at: datetime, submission_id: str
) -> None:
    """Write the letters of a submission that is in quarantine; `release` lets them go.

    The sender gets no acknowledgement: the address in spam is somebody else's.
    """
    for letter in letters:
        if letter.kind != ACKNOWLEDGEMENT:
            _write(connection, letter, at, submission_id, HELD)


def release(connection: Connection, submission_id: str, now: datetime) -> int:
    """Let the letters go that were held back for a submission; give their number."""
    return connection.execute(
        update(outbox)
        .where(outbox.c.submission_id == submission_id, outbox.c.state == HELD)
        .values(state=WAITING, created_at=iso(now), next_at=iso(now))
    ).rowcount


def has_due(connection: Connection, kinds: Collection[str], now: datetime) -> bool:
    """Tell whether there is a letter to send, without taking the write lock."""
    moment = iso(now)
    return any(_HAS_DUE.run(connection, kind=kind, now=moment).first() for kind in kinds)


def claim(
    connection: Connection, kinds: Collection[str], now: datetime, lease: timedelta
) -> Batch | None:
    """Take what is due longest, for as long as `lease`; nobody else gets it meanwhile."""
    # One after the other: the index then leads to the first of each, however many wait.
    due = [row for kind in kinds if (row := _first_due(connection, kind, now)) is not None]
    if not due:
        return None
    row = min(due, key=lambda one: (one.next_at, one.id))
    rows = [row, *_companions(connection, row, now)]
    rows.sort(key=lambda one: str(one.id))
    token = new_id()
    until = iso(now + lease)
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([one.id for one in rows]))
        .values(lease=token, next_at=until, attempts=outbox.c.attempts + 1)
    )
    return Batch(token, tuple(_read(one, attempts=one.attempts + 1) for one in rows))


def are_beyond(connection: Connection, kinds: Collection[str], farthest: datetime) -> bool:
    """Tell whether letters wait for a moment after the farthest that any is put off to."""
    return (
        connection.execute(select(literal_column("1")).where(*_beyond(kinds, farthest))).first()
        is not None
    )


def call_back(
    connection: Connection, kinds: Collection[str], now: datetime, farthest: datetime
) -> int:
    """Let go of the letters that wait for a moment after `farthest`; give their number.

    They were put off by a clock that was set back since.
    """
    return connection.execute(
        update(outbox).where(*_beyond(kinds, farthest)).values(next_at=iso(now))
    ).rowcount


def _beyond(kinds: Collection[str], farthest: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        outbox.c.kind.in_(kinds),
        outbox.c.state == WAITING,
        outbox.c.next_at > iso(farthest),
    )


def finish(connection: Connection, batch: Batch, now: datetime) -> bool:
    """Mark letters as sent; give whether the lease was still held."""
    if batch.first.kind in FLEETING:
        return _drop(connection, batch)
    return _mark(connection, batch, state=DONE, done_at=iso(now), error="")


def postpone(
    connection: Connection, batch: Batch, next_at: datetime, error: str, together: bool = False
) -> bool:
    """Note why letters could not be sent, and when to try again; the lease must be held.

    With `together`, all that waits for the same target waits until then, so that a target that is
    down is not tried once for each letter while letters for others wait behind them.
    """
    if together:
        letter = batch.first
        connection.execute(
            update(outbox)
            .where(
                outbox.c.kind == letter.kind,
                outbox.c.target == letter.target,
                outbox.c.state == WAITING,
                outbox.c.lease.is_(None),
                outbox.c.next_at < iso(next_at),
            )
            .values(next_at=iso(next_at))
        )
    return _mark(connection, batch, next_at=iso(next_at), error=error[:_LONGEST_ERROR])


def bury(connection: Connection, batch: Batch, now: datetime, error: str) -> bool:
    """Make dead letters of what cannot be sent; the lease must be held."""
    if batch.first.kind in FLEETING:
        return _drop(connection, batch)
    return _mark(connection, batch, state=DEAD, done_at=iso(now), error=error[:_LONGEST_ERROR])


def retry(connection: Connection, now: datetime) -> int:
    """Let all dead letters wait to be sent again, as if new; give their number."""
    return connection.execute(
        update(outbox)
        .where(outbox.c.state == DEAD)
        .values(state=WAITING, attempts=0, next_at=iso(now), lease=None, done_at=None)
    ).rowcount


def hurry(connection: Connection, now: datetime) -> int:
    """Let the letters that failed be sent now which wait for another try; give their number."""
    return connection.execute(
        update(outbox)
        .where(
            outbox.c.state == WAITING,
            outbox.c.lease.is_(None),
            outbox.c.attempts > 0,
            outbox.c.next_at > iso(now),
        )
        .values(next_at=iso(now))
    ).rowcount


def forget(connection: Connection, before: datetime) -> int:
    """Delete the letters that were sent before a moment; give their number."""
    return connection.execute(
        delete(outbox).where(outbox.c.state == DONE, outbox.c.done_at < iso(before))
    ).rowcount


def count(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the letters by kind and state."""
    rows = connection.execute(
        select(outbox.c.kind, outbox.c.state, func.count())
        .group_by(outbox.c.kind, outbox.c.state)
        .order_by(outbox.c.kind, outbox.c.state)
    )
    return {(kind, state): number for kind, state, number in rows}


def find_troubled(connection: Connection) -> list[Letter]:
    """Find the dead letters, and those that wait after a failure, oldest first."""
    rows = connection.execute(
        select(outbox)
        .where(or_(outbox.c.state == DEAD, (outbox.c.state == WAITING) & (outbox.c.error != "")))
        .order_by(outbox.c.id)
    )
    return [_read(row) for row in rows]


def _write(
    connection: Connection, letter: NewLetter, at: datetime, submission_id: str | None, state: str
) -> None:
    _PUT.run(connection, **_values(letter, at, submission_id, state))


def _write_after_pause(
    connection: Connection, letter: NewLetter, at: datetime, submission_id: str | None
) -> bool:
    """Write a letter unless another of its kind is waiting or was written within its pause."""
    take_turns(connection, f"{letter.kind} {letter.key}")
    values = _values(letter, at, submission_id, WAITING)
    return bool(_PUT_AFTER_PAUSE.run(connection, **values, since=iso(at - letter.pause)).rowcount)


def _values(
    letter: NewLetter, at: datetime, submission_id: str | None, state: str
) -> dict[str, Any]:
    moment = iso(at)
    return {
        "id": new_id(),
        "submission_id": submission_id,
        "kind": letter.kind,
        "target": letter.target,
        "target_key": letter.key,
        "content": to_json(dict(letter.content)),
        "state": state,
        "attempts": 0,
        "created_at": moment,
        "next_at": moment,
        "error": "",
    }


_NEW = (
    "id",
    "submission_id",
    "kind",
    "target",
    "target_key",
    "content",
    "state",
    "attempts",
    "created_at",
    "next_at",
    "error",
)
_PUT = Statement(lambda dialect: insert_into(outbox, dialect, _NEW))


def _put_after_pause(_: str) -> UpdateBase:
    earlier = outbox.alias()
    since = bindparam("since", type_=String)
    written = (
        select(earlier.c.id)
        .where(
            earlier.c.kind == bindparam("kind", type_=String),
            earlier.c.target_key == bindparam("target_key", type_=Text),
            earlier.c.state != HELD,
            or_(
                earlier.c.state == WAITING,
                earlier.c.created_at > since,
                (earlier.c.state == DONE) & (earlier.c.done_at > since),
            ),
        )
        .exists()
    )
    values = [bindparam(name, type_=outbox.c[name].type) for name in _NEW]
    return insert(outbox).from_select(list(_NEW), select(*values).where(~written))


_PUT_AFTER_PAUSE = Statement(_put_after_pause)


_DUE = (
    outbox.c.kind == bindparam("kind", type_=String),
    outbox.c.state == WAITING,
    outbox.c.next_at <= bindparam("now", type_=String),
)
_FIRST_DUE = (
    select(outbox)
    .where(*_DUE)
    .order_by(outbox.c.next_at, outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_HAS_DUE = Statement(lambda _: select(literal_column("1")).where(*_DUE).limit(1))


def _first_due(connection: Connection, kind: str, now: datetime) -> Any:
    return connection.execute(_FIRST_DUE, {"kind": kind, "now": iso(now)}).first()


def _companions(connection: Connection, row: Any, now: datetime) -> list[Any]:
    """Give the rows that go out with this one.

    Letters under a lease that has ended stay together, as they may have been sent together: their
    mail keeps its Message-ID and its content.
    """
    if row.kind != NOTIFICATION:
        return []
    if row.lease is not None:
        together: ColumnElement[bool] = outbox.c.lease == row.lease
    elif row.created_at > iso(now - LATE):
        return []
    else:
        together = outbox.c.lease.is_(None) & (outbox.c.target_key == row.target_key)
    return list(
        connection.execute(
            select(outbox)
            .where(
                outbox.c.kind == row.kind,
                outbox.c.state == WAITING,
                outbox.c.id != row.id,
                together,
            )
            .order_by(outbox.c.id)
            .limit(_MOST_AT_ONCE - 1)
            .with_for_update(skip_locked=True)
        )
    )


def forget_target(connection: Connection, kinds: Collection[str], key: str) -> int:
    """Delete the letters of some kinds to one target; give their number."""
    return connection.execute(
        delete(outbox).where(outbox.c.kind.in_(kinds), outbox.c.target_key == key)
    ).rowcount


def _drop(connection: Connection, batch: Batch) -> bool:
    ids = [letter.id for letter in batch.letters]
    dropped = connection.execute(
        delete(outbox).where(outbox.c.id.in_(ids), outbox.c.lease == batch.lease)
    )
    return dropped.rowcount > 0


def _mark(connection: Connection, batch: Batch, **values: Any) -> bool:
    # The ids find the rows at once, however many others wait; the lease tells whose they are.
    ids = [letter.id for letter in batch.letters]
    marked = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.lease == batch.lease, outbox.c.state == WAITING)
        .values(lease=None, **values)
    )
    return marked.rowcount > 0


def _read(row: Any, attempts: int | None = None) -> Letter:
    return Letter(
        row.id,
        row.kind,
        row.target,
        row.submission_id,
        row.content,
        row.state,
        row.attempts if attempts is None else attempts,
        datetime.fromisoformat(row.created_at),
        datetime.fromisoformat(row.next_at),
        row.error,
    )
