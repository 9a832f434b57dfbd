"""The pages of the last build as their writers left them, so that only edited ones are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from carebase.articles import Page
from carebase.articles.block_checks import Known
from carebase.articles.files import DocsFiles
from carebase.articles.filling import Filling
from carebase.articles.load import ReadPage, read_page
from carebase.build.digest import digest
from carebase.build.sources import HEAD, card_of, noted_page, remembered_page
from carebase.build.touched import Touched
from carebase.site import Site

# What a text says where something else is put in its place.
_FILLED = (b"{{", b"8<")


class Kept(NamedTuple):
    """What is kept of a page: what it was made of, and all but its text."""

    key: str
    # The digest of the catalogue, for a page that shows values of it.
    data: str
    touched: dict[str, str]
    head: list[Any]
    card: str
    # The digest of all that the text was made of.
    origin: str
    problems: list[Any]
    unknown: list[Any]


class PageMemory:
    """Reads pages for `load_pages`; what it knows already is not read again.

    `around` is the digest of the site's configuration, `data` that of its catalogue.
    """

    def __init__(self, touched: Touched, kept: dict[str, Kept] | None, around: str) -> None:
        self._touched = touched
        self._configured = around
        self._before = kept or {}
        self.kept: dict[str, Kept] = {}
        self.data = ""
        self._around = ""

    def again(self, src_uri: str) -> ReadPage:
        """Read a page that was edited since all were read."""
        site, files, known, filling = self._last
        return self.read(site, src_uri, files, known, filling)

    def read(
        self, site: Site, src_uri: str, files: DocsFiles, known: Known, filling: Filling
    ) -> ReadPage:
        """Read a page, or give it as it was kept."""
        if not self._around:
            self._around = digest([self._configured, known, files.products, files.courses])
        self._last = (site, files, known, filling)
        path = f"{site.docs_dir}/{src_uri}"
        key = f"{self._touched.stamps.digest(path)} {self._around}"
        kept = self._before.get(src_uri)
        if (
            kept is not None
            and kept.key == key
            and kept.data in ("", self.data)
            and self._touched.hold(kept.touched)
        ):
            self.kept[src_uri] = kept

            def load() -> Page:
                return read_page(site, src_uri, files, known, filling)[0]

            return remembered_page(kept.head, kept.card, kept.origin, load), *kept[-2:]
        with self._touched.noted() as touched:
            page, problems, unknown = read_page(site, src_uri, files, known, filling)
        head = [getattr(page, name) for name in HEAD]
        written = Path(path).read_bytes()
        data = self.data if any(sign in written for sign in _FILLED) else ""
        origin = digest([key, data, touched])
        kept = Kept(key, data, touched, head, card_of(page), origin, problems, unknown)
        self.kept[src_uri] = kept
        return noted_page(page, kept.card, kept.origin), problems, unknown
