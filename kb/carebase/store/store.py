"""The store: one object that the endpoint and the commands hold."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from carebase.files.folder import Folder, folder_beside
from carebase.inbox.alarm import Traffic
from carebase.inbox.message import Message
from carebase.signals import Signal
from carebase.store import (
    attempts,
    canaries,
    challenges,
    erasure,
    files,
    form_versions,
    gauges,
    holdings,
    messages,
    outbox,
    overview,
    rates,
    retention,
    signals,
    submissions,
    taking_back,
    units,
)
from carebase.store.attempts import NewAnswers, Standing
from carebase.store.canaries import Fate, Keyed
from carebase.store.challenges import Proof
from carebase.store.database import (
    StoreError,
    open_engine,
    path_of,
    read_url,
    told,
)
from carebase.store.files import Kept, NewUpload, Quota, StoredFile, Upload
from carebase.store.form_versions import FormVersion
from carebase.store.gauges import Gauges
from carebase.store.hindrance import is_full
from carebase.store.holdings import Erasure, Holding
from carebase.store.letters import Batch, Letter, NewLetter
from carebase.store.messages import NewMessage, Taken
from carebase.store.migrate import check_version, check_whole, check_writable, upgrade
from carebase.store.overview import Quarantine
from carebase.store.rates import Meter
from carebase.store.scrub import scrub
from carebase.store.submissions import Accepted, NewSubmission, Submission
from carebase.store.tables import submissions as submissions_table
from carebase.store.writer import Writer
from carebase.warranty.unit import Unit

T = TypeVar("T")

log = logging.getLogger("carebase.store")


class Store:
    """An open database, its tables up to date.

    Writing returns futures that are done after the commit; reading blocks and belongs in a thread.
    """

    def __init__(self, url: str, folder: Path | None = None) -> None:
        """Open the database at `url`; `StoreError` says what hinders.

        One of SQLite is made and brought up to date, one of PostgreSQL must be so already.
        `folder` is where customers' files are kept; left out, it is beside an SQLite database.
        """
        self.url = read_url(url)
        kept = folder_of(self.url, folder)
        # Nothing where there is no folder for files: then none can be taken.
        self.folder = Folder(kept) if kept else None
        self._writing = open_engine(self.url, writes=True)
        self._reading = open_engine(self.url, writes=False)
        try:
            if self.path is None:
                # A server is shared: when its tables change is for its operator to say.
                with self._reading.connect() as connection:
                    check_version(connection)
            else:
                upgrade(self._writing)
            with self._reading.connect() as connection:
                check_whole(connection)
        except DBAPIError as error:
            self._dispose()
            raise told(self.url, error) from None
        except StoreError:
            self._dispose()
            raise
        self._writer = Writer(self._writing)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; nothing for PostgreSQL."""
        return path_of(self.url)

    @property
    def writes(self) -> int:
        """How often something was to be written since the store was opened."""
        return self._writer.taken

    def accept(self, new: NewSubmission) -> Future[Accepted]:
        """Store a submission; see `carebase.store.submissions.accept`."""
        return self._writer.submit(partial(submissions.accept, new=new))

    def find_by_token(self, token_hash: str) -> Submission | None:
        """Find a submission by the hash of its secret token."""
        return self._read(lambda connection: submissions.find_by_token(connection, token_hash))

    def find_by_ref(self, ref: str) -> Submission | None:
        """Find a submission by its reference number."""
        return self._read(lambda connection: submissions.find_by_ref(connection, ref))

    def find_by_id(self, submission_id: str) -> Submission | None:
        """Find a submission by its id."""
        return self._read(lambda connection: submissions.find_by_id(connection, submission_id))

    def find_newest(self) -> Submission | None:
        """Find the submission that came last."""
        return self._read(submissions.find_newest)

    def find_unit(self, product: str, serial: str, model: str = "") -> Unit | None:
        """Find a unit by its serial number; see `carebase.store.units.find`."""
        return self._read(lambda connection: units.find(connection, product, serial, model))

    def take_answers(self, new: NewAnswers) -> Future[Standing]:
        """Store the answers of a learner; see `carebase.store.attempts.take`."""
        return self._writer.submit(partial(attempts.take, new=new))

    def find_standing(self, token_hash: str) -> Standing | None:
        """Find an attempt at a graded course by the hash of its secret, with its answers."""
        return self._read(lambda connection: attempts.find_by_token(connection, token_hash))

    def delete_older_attempts(self, course: str, than: datetime) -> Future[int]:
        """Delete attempts that have been kept long enough; see `attempts.delete_older`."""
        return self._writer.submit(partial(attempts.delete_older, course=course, than=than))

    def take_message(self, new: NewMessage) -> Future[Taken | None]:
        """Store what a customer writes once more; see `carebase.store.messages.take`."""
        return self._writer.submit(partial(messages.take, new=new))

    def take_back(
        self, submission_id: str, at: datetime, letters: Iterable[NewLetter]
    ) -> Future[bool]:
        """Set that a customer has taken a submission back; see `taking_back`."""
        return self._writer.submit(
            partial(
                taking_back.take_back, submission_id=submission_id, at=at, letters=tuple(letters)
            )
        )

    def find_message(self, message_id: str) -> Message | None:
        """Find a message by its id."""
        return self._read(lambda connection: messages.find(connection, message_id))

    def find_messages(self, submission_id: str) -> list[Message]:
        """Give the messages of a submission, the oldest first."""
        return self._read(lambda connection: messages.of_submission(connection, submission_id))

    def put_letters(self, letters: Iterable[NewLetter], at: datetime) -> Future[int]:
        """Write letters that belong to no submission; give the number that no pause held back."""
        return self._writer.submit(partial(outbox.put, letters=tuple(letters), at=at))

    def put_if_allowed(
        self, letter: NewLetter | None, at: datetime, meters: Iterable[Meter], target: Meter | None
    ) -> Future[bool]:
        """Write a letter that anybody may ask for; see `carebase.store.outbox.put_if_allowed`."""
        return self._writer.submit(
            partial(
                outbox.put_if_allowed, letter=letter, at=at, meters=tuple(meters), target=target
            )
        )

    def has_due_letters(self, kinds: Collection[str], now: datetime) -> bool:
        """Tell whether there is a letter of these kinds to send."""
        return self._read(lambda connection: outbox.has_due(connection, kinds, now))

    def claim_letters(
        self, kinds: Collection[str], now: datetime, lease: timedelta
    ) -> Future[Batch | None]:
        """Take letters to send; see `carebase.store.outbox.claim`."""
        return self._writer.submit(partial(outbox.claim, kinds=kinds, now=now, lease=lease))

    def call_letters_back(self, kinds: Collection[str], now: datetime, farthest: datetime) -> int:
        """Let go of letters that a clock set back since has put off; blocks, gives their number."""
        if not self._read(lambda connection: outbox.are_beyond(connection, kinds, farthest)):
            return 0
        job = partial(outbox.call_back, kinds=kinds, now=now, farthest=farthest)
        return self._writer.submit(job).result()

    def finish_letters(self, batch: Batch, now: datetime) -> Future[bool]:
        """Mark letters as sent; see `carebase.store.outbox.finish`."""
        return self._writer.submit(partial(outbox.finish, batch=batch, now=now))

    def postpone_letters(
        self, batch: Batch, next_at: datetime, error: str, together: bool = False
    ) -> Future[bool]:
        """Note a failure and when to try again; see `carebase.store.outbox.postpone`."""
        return self._writer.submit(
            partial(outbox.postpone, batch=batch, next_at=next_at, error=error, together=together)
        )

    def bury_letters(self, batch: Batch, now: datetime, error: str) -> Future[bool]:
        """Make dead letters; see `carebase.store.outbox.bury`."""
        return self._writer.submit(partial(outbox.bury, batch=batch, now=now, error=error))

    def retry_letters(self, now: datetime) -> Future[int]:
        """Let all dead letters be sent again; give their number."""
        return self._writer.submit(partial(outbox.retry, now=now))

    def hurry_letters(self, now: datetime) -> Future[int]:
        """Let letters that failed be sent now; see `carebase.store.outbox.hurry`."""
        return self._writer.submit(partial(outbox.hurry, now=now))

    def forget_letters(self, before: datetime) -> Future[int]:
        """Delete the letters that were sent before a moment; give their number."""
        return self._writer.submit(partial(outbox.forget, before=before))

    def count_letters(self) -> dict[tuple[str, str], int]:
        """Count the letters of the outbox by kind and state."""
        return self._read(outbox.count)

    def find_troubled_letters(self) -> list[Letter]:
        """Find the dead letters, and those that wait after a failure, oldest first."""
        return self._read(outbox.find_troubled)

    def keep_forms(self, versions: Iterable[FormVersion]) -> None:
        """Store what is asked from now on, before the first answer to it; blocks.

        Raises `StoreError` when it cannot be written.
        """

        def keep(connection: Connection) -> None:
            # Where all of them are known, nothing would be written, nor told before the first form.
            check_writable(connection)
            form_versions.keep(connection, kept)

        kept = tuple(versions)
        try:
            self._writer.submit(keep).result()
        except SQLAlchemyError as error:
            raise told(self.url, error, "The forms could not be stored in {}") from None

    def find_form(self, form: str, version: str) -> FormVersion | None:
        """Find what a form asked in one of its versions."""
        return self._read(lambda connection: form_versions.find(connection, form, version))

    def read_forms(self) -> list[FormVersion]:
        """Give every version of every form, the older ones first."""
        return self._read(form_versions.read_all)

    def delete_older(self, form: str, than: datetime) -> Future[int]:
        """Delete the submissions of a form received before a moment, and their files; count them.

        See `carebase.store.retention`.
        """
        return self._remove_after(partial(retention.delete_older, form=form, than=than))

    def years(self, until: datetime) -> set[int]:
        """Give the years in which something was sent; see `carebase.store.retention.years`."""
        return self._read(partial(retention.years, until=until))

    def delete_submission(self, submission_id: str) -> Future[int]:
        """Delete one submission with all that belongs to it, its files too; 0 if it was gone."""
        where = submissions_table.c.id == submission_id
        return self._remove_after(partial(files.delete_submissions, where=where))

    def create_upload(
        self, new: NewUpload, quota: Quota, meters: Iterable[Meter], proof: Proof | None = None
    ) -> Future[int]:
        """Note a file that is about to come; see `carebase.store.files.create`."""
        return self._remove_after(
            lambda connection: _counted(files.create(connection, new, quota, tuple(meters), proof))
        )

    def find_uploads(self, token_hashes: Collection[str], now: datetime) -> dict[str, Upload]:
        """Find files on their way; see `carebase.store.files.find_uploads`."""
        return self._read(partial(files.find_uploads, token_hashes=token_hashes, now=now))

    def finish_upload(self, token_hash: str, kept: Kept) -> Future[bool]:
        """Note that a file has come whole; see `carebase.store.files.finish`."""
        return self._writer.submit(partial(files.finish, token_hash=token_hash, kept=kept))

    def cancel_upload(self, token_hash: str) -> Future[int]:
        """Forget a file on its way and delete what has come of it."""
        return self._remove_after(lambda connection: _counted(files.cancel(connection, token_hash)))

    def forget_uploads(self, now: datetime) -> Future[int]:
        """Delete the files whose form has not been sent in time; give their number."""
        return self._remove_after(lambda connection: _counted(files.expire(connection, now)))

    def sweep_files(self) -> int:
        """Delete the files that no row knows, which a killed process has left; count them."""
        if self.folder is None:
            return 0
        return self.folder.sweep(
            lambda names, arriving: self._read(
                lambda connection: files.known(connection, names, arriving)
            )
        )

    def find_files(self, submission_id: str) -> list[StoredFile]:
        """Give the files of a submission, in the order of its form."""
        found = self._read(partial(files.of_submissions, ids=(submission_id,)))
        return found.get(submission_id, [])

    def find_file(self, submission_id: str, file_id: str) -> StoredFile | None:
        """Find a file of a submission by its id."""
        return self._read(lambda connection: files.find_file(connection, submission_id, file_id))

    def erase(
        self, ids: Collection[str], way: str, at: datetime, letters: Iterable[NewLetter] = ()
    ) -> Future[list[str]]:
        """Erase submissions at somebody's wish; see `carebase.store.erasure.erase`."""
        return self._remove_after(
            partial(erasure.erase, ids=tuple(ids), way=way, at=at, letters=tuple(letters))
        )

    def find_holdings(self, address: str) -> list[Holding]:
        """Find what is held about the owner of a mail address; see `holdings`."""
        return self._read(partial(holdings.find, address=address))

    def erase_holdings(
        self, address: str, at: datetime, letters: Mapping[str, Iterable[NewLetter]]
    ) -> Future[Erasure]:
        """Erase all that is held about the owner of a mail address; see `holdings`."""

        def erase(connection: Connection) -> tuple[Erasure, Sequence[str]]:
            erased = holdings.erase_all(connection, address, at, letters)
            return erased, erased.stored

        return self._remove_after(erase)

    def find_erased(self, token_hash: str) -> datetime | None:
        """Tell when the submission was erased that a secret token led to."""
        return self._read(partial(erasure.find_by_token, token_hash=token_hash))

    def erased_since(self, moment: datetime) -> bool:
        """Tell whether anything was erased since a moment."""
        return self._read(partial(erasure.erased_since, moment=moment))

    def scrub(self) -> bool:
        """Clear what was deleted from the files of the database; blocks. See `scrub`."""
        return scrub(self.url)

    def charge(self, meters: Iterable[Meter], now: datetime) -> Future[None]:
        """Count what is not stored otherwise; the future fails with `TooMany`."""
        return self._writer.submit(partial(rates.charge, meters=tuple(meters), now=now))

    def forget_rates(self, now: datetime) -> Future[int]:
        """Delete what was counted on days that are over; see `rates`."""
        return self._writer.submit(partial(rates.forget, now=now))

    def forget_challenges(self, now: datetime) -> Future[int]:
        """Delete the used challenges that have expired; see `challenges`."""
        return self._writer.submit(partial(challenges.forget, now=now))

    def count_signal(
        self, signal: Signal, day: date, meters: Iterable[Meter], now: datetime
    ) -> Future[None]:
        """Count a signal on a day; see `carebase.store.signals.count`."""
        return self._writer.submit(
            partial(signals.count, signal=signal, day=day, meters=tuple(meters), now=now)
        )

    def forget_signals(self, today: date) -> Future[int]:
        """Delete the signals that have been kept long enough; give their number."""
        return self._writer.submit(partial(signals.forget, today=today))

    def count_received(
        self, forms: Collection[str], since: datetime, until: datetime
    ) -> dict[str, int]:
        """Count by form what was received in a time."""
        return self._read(partial(overview.count_received, forms=forms, since=since, until=until))

    def count_quarantine(self, forms: Collection[str]) -> Quarantine:
        """Count what is in quarantine of some forms, and why."""
        return self._read(partial(overview.count_quarantine, forms=forms))

    def measure_traffic(self, now: datetime) -> Traffic:
        """Count what came in, for alarms."""
        return self._read(partial(overview.measure_traffic, now=now))

    def find_keys(self, beginning: str) -> list[Keyed]:
        """Find the submissions whose Idempotency-Key begins so."""
        return self._read(partial(canaries.find_keys, beginning=beginning))

    def find_fates(self, submission_id: str) -> list[Fate]:
        """Give what became of the letters of a submission, oldest first."""
        return self._read(partial(canaries.find_fates, submission_id=submission_id))

    def find_reasons(self, submission_id: str) -> list[str]:
        """Give why a submission was put into quarantine."""
        return self._read(partial(canaries.find_reasons, submission_id=submission_id))

    def measure(self) -> Gauges:
        """Count what lies in the database; see `gauges`."""
        return self._read(gauges.measure)

    def find_in_states(self, forms: Collection[str], states: Collection[str]) -> list[Submission]:
        """Find the submissions of some forms in some states, oldest first."""
        return self._read(partial(overview.find_in_states, forms=forms, states=states))

    def ping(self) -> Future[None]:
        """Take and release the write lock: proof that the next submission could be stored.

        It fails as well where SQLite's disk is full, a table is missing, or they can only be
        read, which a lock alone would not notice; of the tables `StoreError` says so.
        """
        return self._writer.submit(partial(_touch, file=self.path))

    def close(self) -> None:
        """Finish what is being written and close every connection."""
        self._writer.close()
        self._dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _remove_after(self, job: Callable[[Connection], tuple[T, Sequence[str]]]) -> Future[T]:
        """Run a job that gives a result and names of files, and delete these once it is committed.

        The future is done when the files are gone. Files that cannot be deleted now are left to
        the next sweep: the rows are gone, and that is what was asked.
        """
        done: Future[T] = Future()

        def follow(committed: Future[tuple[T, Sequence[str]]]) -> None:
            failure = committed.exception()
            if failure is not None:
                done.set_exception(failure)
                return
            result, names = committed.result()
            if names and self.folder is not None:
                try:
                    self.folder.remove(names)
                except OSError as error:
                    log.error("Files could not be deleted: %s", error.strerror)
            done.set_result(result)

        self._writer.submit(job).add_done_callback(follow)
        return done

    def _read(self, job: Callable[[Connection], T]) -> T:
        with self._reading.connect() as connection:
            return job(connection)

    def _dispose(self) -> None:
        self._writing.dispose()
        self._reading.dispose()


def folder_of(url: URL, named: Path | None = None) -> Path | None:
    """Give the folder of customers' files: as it is named, else beside an SQLite database."""
    return named or folder_beside(path_of(url))


def _counted(names: list[str]) -> tuple[int, list[str]]:
    return len(names), names


def _touch(connection: Connection, file: Path | None) -> None:
    check_whole(connection)
    check_writable(connection)
    if file is not None and is_full(file):
        raise OSError(errno.ENOSPC, "The disk is full")
