"""The pages of the last build as their writers left them, so that only edited ones are read."""

from __future__ import annotations

from typing import Any

from carebase.articles import Page
from carebase.articles.block_checks import Known
from carebase.articles.files import DocsFiles
from carebase.articles.load import ReadPage, read_page
from carebase.build.digest import digest
from carebase.build.sources import HEAD, noted_page, remembered_page
from carebase.build.stamps import Stamps
from carebase.site import Site

# What a page was made of, its head, its card, its problems and unknown keys.
_Kept = tuple[str, list[Any], str, list[Any], list[Any]]


class PageMemory:
    """Reads pages for `load_pages`; what it knows already is not read again.

    `around` is the digest of the site's configuration.
    """

    def __init__(self, stamps: Stamps, kept: dict[str, _Kept] | None, around: str) -> None:
        self.stamps = stamps
        self._configured = around
        self._before = kept or {}
        self.kept: dict[str, _Kept] = {}
        self._around = ""

    def read(self, site: Site, src_uri: str, files: DocsFiles, known: Known) -> ReadPage:
        """Read a page, or give it as it was kept."""
        if not self._around:
            self._around = digest([self._configured, known, files.products, files.courses])
        path = site.docs_dir / src_uri
        file = site.name_of(path)
        key = f"{self.stamps.digest(str(path))} {self._around} {file}"
        kept = self._before.get(src_uri)
        if kept is not None and kept[0] == key:
            self.kept[src_uri] = kept

            def load() -> Page:
                return read_page(site, src_uri, files, known)[0]

            return remembered_page(kept[1], kept[2], key, load), kept[3], kept[4]
        page, problems, unknown = read_page(site, src_uri, files, known)
        noted = noted_page(page)
        object.__setattr__(noted, "origin", key)
        head = [getattr(page, name) for name in HEAD]
        self.kept[src_uri] = (key, head, noted.card, problems, unknown)
        return noted, problems, unknown
