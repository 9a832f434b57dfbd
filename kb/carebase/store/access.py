"""A database as commands use it, with or without an endpoint beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from carebase.store.database import (
    StoreError,
    check_exists,
    check_safe,
    open_engine,
    read_url,
    told,
)
from carebase.store.migrate import check_version


class Access:
    """An open database whose tables are up to date; it is never made or changed in its tables."""

    def __init__(self, url: str) -> None:
        """Open the database at `url`; `StoreError` says what hinders."""
        self._url = read_url(url)
        check_exists(self._url)
        self._engine = open_engine(self._url, writes=False)
        try:
            with self._reading() as connection:
                check_version(connection)
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        check_safe(self._url)
        engine = open_engine(self._url, writes=True)
        try:
            with self._told(), engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise told(self._url, error) from None
