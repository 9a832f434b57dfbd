"""What of a site stays as the last build left it: files that plugins need not write again."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence

from carebase.articles import Page
from carebase.build.digest import digest_of
from carebase.build.reads import READS, Read
from carebase.build.sources import lent
from carebase_plugins.engine.output import write_file
from carebase_plugins.engine.records import Twin
from carebase_plugins.engine.store import key_of
from carebase_plugins.engine.workers import LIGHT, spread
from carebase_plugins.engine.writing import Writing
from carebase_plugins.theme.twins import twins_of


class Standing(Writing):
    """What `Shared.keeper` offers."""

    def settle(self) -> None:
        """Let plugins see all pages, and ask us what they need not write."""
        super().settle()
        self.shared.keeper = self
        self._twins = twins_of(self.shared) if self.shared.leader is not None else None

    def standing(self) -> Collection[str]:
        """Give the files of the site that need not be written again."""
        return self.draft.kept

    def keep(self, name: str, mark: str) -> bool:
        """Keep a file that was made from the same as it would be now."""
        self.draft.marks[name] = mark
        return self.draft.keep(name, mark)

    def twins(self, pages: Sequence[Page], write: Callable[[Page], str]) -> dict[str, str]:
        """Keep the twins of pages or write them; give the digests of their texts by page."""
        kept = {
            page.src_uri: self.made_twins.get(page.src_uri) or self._kept_twin(page)
            for page in pages
        }
        stale = [page for page in pages if kept[page.src_uri] is None]
        told = self.told("Writing texts", len(stale))
        made = spread(stale, lambda page: self._write_twin(page, write), self.workers, told, LIGHT)
        for page, twin in made:
            kept[page.src_uri] = self.made_twins[page.src_uri] = twin
        for uri, twin in self.made_twins.items():
            self.draft.marks[uri] = twin.digest
        self.made_twins = {uri: twin for uri, twin in kept.items() if twin is not None}
        return {uri: twin.digest for uri, twin in self.made_twins.items()}

    def first_twin(self, page: Page) -> Twin | None:
        uri = page.src_uri
        if self._twins is None or uri in self.store.twins or uri not in self.shared.places.held:
            return None
        try:
            return self._write_twin(page, self._twins.write)
        except OSError:
            raise
        except Exception:
            # It comes up again where twins are all that is written.
            return None

    def _twin_key(self, page: Page) -> str:
        source = self.store.stamps.digest(f"{self._docs}{page.src_uri}") or ""
        return key_of(source, self._around, self.shared.data)

    def _kept_twin(self, page: Page) -> Twin | None:
        self.check()
        uri = page.src_uri
        known = self.store.twins.get(uri)
        holds = (
            known is not None
            and known.key == self._twin_key(page)
            and self.store.touched.hold(known.touched)
            and READS.hold(known.read, self._texts_alone)
            and self.draft.keep(uri, known.digest, True)
        )
        return known if holds else None

    def _write_twin(self, page: Page, write: Callable[[Page], str]) -> Twin:
        key = self._twin_key(page)
        with lent(page), READS.noted("twin") as read, self.store.touched.noted() as touched:
            text = write(page).encode("utf-8")
        write_file(os.path.join(self.draft.folder, page.src_uri), text)
        return Twin(key, touched, Read.of(read), digest_of(text))

    def data(self, name: str) -> bytes:
        """Read a file of the site as it will be."""
        folder = self.draft.site_dir if name in self.draft.kept else self.draft.folder
        with open(f"{folder}/{name}", "rb", buffering=0) as file:
            return file.readall()
