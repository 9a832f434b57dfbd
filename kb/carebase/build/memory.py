"""The pages of the last build as their writers left them, so that only edited ones are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from carebase.articles import Page
from carebase.articles.block_checks import Known
from carebase.articles.files import DocsFiles
from carebase.articles.filling import Filling
from carebase.articles.load import ReadPage, page_of, read_page
from carebase.articles.revision import name_blob
from carebase.build.digest import digest
from carebase.build.sources import HEAD, card_of, remembered_page
from carebase.build.texts import pack_texts, unpack_texts
from carebase.build.touched import Touched
from carebase.site import Site
from carebase.sources.text import read_source

# What a text says where something else is put in its place.
_FILLED = ("{{", "8<")


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


# What reads pages, and gives each with what came of it, in their order.
Spread = Callable[[Sequence[str], Callable[[str], Any]], Iterator[tuple[str, Any]]]


def _in_turn(uris: Sequence[str], work: Callable[[str], Any]) -> Iterator[tuple[str, Any]]:
    return ((uri, work(uri)) for uri in uris)


class PageMemory:
    """Reads pages for `load_pages`; what it knows already is not read again.

    `around` is the digest of the site's configuration, `data` that of its catalogue. `spread` may
    let other processes read some of the pages.
    """

    def __init__(
        self,
        touched: Touched,
        kept: dict[str, Kept] | None,
        around: str,
        spread: Spread = _in_turn,
    ) -> None:
        self._touched = touched
        self._configured = around
        self._before = kept or {}
        self._spread = spread
        self.kept: dict[str, Kept] = {}
        self.data = ""

    def again(self, src_uri: str) -> ReadPage:
        """Read a page that was edited since all were read."""
        site, files, known, filling = self._last
        return next(self.read(site, [src_uri], files, known, filling))

    def read(
        self, site: Site, uris: Sequence[str], files: DocsFiles, known: Known, filling: Filling
    ) -> Iterator[ReadPage]:
        """Read pages, or give them as they were kept."""
        self._last = (site, files, known, filling)
        around = digest([self._configured, known, files.products, files.courses])
        keys = {uri: self._key(site, uri, around) for uri in uris}
        stale = [uri for uri in uris if not self._holds(uri, keys[uri])]

        def work(uri: str) -> tuple[Kept, bytes]:
            kept, page = self._anew(site, uri, files, known, filling, keys[uri])
            return kept, pack_texts(page)

        found = dict(self._spread(stale, work))
        for uri in uris:
            kept, texts = found.pop(uri, None) or (self._before[uri], b"")
            self.kept[uri] = kept
            if texts:
                load: Callable[[], Any] = partial(unpack_texts, texts)
            else:
                load = partial(_read, site, uri, files, known, filling)
            yield remembered_page(kept.head, kept.card, kept.origin, load), *kept[-2:]

    def _key(self, site: Site, uri: str, around: str) -> str:
        return f"{self._touched.stamps.digest(f'{site.docs_dir}/{uri}')} {around}"

    def _holds(self, uri: str, key: str) -> bool:
        """Tell whether a page would be read as it was."""
        kept = self._before.get(uri)
        return (
            kept is not None
            and kept.key == key
            and kept.data in ("", self.data)
            and self._touched.hold(kept.touched)
        )

    def _anew(
        self, site: Site, uri: str, files: DocsFiles, known: Known, filling: Filling, key: str
    ) -> tuple[Kept, Page]:
        with self._touched.noted() as touched:
            path = site.docs_dir / uri
            data, text, odd = read_source(path, site.name_of(path))
            page, problems, unknown = page_of(site, uri, files, known, filling, text, odd)
            page = replace(page, revision=name_blob(data))
        head = [getattr(page, name) for name in HEAD]
        shown = self.data if any(sign in text for sign in _FILLED) else ""
        origin = digest([key, shown, touched])
        return Kept(key, shown, touched, head, card_of(page), origin, problems, unknown), page


def _read(site: Site, uri: str, files: DocsFiles, known: Known, filling: Filling) -> Page:
    return read_page(site, uri, files, known, filling)[0]
