"""Copying all rows from one database to another, and proving that none was lost or changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, inspect, select

from carebase.store.tables import metadata

# Rows that are held in memory at once.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Digest:
    """The rows of one table: how many there are, and a hash of all that they hold."""

    rows: int
    hash: str


def count_rows(connection: Connection) -> dict[str, int]:
    """Give the number of rows of each table that is there, parents before children."""
    there = set(inspect(connection).get_table_names())
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in metadata.sorted_tables
        if table.name in there
    }


def digest_rows(connection: Connection) -> dict[str, Digest]:
    """Read every row of every table.

    The hash of a table is the sum of the SHA-256 of its rows modulo 2^256, so it does not depend
    on the order, in which databases differ.
    """
    return {table.name: _digest(connection, table) for table in metadata.sorted_tables}


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy every row of every table into the empty tables of another database."""
    for table in metadata.sorted_tables:
        for rows in _parts(source, table):
            target.execute(table.insert(), rows)


def _digest(connection: Connection, table: Table) -> Digest:
    count = total = 0
    for rows in _parts(connection, table):
        for row in rows:
            written = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            total += int.from_bytes(hashlib.sha256(written.encode()).digest())
        count += len(rows)
    return Digest(count, f"{total % (1 << 256):064x}")


def _parts(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    # A server-side cursor where there is one: no table needs to fit into memory.
    result = connection.execute(select(table), execution_options={"yield_per": _AT_ONCE})
    for rows in result.mappings().partitions():
        yield [{str(name): value for name, value in row.items()} for row in rows]
