"""Erasing at somebody's wish: submissions with all that was made from them.

With the row go its events, messages, letters and files (`files.delete_submissions`), and here what
would outlive it. What has only been kept long enough leaves the days of its unit and the nameless
attempt at a course behind, which tell nothing of anyone and have terms of their own; at a wish
they go too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, select

from carebase.store.files import delete_submissions
from carebase.store.letters import NewLetter
from carebase.store.outbox import put
from carebase.store.statements import insert_into
from carebase.store.tables import attempts, erasures, submissions, unit_events, units
from carebase.store.times import iso

# By which way somebody wished it.
PAGE, MAIL, INBOX = "page", "mail", "inbox"
_AT_ONCE = 500


def erase(
    connection: Connection,
    ids: Collection[str],
    way: str,
    at: datetime,
    letters: Iterable[NewLetter] = (),
) -> tuple[list[str], list[str]]:
    """Erase submissions at somebody's wish; give the reference numbers of those that were there.

    That it was done is kept as hashes alone. `letters` tell those who answer of it; they are
    written only where something was erased. Gives the names of files too, which go after the
    commit.
    """
    erased: list[str] = []
    stored: list[str] = []
    for part in _parts(sorted(ids)):
        rows = connection.execute(
            select(submissions.c.id, submissions.c.ref, submissions.c.token_hash)
            .where(submissions.c.id.in_(part))
            .with_for_update()
        ).all()
        found = [row.id for row in rows]
        _forget_units(connection, found)
        connection.execute(delete(attempts).where(attempts.c.submission_id.in_(found)))
        stored += delete_submissions(connection, submissions.c.id.in_(found))[1]
        for row in rows:
            kept = insert_into(erasures, connection.dialect.name, erasures.c.keys())
            connection.execute(
                kept.on_conflict_do_nothing(),
                {
                    "ref_hash": hash_ref(row.ref),
                    "token_hash": row.token_hash,
                    "at": iso(at),
                    "way": way,
                },
            )
        erased += [row.ref for row in rows]
    if erased:
        put(connection, letters, at)
    return erased, stored


def hash_ref(ref: str) -> str:
    """Give what is kept of a reference number."""
    return hashlib.sha256(ref.encode()).hexdigest()


def find_by_token(connection: Connection, token_hash: str) -> datetime | None:
    """Tell when the submission was erased that a secret token led to."""
    return _at(connection, erasures.c.token_hash == token_hash)


def find_by_ref(connection: Connection, ref: str) -> datetime | None:
    """Tell when the submission of a reference number was erased."""
    return _at(connection, erasures.c.ref_hash == hash_ref(ref))


def erased_since(connection: Connection, moment: datetime) -> bool:
    """Tell whether anything was erased since a moment."""
    return _at(connection, erasures.c.at >= iso(moment)) is not None


def _at(connection: Connection, where: ColumnElement[bool]) -> datetime | None:
    found = connection.execute(select(erasures.c.at).where(where).limit(1)).scalar()
    return datetime.fromisoformat(found) if found else None


def _forget_units(connection: Connection, ids: Sequence[str]) -> None:
    """Delete what submissions said of units, and the units that nobody else knows."""
    mine = unit_events.c.submission_id.in_(ids)
    named = connection.execute(
        select(unit_events.c.serial, unit_events.c.model_id).where(mine).distinct()
    ).all()
    connection.execute(delete(unit_events).where(mine))
    for serial, model_id in named:
        left = exists().where(
            and_(unit_events.c.serial == serial, unit_events.c.model_id == model_id)
        )
        connection.execute(
            delete(units).where(
                units.c.serial == serial,
                units.c.model_id == model_id,
                units.c.stated == 1,
                ~left,
            )
        )


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
