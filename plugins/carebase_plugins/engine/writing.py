"""The HTML of every page: made by the templates, or left in the site as it is."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Any

from jinja2 import TemplateError
from mkdocs.structure.files import File

from carebase.articles import Page
from carebase.build.digest import digest_of
from carebase.build.reads import READS, Read
from carebase.build.sources import lent
from carebase_plugins.engine.failures import describe
from carebase_plugins.engine.gather import Gatherer
from carebase_plugins.engine.logs import overheard, say
from carebase_plugins.engine.menu import note_around, write_menu_once
from carebase_plugins.engine.output import page_html, write_file
from carebase_plugins.engine.pages import WRITING, StoredPage
from carebase_plugins.engine.records import Twin, Written
from carebase_plugins.engine.scene import PagesError, digest_or_none
from carebase_plugins.engine.store import key_of
from carebase_plugins.engine.texts import Texts
from carebase_plugins.engine.timing import timed
from carebase_plugins.engine.workers import spread
from carebase_plugins.theme.navigation import Places
from carebase_plugins.theme.words import words_of

# Features by which Material's templates show more of the navigation than ours do.
_NAV_FEATURES = frozenset(("navigation.tabs", "navigation.path"))


class Writing(Texts):
    """Writes the pages that would come out other than before."""

    def settle(self) -> None:
        """Let plugins see all pages before any is written, and look at all of them ourselves."""
        self.env = self.config.plugins.on_env(self.env, config=self.config, files=self.files)
        ours = self.shared.placed
        if not ours:
            # A site without a plugin of ours.
            words = words_of(self.shared.site.language)
            self.shared.places = Places(self.shared, self.files, self.nav, words)
        self.gatherer = Gatherer(self.config, self.shared)
        for file in self.doc_files:
            page, record = self.page_of(file), self.store.rendered[file.src_uri]
            same = page.meta == record.meta
            meta = record.meta_digest if same else digest_or_none(dict(page.meta))
            self.shared.metas[file.src_uri] = meta
            self.shared.contents[file.src_uri] = record.content_digest
        world = key_of(self.shared.world(), self.shared.places.world())
        self._world = world
        self._pages_alone = self.same_world("pages", world)
        self._docs = os.path.join(self.shared.site.docs_dir, "")
        home = self.nav.homepage
        theme = self.config.theme
        self._plain_menu = not ours and write_menu_once(self.env, self.config)
        shows_more = not _NAV_FEATURES.isdisjoint(theme.get("features") or ())
        is_known = self._plain_menu or (ours and not theme.custom_dir and not shows_more)
        self._all_nav = not is_known
        self.made_twins: dict[str, Twin] = {}
        self._around = key_of(self.page_print, home.url if home else None, bool(self.serve_url))

    def write(self) -> None:
        """Write the pages whose HTML would be another."""
        stale = [file for file in self.doc_files if not self.is_written(self.page_of(file))]
        self._write_all(stale)
        for file in self.doc_files:
            record = self.store.written.get(file.src_uri)
            if record is not None:
                say(record.said)
                entries = self.store.entries(file.src_uri) if self.gatherer.indexes else []
                self.gatherer.add(record.gathered, entries)
        self.stop_at_failures()

    def is_written(self, page: StoredPage) -> bool:
        """Keep a page of the site, if it would come out the same."""
        self.check()
        uri = page.file.src_uri
        record = self.store.written.get(uri)
        if (
            record is None
            or record.key != self._page_key(page)
            or not self.store.touched.hold(record.touched)
            or not READS.hold(record.read, self._pages_alone)
            or (record.output and not self.draft.keep(page.file.dest_uri, record.output, True))
        ):
            return False
        if self.gatherer.indexes:
            try:
                self.store.entries(uri)
            except KeyError:
                return False
        return True

    def _page_key(self, page: StoredPage) -> str:
        uri = page.file.src_uri
        return key_of(
            self.store.rendered[uri].content_digest,
            self.shared.metas[uri],
            self._around,
            uri,
            page.file.url,
            page.file.inclusion.name,
            str(page.title),
            str(page.is_homepage),
            *(str(section.title) for section in page.ancestors),
        )

    def _write_all(self, stale: list[File]) -> None:
        by_uri = {file.src_uri: file for file in stale}
        for file in stale:
            # What was just made is unpacked by the process that needs it.
            if not self.store.has_text(file.src_uri):
                self._fetch(self.page_of(file))
        told = self.told("Writing pages", len(stale))
        results = spread(
            list(by_uri),
            lambda uri: timed(lambda: self._write_whole(self.page_of(by_uri[uri]))),
            self.workers,
            told,
        )
        for uri, ((record, entries, error, twin), seconds) in results:
            if twin is not None:
                self.made_twins[uri] = twin
            self.seconds[uri] = self.seconds.get(uri, 0.0) + seconds
            if record is None:
                self.failures.append(error or uri)
                self.store.written.pop(uri, None)
                continue
            self.store.written[uri] = record
            if self.gatherer.indexes:
                self.store.add_entries(uri, entries)
            if record.output:
                self.draft.marks[by_uri[uri].dest_uri] = record.output
            self.made.append(uri)

    def _write_whole(
        self, page: StoredPage
    ) -> tuple[Written | None, list[Any], str | None, Twin | None]:
        """Make the HTML of a page and a twin that it never had, and forget its texts."""
        uri = page.file.src_uri
        source = self.shared.pages.held.get(uri)
        with lent(source) if source else nullcontext():
            made = self.write_one(page)
            twin = self.first_twin(source) if source and made[0] else None
        if self.store.has_text(uri):
            page.drop(self.store.loader(uri))
        return *made, twin

    def first_twin(self, page: Page) -> Twin | None:
        """Write the twin of a page of which none is known, where the site has twins."""
        return None

    def write_one(self, page: StoredPage) -> tuple[Written | None, list[Any], str | None]:
        """Make the HTML of a page; give its record and search entries, or what went wrong."""
        try:
            return (*self._written(page), None)
        except Exception as error:
            # What the disk refuses is no fault of the page; a missing template is an OSError too.
            if isinstance(error, OSError) and not isinstance(error, TemplateError):
                raise
            return None, [], describe(page, error)

    def _written(self, page: StoredPage) -> tuple[Written, list[Any]]:
        key = self._page_key(page)
        with (
            READS.noted(WRITING) as read,
            self.store.touched.noted() as touched,
            overheard() as said,
            self.gatherer.one_page() as (gathered, entries),
        ):
            if self._all_nav:
                READS.note("nav")
                READS.note("day")
            if self._plain_menu:
                note_around(page)
            html = page_html(page, self.config, self.doc_files, self.nav, self.env)
        if html:
            write_file(page.file.abs_dest_path, html)
        output = digest_of(html) if html else ""
        return Written(key, touched, Read.of(read), said, gathered, output), entries

    def _fetch(self, page: StoredPage) -> None:
        """Get a page's text; made anew where the cache has lost it."""
        try:
            page.fetch()
        except KeyError:
            record, text, error = self.render_one(page)
            if record is None:
                raise PagesError(error) from None
            self.store.add_text(page.file.src_uri, text)
