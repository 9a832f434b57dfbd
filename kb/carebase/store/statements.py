"""Statements that every submission needs: their SQL is written once, not each time.

SQLAlchemy takes ten times as long to make a statement and to look up its SQL as SQLite takes to
run it. Here the SQL is kept for each kind of database; running it goes through the connection as
ever, so that its errors are those of SQLAlchemy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Dialect, Select, Table, UpdateBase, bindparam
from sqlalchemy.dialects import postgresql, sqlite

# The two know `ON CONFLICT` alike.
Insert = postgresql.Insert | sqlite.Insert


class _Written(NamedTuple):
    sql: str
    # In which order the driver wants the values; none where it wants their names.
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]


class Statement:
    """A statement with named values, `bindparam("…")`, which `run` gives.

    `make` gets the dialect's name. Values of JSON columns are given as `to_json` writes them.
    """

    def __init__(self, make: Callable[[str], Select[Any] | UpdateBase]) -> None:
        self._make = make
        self._written: dict[str, _Written] = {}

    def run(self, connection: Connection, /, **values: Any) -> CursorResult[Any]:
        """Run it with these values."""
        dialect = connection.dialect
        written = self._written.get(dialect.name) or self._write(dialect)
        given = {**written.fixed, **values}
        if written.order is None:
            return connection.exec_driver_sql(written.sql, given)
        return connection.exec_driver_sql(written.sql, tuple(given[name] for name in written.order))

    def _write(self, dialect: Dialect) -> _Written:
        compiled = self._make(dialect.name).compile(dialect=dialect)
        order = compiled.positiontup
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        written = _Written(str(compiled), None if order is None else tuple(order), fixed)
        self._written[dialect.name] = written
        return written


def insert_into(table: Table, dialect: str, *columns: str) -> Insert:
    """Begin an insert of named values into these columns, all of them when none is named."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    names = columns or tuple(table.c.keys())
    return insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in names})


def to_json(value: Any) -> str:
    """Write a value of a JSON column."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
