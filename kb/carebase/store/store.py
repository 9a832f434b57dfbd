"""The store: one object that the endpoint and the commands hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from carebase.store import form_versions, submissions
from carebase.store.database import (
    StoreError,
    name_of,
    open_engine,
    path_of,
    read_url,
    told,
    why,
)
from carebase.store.form_versions import FormVersion
from carebase.store.migrate import check_version, upgrade
from carebase.store.submissions import Accepted, NewSubmission, Submission
from carebase.store.writer import Writer

T = TypeVar("T")


class Store:
    """An open database, its tables up to date.

    Writing returns futures that are done after the commit; reading blocks and belongs in a thread.
    """

    def __init__(self, url: str) -> None:
        """Open the database at `url`; `StoreError` says what hinders.

        One of SQLite is made and brought up to date, one of PostgreSQL must be so already.
        """
        self.url = read_url(url)
        self._writing = open_engine(self.url, writes=True)
        self._reading = open_engine(self.url, writes=False)
        try:
            if self.path is None:
                # A server is shared: when its tables change is for its operator to say.
                with self._reading.connect() as connection:
                    check_version(connection)
            else:
                upgrade(self._writing)
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

    def accept(self, new: NewSubmission) -> Future[Accepted]:
        """Store a submission; see `carebase.store.submissions.accept`."""
        return self._writer.submit(partial(submissions.accept, new=new))

    def find_by_token(self, token_hash: str) -> Submission | None:
        """Find a submission by the hash of its secret token."""
        return self._read(lambda connection: submissions.find_by_token(connection, token_hash))

    def find_by_ref(self, ref: str) -> Submission | None:
        """Find a submission by its reference number."""
        return self._read(lambda connection: submissions.find_by_ref(connection, ref))

    def keep_forms(self, versions: Iterable[FormVersion]) -> None:
        """Store what is asked from now on, before the first answer to it; blocks.

        Raises `StoreError` when it cannot be written.
        """
        job = partial(form_versions.keep, versions=tuple(versions))
        try:
            self._writer.submit(job).result()
        except SQLAlchemyError as error:
            raise StoreError(
                f"The forms could not be stored in {name_of(self.url)}: {why(error)}."
            ) from None

    def find_form(self, form: str, version: str) -> FormVersion | None:
        """Find what a form asked in one of its versions."""
        return self._read(lambda connection: form_versions.find(connection, form, version))

    def ping(self) -> Future[None]:
        """Take and release the write lock: proof that the next submission could be stored."""
        return self._writer.submit(_touch)

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

    def _read(self, job: Callable[[Connection], T]) -> T:
        with self._reading.connect() as connection:
            return job(connection)

    def _dispose(self) -> None:
        self._writing.dispose()
        self._reading.dispose()


def _touch(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
