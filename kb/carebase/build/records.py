"""What one build keeps for the next: one SQLite file in the site's `.cache/carebase/`.

Small facts about all pages are read at once; the HTML of a page only when it is needed. A file of
another version, a damaged one or one that cannot be written is never an error: the build then
starts from nothing.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(".cache", "carebase")
NAME = "build.sqlite"
# Raised when what is kept has another form.
FORMAT = 5
_SECONDS = 5.0


class Records:
    """What was kept: facts by name, and texts by kind and page."""

    def __init__(self, root: Path, version: str, name: str = NAME) -> None:
        self.folder = root / FOLDER
        self.path = self.folder / name
        self._version = f"{FORMAT} {version}"
        self._bases = {os.getpid(): self._open()}

    @property
    def _base(self) -> sqlite3.Connection:
        # A connection must not be used on the other side of a fork.
        process = os.getpid()
        if process not in self._bases:
            self._bases[process] = sqlite3.connect(
                self.path, timeout=_SECONDS, check_same_thread=False
            )
        return self._bases[process]

    def _open(self) -> sqlite3.Connection:
        for attempt in (1, 2):
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                return self._prepared(
                    sqlite3.connect(self.path, timeout=_SECONDS, check_same_thread=False)
                )
            except (sqlite3.Error, OSError):
                if attempt == 1:
                    self._throw_away()
        return self._prepared(sqlite3.connect(":memory:"))

    def _prepared(self, base: sqlite3.Connection) -> sqlite3.Connection:
        base.isolation_level = None
        # A power cut may cost the cache, never the site: it is checked before it is used.
        base.execute("PRAGMA journal_mode = TRUNCATE")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value BLOB)")
        base.execute(
            "CREATE TABLE IF NOT EXISTS texts (kind TEXT, name TEXT, value BLOB,"
            " PRIMARY KEY (kind, name)) WITHOUT ROWID"
        )
        found = base.execute("SELECT value FROM facts WHERE name = 'version'").fetchone()
        if found != (self._version,):
            base.execute("BEGIN IMMEDIATE")
            base.execute("DELETE FROM facts")
            base.execute("DELETE FROM texts")
            base.execute("INSERT INTO facts VALUES ('version', ?)", (self._version,))
            base.execute("COMMIT")
        return base

    def _throw_away(self) -> None:
        for path in (self.path, self.path.with_name(f"{self.path.name}-journal")):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def facts(self, name: str) -> Any:
        """Give what was kept under a name; nothing when it is not there or cannot be read."""
        try:
            row = self._base.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
            return unpacked(row[0]) if row else None
        except Exception:
            return None

    def text(self, kind: str, name: str) -> bytes:
        """Give a packed text that was kept; raises KeyError when it is not there."""
        try:
            row = self._base.execute(
                "SELECT value FROM texts WHERE kind = ? AND name = ?", (kind, name)
            ).fetchone()
            packed: bytes = row[0]
        except (sqlite3.Error, TypeError):
            raise KeyError(name) from None
        return packed

    def keep(
        self,
        facts: Mapping[str, Any],
        texts: Iterable[tuple[str, str, bytes]] = (),
        gone: Iterable[tuple[str, str]] = (),
    ) -> bool:
        """Keep all of it or, where that cannot be written, nothing; tell which."""
        try:
            self._base.execute("BEGIN IMMEDIATE")
            self._base.executemany("DELETE FROM texts WHERE kind = ? AND name = ?", gone)
            self._base.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", texts)
            self._base.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?)",
                ((name, packed(value)) for name, value in facts.items()),
            )
            self._base.execute("COMMIT")
        except Exception:
            with contextlib.suppress(sqlite3.Error):
                self._base.execute("ROLLBACK")
            return False
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


def packed(value: Any) -> bytes:
    """Write a value as bytes that tell whether they are whole."""
    data = pickle.dumps(value, 5)
    return zlib.crc32(data).to_bytes(4, "big") + data


def unpacked(data: bytes) -> Any:
    """Give what was packed; raises ValueError when a bit of it is not as it was written."""
    if zlib.crc32(data[4:]) != int.from_bytes(data[:4], "big"):
        raise ValueError("damaged")
    return pickle.loads(data[4:])  # noqa: S301 - written by ourselves
