"""Many units or events at once: gathered in a table of the session, then written or not at all.

Nothing of it is seen by others, and nobody waits for it, until all lines have been read and
judged. Then one transaction writes everything, in the order of the serial numbers, so that the
tables grow at their end and readers never wait. SQLite has one writer at a time: while the
transaction runs, whoever else wants to write waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy.exc import DBAPIError

from carebase.store.database import (
    StoreError,
    check_safe,
    lock_of,
    open_engine,
    path_of,
    read_url,
    told,
)
from carebase.store.migrate import check_version, upgrade
from carebase.store.units import MODELS, read_models

# Bits of `marks`: what a line forgets, by column, and that `made` is only read from the serial.
FORGETS = {"policy": 1, "made": 2, "shipped": 4, "purchased": 8, "delivered": 16, "country": 32}
CODED = 64

_UNIT = ("stated", "policy", "made", "shipped", "purchased", "delivered", "country", "marks")
_EVENT = ("kind", "on_day", "stated", "data", "value", "product")
_TYPES = {
    "line": "integer",
    "serial": "varchar(64)",
    "model_id": "smallint",
    "policy": "varchar(64)",
    "country": "varchar(6)",
    "data": "text",
    "value": "double precision",
    "product": "varchar(64)",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import does: rows that are new, that change, and that stay as they are."""

    new: int
    changed: int
    same: int


class Staging:
    """An open import of units, or of events; `close` forgets what is not applied."""

    def __init__(self, address: str, *, events: bool = False, make: bool = True) -> None:
        """Open the database; `StoreError` says what hinders.

        One of SQLite is made and brought up to date where `make` is set.
        """
        self.url = read_url(address)
        self._sqlite = path_of(self.url) is not None
        check_safe(self.url)
        self._engine = open_engine(self.url, writes=True)
        self._events = events
        self._columns = ("line", "serial", "model_id", *(_EVENT if events else _UNIT))
        try:
            with self._telling():
                if self._sqlite and make:
                    upgrade(self._engine)
                with self._engine.connect() as connection:
                    check_version(connection)
                    self._known = read_models(connection)
                self._connection = self._engine.raw_connection()
                self._make_tables()
        except BaseException:
            self._engine.dispose()
            raise
        self._numbers = dict(self._known)

    def number_of(self, product: str, model: str) -> int:
        """Give the number of a model; a new one is written with the rows that need it."""
        key = product, model
        if self._events:
            # An event makes no unit, so its model has a number or the unit is not known.
            return self._known.get(key, -1) if model else 0
        if key not in self._numbers:
            self._numbers[key] = max(self._numbers.values(), default=0) + 1
        return self._numbers[key]

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Gather rows: line, serial, model, then the columns of units or events."""
        with self._telling():
            if self._sqlite:
                marks = ", ".join("?" * len(self._columns))
                self._cursor.executemany(f"INSERT INTO gathered VALUES ({marks})", rows)  # noqa: S608
                return
            names = ", ".join(self._columns)
            with self._cursor.copy(f"COPY gathered ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    def sort(self) -> None:
        """Bring what was gathered into the order in which it is looked at and written."""
        with self._telling():
            if self._events:
                self._find_models()
            names = ", ".join(self._columns)
            self._run(f"INSERT INTO sorted SELECT {names} FROM gathered ORDER BY 2, 3, 1")  # noqa: S608
            self._run("DROP TABLE gathered")
            if not self._sqlite:
                self._run("ANALYZE sorted")

    def repeated(self) -> Iterator[tuple[int, int, str]]:
        """Give each line whose unit stands in an earlier one: line, that one, serial number."""
        yield from self._ask(
            "SELECT s.line, d.first, s.serial FROM (SELECT serial, model_id, min(line) AS first"
            " FROM sorted GROUP BY serial, model_id HAVING count(*) > 1) AS d JOIN sorted AS s"
            " ON s.serial = d.serial AND s.model_id = d.model_id"
            " WHERE s.line > d.first ORDER BY s.line"
        )

    def homeless(self) -> Iterator[tuple[int, str, int]]:
        """Give each event whose unit is not known: line, serial number, how many models fit."""
        yield from self._ask(
            "SELECT s.line, s.serial, (SELECT count(*) FROM units AS u JOIN unit_models AS m"
            " ON m.id = u.model_id WHERE u.serial = s.serial AND m.product = s.product)"
            " FROM sorted AS s WHERE NOT EXISTS (SELECT 1 FROM units AS u"
            " WHERE u.serial = s.serial AND u.model_id = s.model_id) ORDER BY s.line"
        )

    def drop(self, lines: Iterable[int]) -> None:
        """Leave lines out."""
        with self._telling():
            self._run("CREATE TEMPORARY TABLE refused (line integer)")
            mark = "?" if self._sqlite else "%s"
            rows = [(line,) for line in lines]
            self._cursor.executemany(f"INSERT INTO refused VALUES ({mark})", rows)  # noqa: S608
            if rows:
                self._run("DELETE FROM sorted WHERE line IN (SELECT line FROM refused)")

    def count(self) -> Counts:
        """Count what `apply` would do."""
        with self._telling():
            whole = self._number("SELECT count(*) FROM sorted")
            if self._events:
                new = self._number(f"SELECT count(*) FROM ({_NEW_EVENTS}) AS n")  # noqa: S608
                return Counts(new, 0, whole - new)
            known = self._number(f"SELECT count(*) FROM {_PAIRS}")  # noqa: S608
            changed = self._number(f"SELECT count(*) FROM {_PAIRS} AND {_differs()}")  # noqa: S608
            return Counts(whole - known, changed, known - changed)

    def apply(self) -> Counts:
        """Write everything in one transaction and say what was done."""
        with self._telling():
            whole = self._number("SELECT count(*) FROM sorted")
            if self._sqlite:
                self._run("COMMIT")
                self._run("BEGIN IMMEDIATE")
            if not self._events:
                self._add_models()
            if self._events:
                new, changed = self._run(_ADD_EVENTS), 0
            else:
                held = self._number("SELECT count(*) FROM (SELECT 1 FROM units LIMIT 1) AS one")
                changed = self._run(_change()) if held else 0
                new = self._run(_ADD_UNITS)
            if not self._sqlite:
                self._run(f"ANALYZE {'unit_events' if self._events else 'units'}")
            self._run("COMMIT")
            return Counts(new, changed, whole - new - changed)

    def close(self) -> None:
        """Close the database; what is not applied is forgotten."""
        self._connection.invalidate()
        self._connection.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_tables(self) -> None:
        self._cursor: Any = self._connection.cursor()
        columns = ", ".join(f"{name} {_TYPES.get(name, 'integer')}" for name in self._columns)
        end = ""
        if self._sqlite:
            # Rows are gathered on the disk, however little memory there is; sorting takes some.
            for pragma in ("temp_store = FILE", "cache_size = -65536", "temp.cache_size = -65536"):
                self._run(f"PRAGMA {pragma}")
            columns_sorted = f"{columns}, PRIMARY KEY (serial, model_id, line)"
            # The tables of the session alone are written: this locks nobody out.
            self._run("BEGIN")
            end = " WITHOUT ROWID"
        else:
            columns = columns.replace("varchar(64)", 'varchar(64) COLLATE "C"')
            columns_sorted = columns
        self._run(f"CREATE TEMPORARY TABLE gathered ({columns})")
        self._run(f"CREATE TEMPORARY TABLE sorted ({columns_sorted}){end}")

    def _find_models(self) -> None:
        """Give events of an unsaid model the only unit of their product with their number."""
        self._run(
            "UPDATE gathered SET model_id = coalesce((SELECT CASE WHEN count(*) = 1 THEN"
            " max(u.model_id) END FROM units AS u JOIN unit_models AS m ON m.id = u.model_id"
            " WHERE u.serial = gathered.serial AND m.product = gathered.product AND"
            " (m.model <> '' OR NOT EXISTS (SELECT 1 FROM units AS o JOIN unit_models AS k"
            " ON k.id = o.model_id WHERE o.serial = gathered.serial"
            " AND k.product = gathered.product AND k.model <> ''))), 0) WHERE model_id = 0"
        )

    def _add_models(self) -> None:
        new = {key: number for key, number in self._numbers.items() if key not in self._known}
        if not new:
            return
        if not self._sqlite:
            self._run(f"SELECT pg_advisory_xact_lock({lock_of(MODELS)})")
        self._cursor.execute("SELECT product, model, id FROM unit_models")
        if {(row[0], row[1]): row[2] for row in self._cursor.fetchall()} != self._known:
            raise StoreError("Units of a new model came in meanwhile: start the import again.")
        mark = "?" if self._sqlite else "%s"
        self._cursor.executemany(
            f"INSERT INTO unit_models VALUES ({mark}, {mark}, {mark})",  # noqa: S608
            [(number, *key) for key, number in new.items()],
        )

    def _run(self, statement: str) -> int:
        self._cursor.execute(statement)
        return int(self._cursor.rowcount)

    def _number(self, query: str) -> int:
        self._cursor.execute(query)
        return int(self._cursor.fetchone()[0])

    def _ask(self, query: str) -> Iterator[Any]:
        with self._telling():
            self._cursor.execute(query)
            while rows := self._cursor.fetchmany(1000):
                yield from rows

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise told(self.url, error) from None
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise told(self.url, DBAPIError(None, None, error)) from None


def _now(column: str) -> str:
    """Give what a column of a known unit holds once a line has been taken in."""
    said, known = f"s.{column}", f"units.{column}"
    kept = f"coalesce({said}, {known})"
    if column == "made":
        kept = f"CASE WHEN (s.marks & {CODED}) <> 0 THEN coalesce({known}, {said}) ELSE {kept} END"
    return f"CASE WHEN (s.marks & {FORGETS[column]}) <> 0 THEN NULL ELSE {kept} END"


def _differs() -> str:
    """Give the condition under which a line changes its unit: no customer's word ever does."""
    differing = (f"units.{column} IS DISTINCT FROM {_now(column)}" for column in FORGETS)
    return f"s.stated = 0 AND (units.stated <> 0 OR {' OR '.join(differing)})"


def _change() -> str:
    columns = ", ".join(f"{column} = {_now(column)}" for column in FORGETS)
    return (
        f"UPDATE units SET stated = 0, {columns} FROM sorted AS s"  # noqa: S608
        f" WHERE units.serial = s.serial AND units.model_id = s.model_id AND {_differs()}"
    )


# Each line with the unit that it is about; a condition may follow.
_PAIRS = (
    "sorted AS s JOIN units ON units.serial = s.serial AND units.model_id = s.model_id WHERE true"
)
_ADD_UNITS = (
    "INSERT INTO units (serial, model_id, stated, policy, made, shipped, purchased, delivered,"
    " country) SELECT serial, model_id, stated, policy, made, shipped, purchased, delivered,"
    " country FROM sorted WHERE true ORDER BY serial, model_id ON CONFLICT DO NOTHING"
)
# The same file twice adds nothing: an event is new when fewer of its like are recorded than stand
# up to its line.
_NEW_EVENTS = (
    "SELECT s.* FROM (SELECT sorted.*, row_number() OVER (PARTITION BY serial, model_id, kind,"
    " on_day, stated, data, value ORDER BY line) AS place FROM sorted) AS s"
    " WHERE s.place > (SELECT count(*) FROM unit_events AS e WHERE e.serial = s.serial"
    " AND e.model_id = s.model_id AND e.kind = s.kind AND e.on_day = s.on_day"
    " AND e.stated = s.stated AND e.data IS NOT DISTINCT FROM s.data"
    " AND e.value IS NOT DISTINCT FROM s.value)"
)
_ADD_EVENTS = (
    "INSERT INTO unit_events (serial, model_id, number, kind, on_day, stated, data, value)"  # noqa: S608
    " SELECT n.serial, n.model_id, coalesce((SELECT max(e.number) FROM unit_events AS e"
    " WHERE e.serial = n.serial AND e.model_id = n.model_id), 0)"
    " + row_number() OVER (PARTITION BY n.serial, n.model_id ORDER BY n.line),"
    f" n.kind, n.on_day, n.stated, n.data, n.value FROM ({_NEW_EVENTS}) AS n ORDER BY 1, 2, 3"
)
