"""Rows of files: those of submissions, and those on their way to one.

The files themselves are in a folder (`carebase.files.folder`). Whoever deletes rows here gets the
names of the files that belong to them, to be deleted once the transaction is committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from carebase.store.challenges import Proof, use
from carebase.store.ids import new_id
from carebase.store.rates import Meter, charge, take_turns
from carebase.store.tables import files, submissions, uploads
from carebase.store.times import iso, stamp


@dataclass(frozen=True, slots=True)
class Quota:
    """What may be on its way or wait for its form: bytes of one client, and bytes in all."""

    client: int
    total: int


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A file that a customer is about to send for a field of a form; `size` is as announced."""

    token_hash: str
    form: str
    field: str
    name: str
    size: int
    client: str
    at: datetime
    until: datetime
    stored: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that has come whole and clean: its name, type, bytes and their SHA-256."""

    name: str
    type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way; `kept` once it has come whole and has been cleaned."""

    form: str
    field: str
    name: str
    announced: int
    stored: str
    until: int
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that a submission names, by the hash of its token."""

    field: str
    token_hash: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a submission."""

    id: str
    submission_id: str
    field: str
    name: str
    type: str
    size: int
    sha256: str
    stored: str

    def as_dict(self) -> dict[str, Any]:
        """Give it for programs; its name in the folder says nothing to them."""
        return {
            "field": self.field,
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "sha256": self.sha256,
        }


class UploadGone(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """A submission names a file for a field that is not here, or not whole."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Full(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """So much is on its way, from the client (`own`) or in all, that no more can be taken."""

    def __init__(self, own: bool) -> None:
        super().__init__(own)
        self.own = own


def create(
    connection: Connection,
    new: NewUpload,
    quota: Quota,
    meters: Sequence[Meter],
    proof: Proof | None = None,
) -> list[str]:
    """Note a file that is about to come; give the names of files that have expired meanwhile.

    Raises `TooMany`, `Full`, and `Unproven` without a proof of work that is needed; an empty
    `client` has no quota of its own.
    """
    charge(connection, meters, new.at)
    take_turns(connection)
    if proof is not None:
        use(connection, proof)
    gone = expire(connection, new.at)
    if new.client and _held(connection, uploads.c.client == new.client) + new.size > quota.client:
        raise Full(own=True)
    if _held(connection) + new.size > quota.total:
        raise Full(own=False)
    connection.execute(
        insert(uploads).values(
            token_hash=new.token_hash,
            form=new.form,
            field=new.field,
            name=new.name,
            announced=new.size,
            client=new.client,
            created_at=iso(new.at),
            until=stamp(new.until),
            stored=new.stored,
        )
    )
    return gone


def find_uploads(
    connection: Connection, token_hashes: Collection[str], now: datetime
) -> dict[str, Upload]:
    """Find files on their way by the hashes of their tokens; those that have expired are not."""
    rows = connection.execute(
        select(uploads).where(uploads.c.token_hash.in_(token_hashes), uploads.c.until > stamp(now))
    )
    return {row.token_hash: _upload(row) for row in rows}


def finish(connection: Connection, token_hash: str, kept: Kept) -> bool:
    """Note that a file has come whole; false where another process has, or it has expired."""
    changed = connection.execute(
        update(uploads)
        .where(uploads.c.token_hash == token_hash, uploads.c.type.is_(None))
        .values(name=kept.name, type=kept.type, size=kept.size, sha256=kept.sha256)
    )
    return changed.rowcount == 1


def cancel(connection: Connection, token_hash: str) -> list[str]:
    """Forget a file on its way; give the name of what is to be deleted."""
    return _drop(connection, uploads.c.token_hash == token_hash)


def expire(connection: Connection, now: datetime) -> list[str]:
    """Forget the files whose form has not been sent in time; give the names to be deleted."""
    return _drop(connection, uploads.c.until <= stamp(now))


def claim(
    connection: Connection, submission_id: str, form: str, wanted: Sequence[Wanted], at: datetime
) -> None:
    """Make files on their way those of a submission, in the order in which they are named.

    Each belongs to one submission: of two that name it, the other finds it gone (`UploadGone`).
    """
    numbers: dict[str, int] = {}
    for one in wanted:
        row = connection.execute(
            delete(uploads)
            .where(
                uploads.c.token_hash == one.token_hash,
                uploads.c.form == form,
                uploads.c.field == one.field,
                uploads.c.type.is_not(None),
                uploads.c.until > stamp(at),
            )
            .returning(*uploads.c)
        ).first()
        if row is None:
            raise UploadGone(one.field)
        numbers[one.field] = numbers.get(one.field, 0) + 1
        connection.execute(
            insert(files).values(
                id=new_id(),
                submission_id=submission_id,
                field=one.field,
                number=numbers[one.field],
                name=row.name,
                type=row.type,
                size=row.size,
                sha256=row.sha256,
                stored=row.stored,
                at=iso(at),
            )
        )


def of_submissions(
    connection: Connection, ids: Collection[str] | None = None
) -> dict[str, list[StoredFile]]:
    """Give the files of some submissions by their ids, of all without; in the form's order."""
    chosen = select(files).order_by(files.c.submission_id, files.c.field, files.c.number)
    if ids is not None:
        chosen = chosen.where(files.c.submission_id.in_(ids))
    found: dict[str, list[StoredFile]] = {}
    for row in connection.execute(chosen):
        found.setdefault(row.submission_id, []).append(_file(row))
    return found


def find_file(connection: Connection, submission_id: str, file_id: str) -> StoredFile | None:
    """Find a file of a submission."""
    row = connection.execute(
        select(files).where(files.c.id == file_id, files.c.submission_id == submission_id)
    ).first()
    return None if row is None else _file(row)


def delete_submissions(connection: Connection, where: ColumnElement[bool]) -> tuple[int, list[str]]:
    """Delete submissions with all that belongs to them; count them, and give their files' names.

    The files go after the commit (`Folder.remove`): a transaction that is undone must not have
    deleted any. Where the process ends in between, the next sweep finds them without a row.
    """
    chosen = select(submissions.c.id).where(where)
    names = connection.execute(select(files.c.stored).where(files.c.submission_id.in_(chosen)))
    stored = list(names.scalars())
    return connection.execute(delete(submissions).where(where)).rowcount, stored


def known(connection: Connection, names: Collection[str], arriving: bool) -> set[str]:
    """Give those of some names of files that a row has.

    `arriving` asks for those of which more is to come: once a file has come whole, the bytes as
    they came are nothing that anybody knows.
    """
    coming = select(uploads.c.stored).where(uploads.c.stored.in_(names))
    if arriving:
        return set(connection.execute(coming.where(uploads.c.type.is_(None))).scalars())
    kept = select(files.c.stored).where(files.c.stored.in_(names))
    return {*connection.execute(coming).scalars(), *connection.execute(kept).scalars()}


def all_names(connection: Connection) -> list[tuple[str, str]]:
    """Give name and SHA-256 of every file that has come whole, those without a form included."""
    found: list[tuple[str, str]] = []
    for table in (files, uploads):
        wanted = select(table.c.stored, table.c.sha256).where(table.c.sha256.is_not(None))
        found += [(row.stored, row.sha256) for row in connection.execute(wanted)]
    return found


def _held(connection: Connection, *where: ColumnElement[bool]) -> int:
    """Count the bytes that are on their way, as announced."""
    total = connection.execute(select(func.sum(uploads.c.announced)).where(*where)).scalar()
    return int(total or 0)


def _drop(connection: Connection, where: ColumnElement[bool]) -> list[str]:
    gone: Iterable[Any] = connection.execute(
        delete(uploads).where(where).returning(uploads.c.stored)
    ).scalars()
    return list(gone)


def _upload(row: Any) -> Upload:
    kept = Kept(row.name, row.type, row.size, row.sha256) if row.type else None
    return Upload(row.form, row.field, row.name, row.announced, row.stored, row.until, kept)


def _file(row: Any) -> StoredFile:
    return StoredFile(
        row.id,
        row.submission_id,
        row.field,
        row.name,
        row.type,
        row.size,
        row.sha256,
        row.stored,
    )
