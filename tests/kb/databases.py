"""Reading and changing a database beside Carebase, of either kind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from carebase.store.database import open_engine, read_url


def read(address: str, query: str) -> list[Any]:
    """Ask a database as another program would."""
    engine = open_engine(read_url(address), writes=False)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def write(address: str, statement: str) -> None:
    """Change a database as another program would."""
    engine = open_engine(read_url(address), writes=True)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
