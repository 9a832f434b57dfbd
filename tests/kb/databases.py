"""Reading and changing a database beside Carebase, of either kind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from carebase.store.database import open_engine, read_url
from carebase.store.tables import metadata


def read(address: str, query: str) -> list[Any]:
    """Ask a database as another program would."""
    engine = open_engine(read_url(address), writes=False)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def read_rows(address: str, query: str) -> list[dict[str, Any]]:
    """Ask a database as another program would, with the names of the columns."""
    engine = open_engine(read_url(address), writes=False)
    try:
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]
    finally:
        engine.dispose()


def tables_with(address: str, word: str) -> list[str]:
    """Give the tables of a database in which a word stands in any row."""
    return [
        table.name
        for table in metadata.sorted_tables
        if word in str(read(address, f"SELECT * FROM {table.name}"))
    ]


def write(address: str, statement: str) -> None:
    """Change a database as another program would."""
    engine = open_engine(read_url(address), writes=True)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
