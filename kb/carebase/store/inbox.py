"""The database as the people who answer use it, with or without an endpoint beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from carebase.counting import counted
from carebase.files.folder import Folder
from carebase.inbox.alarm import Traffic
from carebase.inbox.entry import Moment
from carebase.inbox.message import OUT, Message
from carebase.inbox.states import (
    QUARANTINED,
    RECEIVED,
    InboxError,
    check_answer,
    check_change,
    check_restore,
)
from carebase.store import erasure, files, form_versions, holdings, messages, outbox, overview
from carebase.store.access import Access
from carebase.store.events import add_event
from carebase.store.files import StoredFile
from carebase.store.holdings import Holding
from carebase.store.ids import read_ref
from carebase.store.registrations import register_held
from carebase.store.scrub import scrub
from carebase.store.store import folder_of
from carebase.store.submissions import Submission, find_by_ref, read_row
from carebase.store.tables import events, submissions
from carebase.store.times import iso

# Rows that are fetched at once, so that an export of any length needs little memory.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What `set`, `answer` and `restore` did: the state before and after."""

    submission: Submission
    before: str
    # How many messages were let out of quarantine.
    messages: int = 0


class Inbox(Access):
    """What customers have sent, to be read, answered and moved from state to state."""

    def select(
        self, form: str | None = None, states: tuple[str, ...] = (), limit: int | None = None
    ) -> Iterator[Submission]:
        """Give submissions, the newest first, of one form and some states where these are named.

        One to which its customer has written once more is as new as that. One with a message in
        quarantine is among those in quarantine too.
        """
        newest = func.coalesce(submissions.c.reopened_at, submissions.c.received_at)
        wanted = select(submissions).order_by(newest.desc(), submissions.c.id.desc())
        if form is not None:
            wanted = wanted.where(submissions.c.form == form)
        if states:
            chosen: ColumnElement[bool] = submissions.c.state.in_(states)
            if QUARANTINED in states:
                chosen |= submissions.c.id.in_(messages.held_in())
            wanted = wanted.where(chosen)
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(wanted.limit(limit))
            yield from map(read_row, rows)

    def count(self) -> Mapping[str, int]:
        """Give the number of submissions in each state."""
        with self._reading() as connection:
            rows = connection.execute(
                select(submissions.c.state, func.count()).group_by(submissions.c.state)
            )
            return {row[0]: row[1] for row in rows}

    def traffic(self, now: datetime) -> Traffic:
        """Count what came in, for alarms."""
        with self._reading() as connection:
            return overview.measure_traffic(connection, now)

    def refs(self) -> Iterator[str]:
        """Give every reference number of every form and state, the oldest first."""
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(
                select(submissions.c.ref).order_by(submissions.c.received_at, submissions.c.id)
            )
            yield from rows.scalars()

    def definitions(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        """Give the definition of each version of each form."""
        with self._reading() as connection:
            versions = form_versions.read_all(connection)
        return {(one.form, one.version): one.definition for one in versions}

    def forms(self) -> list[str]:
        """Give the ids of all forms that were ever asked or answered, in alphabetical order."""
        with self._reading() as connection:
            answered = connection.execute(select(submissions.c.form).distinct()).scalars()
            asked = (one.form for one in form_versions.read_all(connection))
            return sorted({*answered, *asked})

    def find(self, ref: str) -> tuple[Submission, list[Moment]]:
        """Find a submission and its history; `InboxError` says that there is none."""
        with self._reading() as connection:
            found = _find(connection, ref)
            rows = connection.execute(
                select(events)
                .where(events.c.submission_id == found.id)
                .order_by(events.c.at, events.c.id)
            )
            history = [Moment(row.kind, datetime.fromisoformat(row.at), row.data) for row in rows]
        return found, history

    def messages_of(self, ids: Collection[str]) -> dict[str, list[Message]]:
        """Give the messages of some submissions by their ids, the oldest first."""
        with self._reading() as connection:
            return messages.of_submissions(connection, ids)

    def conversation(self, submission_id: str) -> list[Message]:
        """Give the messages of one submission, the oldest first."""
        return self.messages_of([submission_id]).get(submission_id, [])

    def files_of(self, submission_id: str) -> list[StoredFile]:
        """Give the files of one submission, in the order of its form."""
        return self.files_of_many([submission_id]).get(submission_id, [])

    def files_of_many(self, ids: Collection[str]) -> dict[str, list[StoredFile]]:
        """Give the files of some submissions by their ids."""
        with self._reading() as connection:
            return files.of_submissions(connection, ids)

    def folder(self, named: Path | None) -> Folder | None:
        """Give the folder of files: as it is named, else the one beside the database."""
        kept = folder_of(self._url, named)
        return Folder(kept) if kept else None

    def unread(self) -> tuple[dict[str, int], dict[str, int]]:
        """Count by submission the messages that nobody has answered: sound ones, and those held."""
        with self._reading() as connection:
            return messages.count_unread(connection)

    def change(self, ref: str, state: str, note: str = "") -> Change:
        """Set the state of a submission and add that to its history, in one transaction.

        A submission that is in this state already is left alone, unless there is a note to add.
        """
        with self._writing() as connection:
            found = _find(connection, ref, lock=True)
            check_change(found.ref, found.state, state)
            if state == found.state and not note:
                return Change(found, found.state)
            return _move(connection, found, state, "state", note)

    def answer(self, ref: str, text: str, target: str, state: str = "") -> Change:
        """Write an answer and the mail that carries it to `target`, in one transaction.

        The state is `state` then; without one it stays. Raises `InboxError` for what is in
        quarantine, and when the last answer was the very same.
        """
        with self._writing() as connection:
            found = _find(connection, ref, lock=True)
            check_answer(found.ref, found.state)
            last = messages.of_submission(connection, found.id)[-1:]
            if last and last[0].direction == OUT and last[0].text == text:
                raise InboxError(
                    f"{found.ref} has this very answer already, written at"
                    f" {last[0].at.astimezone():%Y-%m-%d %H:%M}; it is not sent twice."
                )
            at = datetime.now(UTC)
            after = messages.answer(connection, found, text, target, state or found.state, at)
            return Change(after, found.state)

    def holdings(self, address: str) -> list[Holding]:
        """Find what is held about the owner of a mail address; see `carebase.store.holdings`."""
        with self._reading() as connection:
            return holdings.find(connection, address, whole=False)

    def erase(self, ids: Collection[str], at: datetime, folder: Path | None) -> list[str]:
        """Erase submissions by their ids, in one transaction; give their reference numbers.

        `folder` is that of customers' files, where it is not the one beside the database.
        """
        with self._writing() as connection:
            refs, stored = erasure.erase(connection, ids, erasure.INBOX, at)
        self._remove(stored, folder)
        return refs

    def erase_address(self, address: str, at: datetime, folder: Path | None) -> tuple[str, ...]:
        """Erase what the owner of a mail address has sent, in one transaction."""
        with self._writing() as connection:
            erased = holdings.erase_all(connection, address, at, {}, erasure.INBOX)
        self._remove(erased.stored, folder)
        return erased.refs

    def _remove(self, stored: Collection[str], folder: Path | None) -> None:
        kept = folder_of(self._url, folder)
        if stored and kept is None:
            left = counted(len(stored), "file")
            raise InboxError(
                f"The rows are erased, but not {left}: set CAREBASE_FILES to the folder of files."
                " The endpoint deletes what is left within a day."
            )
        if kept is not None:
            Folder(kept).remove(stored)

    def scrub(self) -> bool:
        """Clear what was erased from the files; see `carebase.store.scrub`."""
        with self._told():
            return scrub(self._url)

    def restore(self, ref: str, note: str = "") -> Change:
        """Take a submission, and its messages, out of quarantine; those who answer are told."""
        with self._writing() as connection:
            found = _find(connection, ref, lock=True)
            held = [one for one in messages.of_submission(connection, found.id) if one.held]
            check_restore(found.ref, found.state, len(held))
            outbox.release(connection, found.id, datetime.now(UTC))
            if found.state == QUARANTINED:
                register_held(connection, found.id)
            released = messages.release(connection, found)
            change = _move(
                connection,
                found,
                RECEIVED if found.state == QUARANTINED else released.state,
                "restored",
                note,
            )
            return replace(change, messages=len(held))


def _find(connection: Connection, ref: str, *, lock: bool = False) -> Submission:
    read = read_ref(ref)
    if read is None:
        raise InboxError(f"`{ref}` is no reference number. They look like CB-7K3M-9QXT.")
    found = find_by_ref(connection, read, lock=lock)
    erased = erasure.find_by_ref(connection, read) if found is None else None
    if erased:
        raise InboxError(f"{read} was erased on {erased.astimezone():%Y-%m-%d}.")
    if found is None:
        raise InboxError(f"There is no submission {read}. `carebase inbox --refs` lists them all.")
    return found


def _move(connection: Connection, found: Submission, state: str, kind: str, note: str) -> Change:
    connection.execute(
        update(submissions).where(submissions.c.id == found.id).values({"state": state})
    )
    data = {"from": found.state, "to": state} | ({"note": note} if note else {})
    kind = QUARANTINED if state == QUARANTINED else kind
    add_event(connection, found.id, kind, iso(datetime.now(UTC)), data)
    return Change(replace(found, state=state), found.state)
