"""The text of every page: made by Markdown, or taken from the cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mkdocs.commands import build as generator
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page as SitePage

from carebase.build.digest import digest_of
from carebase.build.reads import READS, Read
from carebase.build.records import packed
from carebase_plugins.engine.failures import describe
from carebase_plugins.engine.gather import add_of_text, one_text
from carebase_plugins.engine.logs import overheard, say
from carebase_plugins.engine.pages import MARKDOWN, StoredPage, Text, target_of
from carebase_plugins.engine.records import Rendered
from carebase_plugins.engine.scene import Scene, digest_or_none
from carebase_plugins.engine.store import key_of
from carebase_plugins.engine.timing import timed
from carebase_plugins.engine.workers import spread


class Texts(Scene):
    """Makes the texts that would come out other than before."""

    def render(self) -> None:
        """Make or load the text of every page."""
        stale = []
        self._texts_alone = self.same_world("sources", self.shared.world())
        self.doc_files = self.files.documentation_pages(inclusion=self.inclusion)
        for file in self.doc_files:
            self.check()
            if file.page is None:
                SitePage(None, file, self.config)
            if not self.is_rendered(self.page_of(file)):
                stale.append(file)
        self._render_all(stale)
        for file in self.doc_files:
            record = self.store.rendered.get(file.src_uri)
            if record is not None:
                say(record.said)
                add_of_text(self.shared, record.gathered)
        self.stop_at_failures()

    def is_rendered(self, page: StoredPage) -> bool:
        """Take a page's text from the cache, if it would come out the same."""
        uri = page.file.src_uri
        record = self.store.rendered.get(uri)
        if (
            record is None
            or record.key != self._text_key(page)
            or not self._links_hold(record)
            or not self.store.touched.hold(record.touched)
            or not READS.hold(record.read, self._texts_alone)
        ):
            return False
        self.restore(page, record, self.store.loader(uri))
        return True

    def _text_key(self, page: StoredPage) -> str:
        file = page.file
        if file._content is None:
            source = self.store.stamps.digest(file.abs_src_path or "")
        else:
            source = digest_of(file.content_bytes)
        inclusion = file.inclusion.name
        return key_of(source or "", file.src_uri, file.url, inclusion, self.text_print)

    def _links_hold(self, record: Rendered) -> bool:
        files = self.files.src_uris
        return all(target_of(files.get(name)) == was for name, was in record.looked.items())

    def restore(self, page: StoredPage, record: Rendered, load: Callable[[], Text]) -> None:
        """Give a page the text that was kept of it."""
        page.meta = dict(record.meta)
        page.markdown = ""
        page._title_from_render = record.title
        page.present_anchor_ids = set(record.anchors.split("\0")) if record.anchors else set()
        found = ((self.files.src_uris.get(uri), links) for uri, links in record.links.items())
        page.links_to_anchors = {file: links for file, links in found if file is not None}
        page.load = load

    def _render_all(self, stale: list[File]) -> None:
        by_uri = {file.src_uri: file for file in stale}
        told = self.told("Reading pages", len(stale))
        results = spread(
            list(by_uri),
            lambda uri: timed(lambda: self._render_and_drop(self.page_of(by_uri[uri]))),
            self.workers,
            told,
        )
        for uri, ((record, text, error), seconds) in results:
            self.seconds[uri] = seconds
            if error is not None:
                self.failures.append(error)
            if record is None:
                self.store.rendered.pop(uri, None)
                continue
            self.store.rendered[uri] = record
            self.store.add_text(uri, text)
            self.rendered.append(uri)
            self.restore(self.page_of(by_uri[uri]), record, self.store.loader(uri))

    def _render_and_drop(self, page: StoredPage) -> tuple[Rendered | None, bytes, str | None]:
        made = self.render_one(page)
        page.drop()
        return made

    def render_one(self, page: StoredPage) -> tuple[Rendered | None, bytes, str | None]:
        """Make the text of a page; give it packed with its record, or what went wrong."""
        try:
            record, text = self._rendered(page)
            return record, packed(tuple(text)), None
        except Exception as error:
            MARKDOWN.spoil()
            return None, b"", describe(page, error, self.config)

    def _rendered(self, page: StoredPage) -> tuple[Rendered, Text]:
        with (
            READS.noted("render") as read,
            self.store.touched.noted() as touched,
            overheard() as said,
            one_text(self.shared) as gathered,
        ):
            page.load = None
            key = self._text_key(page)
            generator._populate_page(page, self.config, self.files)
        text = Text(page.content or "", page.toc, page.markdown or "")
        record = Rendered(
            key,
            page.looked,
            touched,
            Read.of(read),
            said,
            dict(page.meta),
            page._title_from_render,
            # An `id` without a value has none.
            "\0".join(sorted(filter(None, page.present_anchor_ids or ()))),
            _links_of(page),
            key_of(text.content, _headings(text.toc)),
            digest_or_none(dict(page.meta)),
            gathered,
        )
        return record, text


def _links_of(page: StoredPage) -> dict[str, dict[str, str]]:
    """Give what is still to be looked at of a page's links: those to its own anchors lead there."""
    own = page.present_anchor_ids or set()
    found: dict[str, dict[str, str]] = {}
    for file, links in (page.links_to_anchors or {}).items():
        here = file is page.file
        named = {name: url for name, url in links.items() if not here or name not in own}
        if named:
            found[file.src_uri] = named
    return found


def _headings(toc: Any) -> list[Any]:
    return [(item.title, item.id, item.level, _headings(item.children)) for item in toc]
