"""The pages of the last build as the indexes saw them, so that only what changed is read again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from carebase.errors import CarebaseError
from carebase.search.sections import PageText, page_text

# Raised when the data of a page changes its shape: what was kept is then thrown away.
FORMAT = 8
NAME = "pages.db"


class PageStore:
    """Pages by their address in a file below `.cache/carebase/search`.

    A file of another version, or one that cannot be read, is begun anew.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        folder.mkdir(parents=True, exist_ok=True)

    def load(self) -> dict[str, PageText]:
        """Give all pages by their address."""
        try:
            with self._open() as database:
                rows = database.execute("SELECT data FROM pages ORDER BY address").fetchall()
            pages = [page_text(json.loads(data)) for (data,) in rows]
        except (sqlite3.DatabaseError, LookupError, TypeError, ValueError):
            # Only some of its parts are damaged.
            self.path.unlink(missing_ok=True)
            return {}
        return {page.address: page for page in pages}

    def digests(self) -> dict[str, str]:
        """Give the digest of each page's HTML, when it was read, by its address."""
        with self._open() as database:
            return dict(database.execute("SELECT address, digest FROM pages").fetchall())

    def words(self) -> dict[str, str]:
        """Give the words of each page that `keep` was given, by its address."""
        with self._open() as database:
            return dict(database.execute("SELECT address, words FROM pages").fetchall())

    def keep(
        self,
        pages: Mapping[str, PageText],
        words: Mapping[str, str],
        digests: Mapping[str, str],
        gone: Iterable[str],
    ) -> None:
        """Keep changed pages with their words and the digest of their HTML; forget what is gone.

        Raises CarebaseError where nothing can be written.
        """
        rows = [
            (address, digests[address], _data_of(page), words[address])
            for address, page in pages.items()
        ]
        try:
            with self._open() as database, database:
                database.executemany(
                    "DELETE FROM pages WHERE address = ?", [(one,) for one in gone]
                )
                database.executemany("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise CarebaseError(
                f"{self.path} cannot be written: {error}. The pages are new, the search index is"
                " the old one: mend that and build again."
            ) from None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            database = self._prepared()
        except sqlite3.DatabaseError:
            self.path.unlink(missing_ok=True)
            database = self._prepared()
        with closing(database):
            yield database

    def _prepared(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=30)
        try:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                database.execute("DROP TABLE IF EXISTS pages")
                database.execute(
                    "CREATE TABLE pages"
                    " (address TEXT PRIMARY KEY, digest TEXT, data TEXT, words TEXT)"
                )
                database.execute(f"PRAGMA user_version = {FORMAT}")
                database.commit()
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database


def _data_of(page: PageText) -> str:
    return json.dumps(page.plain(), ensure_ascii=False)
