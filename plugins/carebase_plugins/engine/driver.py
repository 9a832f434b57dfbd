"""A build that makes only what has changed, with the generator's own functions and events.

The order of things is the generator's: configuration, files, navigation, the text of every page,
static files, templates, pages, what plugins write at the end. A page's text or HTML is left out
where the cache holds what would come out again; then what it said and added is said and added
again, so that nothing later can tell.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jinja2
from mkdocs import utils
from mkdocs.commands import build as generator
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.build.digest import digest, digest_of
from carebase.build.draft import Draft
from carebase.build.reads import READS, UNKNOWN
from carebase_plugins.engine.failures import describe
from carebase_plugins.engine.gather import Gatherer, add_of_text, one_text
from carebase_plugins.engine.logs import overheard, say
from carebase_plugins.engine.output import page_html, write_file
from carebase_plugins.engine.pages import MARKDOWN, WRITING, StoredPage, Text, target_of
from carebase_plugins.engine.records import Rendered, Twin, Written
from carebase_plugins.engine.store import Store, key_of
from carebase_plugins.engine.timing import timed
from carebase_plugins.engine.workers import spread
from carebase_plugins.shared import Shared
from carebase_plugins.theme.addresses import url

_build_theme_template: Callable[..., None] = generator._build_theme_template
_build_extra_template: Callable[..., None] = generator._build_extra_template

Progress = Callable[[str, int, int], None]
# Themes whose templates show the navigation or all pages, where ours do not.
_NAV_FEATURES = frozenset(("navigation.tabs", "navigation.path"))


class PagesError(Exception):
    """Pages that could not be made, each named with what went wrong."""


class Driver:
    """One build of one site into a draft."""

    def __init__(
        self,
        config: MkDocsConfig,
        shared: Shared,
        store: Store,
        draft: Draft,
        prints: tuple[str, str],
        *,
        serve_url: str | None = None,
        progress: Progress | None = None,
        workers: int = 1,
    ) -> None:
        self.config = config
        self.shared = shared
        self.store = store
        self.draft = draft
        self.text_print, self.page_print = prints
        self.serve_url = serve_url
        self.inclusion: Callable[[InclusionLevel], bool] = (
            InclusionLevel.is_in_serve if serve_url else InclusionLevel.is_included
        )
        self.progress = progress or (lambda stage, done, total: None)
        self.workers = workers
        self.failures: list[str] = []
        self.files: Files
        self.nav: Navigation
        self.env: jinja2.Environment
        self.doc_files: Sequence[File]
        self.made_twins: dict[str, Twin] = {}
        # The pages that were rendered, and those whose HTML was made.
        self.rendered: list[str] = []
        self.made: list[str] = []
        # How long each page took that was made.
        self.seconds: dict[str, float] = {}

    def run(self) -> None:
        """Build everything; raises PagesError with all pages that could not be made."""
        try:
            self._run()
        except Exception as error:
            self.config.plugins.on_build_error(error=error)
            raise

    def _run(self) -> None:
        counter = utils.CountHandler()
        counter.setLevel(logging.WARNING)
        logger = logging.getLogger("mkdocs")
        logger.addHandler(counter)
        try:
            self._prepare()
            self.render()
            self.settle()
            self._write_static()
            self.write()
            self.finish()
        finally:
            logger.removeHandler(counter)
        if self.config.strict and (counts := counter.get_counts()):
            said = ", ".join(f"{count} {level.lower()}s" for level, count in counts)
            raise Abort(f"Aborted with {said} in strict mode!")

    def show(self, choose: Callable[[Files], Sequence[str]]) -> list[tuple[StoredPage, list[Any]]]:
        """Make some pages anew in the draft's folder and nothing else of the site.

        `choose` names them by their paths below the docs folder. Give each with what was said
        about it; raises PagesError when one cannot be made.
        """
        self._prepare()
        self.render()
        files = self.files.src_uris
        pages = [self.page_of(files[uri]) for uri in choose(self.files)]
        said = []
        for page in pages:
            uri = page.file.src_uri
            rendered, text, error = self.render_one(page)
            if rendered is None or text is None:
                raise PagesError(error)
            self.store.rendered[uri] = rendered
            self.store.add_text(uri, text)
            self.restore(page, rendered, self.store.loader(uri))
            said.append(list(rendered.said))
        self.settle()
        for page, heard in zip(pages, said, strict=True):
            page.fetch()
            written, _, error = self.write_one(page)
            if written is None:
                raise PagesError(error)
            heard += written.said
        return list(zip(pages, said, strict=True))

    def _prepare(self) -> None:
        config = self.config = self.config.plugins.on_config(self.config)
        config.plugins.on_pre_build(config=config)
        files = get_files(config)
        env = config.theme.get_env()
        env.bytecode_cache = _bytecode(self.store.records.folder)
        # Templates stay as they are while pages are written; a later build reads them anew.
        env.auto_reload = False
        env.filters["url"] = url
        add_theme_files(files, config)
        files = config.plugins.on_files(files, config=config)
        set_exclusions(files, config)
        nav = get_navigation(files, config)
        self.nav = config.plugins.on_nav(nav, config=config, files=files)
        self.files, self.env = files, env

    # The text of pages.

    def render(self) -> None:
        """Make or load the text of every page."""
        stale = []
        self._texts_alone = self._same_world("sources", self.shared.world())
        self.doc_files = self.files.documentation_pages(inclusion=self.inclusion)
        for file in self.doc_files:
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
        self._stop_at_failures()

    @staticmethod
    def page_of(file: File) -> StoredPage:
        """Give the page of a file."""
        if file.page is None:
            raise LookupError(f"{file.src_uri} is no page")
        return StoredPage.of(file.page)

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
        page.present_anchor_ids = set(record.anchors)
        found = ((self.files.src_uris.get(uri), links) for uri, links in record.links.items())
        page.links_to_anchors = {file: links for file, links in found if file is not None}
        page.load = load

    def _render_all(self, stale: list[File]) -> None:
        by_uri = {file.src_uri: file for file in stale}
        told = _told(self.progress, "Reading pages", len(stale))
        results = spread(
            list(by_uri),
            lambda uri: timed(lambda: self.render_one(self.page_of(by_uri[uri]))),
            self.workers,
            told,
        )
        for uri, ((record, text, error), seconds) in results:
            self.seconds[uri] = seconds
            if error is not None:
                self.failures.append(error)
            if record is None or text is None:
                self.store.rendered.pop(uri, None)
                continue
            self.store.rendered[uri] = record
            self.store.add_text(uri, text)
            self.rendered.append(uri)
            self.restore(self.page_of(by_uri[uri]), record, self.store.loader(uri))

    def render_one(self, page: StoredPage) -> tuple[Rendered | None, Text | None, str | None]:
        """Make the text of a page; give it with its record, or what went wrong."""
        with (
            READS.noted("render") as read,
            self.store.touched.noted() as touched,
            overheard() as said,
            one_text(self.shared) as gathered,
        ):
            page.load = None
            key = self._text_key(page)
            try:
                generator._populate_page(page, self.config, self.files)
            except Exception as error:
                MARKDOWN.spoil()
                return None, None, describe(page, error, self.config)
        text = Text(page.content or "", page.toc, page.markdown or "")
        links = page.links_to_anchors or {}
        record = Rendered(
            key,
            page.looked,
            touched,
            read,
            said,
            dict(page.meta),
            page._title_from_render,
            # An `id` without a value has none.
            tuple(sorted(filter(None, page.present_anchor_ids or ()))),
            {file.src_uri: found for file, found in links.items()},
            key_of(text.content, _headings(text.toc)),
            _digest(dict(page.meta)),
            gathered,
        )
        return record, text, None

    # The HTML of pages.

    def settle(self) -> None:
        """Let plugins see all pages before any is written, and look at all of them ourselves."""
        self.env = self.config.plugins.on_env(self.env, config=self.config, files=self.files)
        self.gatherer = Gatherer(self.config, self.shared)
        self.shared.keeper = self
        for file in self.doc_files:
            page, record = self.page_of(file), self.store.rendered[file.src_uri]
            same = page.meta == record.meta
            meta = record.meta_digest if same else _digest(dict(page.meta))
            self.shared.metas[file.src_uri] = meta
            self.shared.contents[file.src_uri] = record.content_digest
        world = key_of(self.shared.world(), self.shared.places.world())
        self._pages_alone = self._same_world("pages", world)
        self._docs = os.path.join(self.shared.site.docs_dir, "")
        home = self.nav.homepage
        theme = self.config.theme
        self._all_nav = bool(theme.custom_dir) or not _NAV_FEATURES.isdisjoint(
            theme.get("features") or ()
        )
        self._around = key_of(self.page_print, home.url if home else None, bool(self.serve_url))

    def _write_static(self) -> None:
        for file in self.files:
            if file.is_documentation_page() or not self.inclusion(file.inclusion):
                continue
            if file._content is None and file.abs_src_path:
                mark = self.store.stamps.digest(file.abs_src_path) or ""
                if mark and self.draft.keep(file.dest_uri, mark):
                    continue
                self.draft.marks[file.dest_uri] = mark
            file.copy_file()
        for template in self.config.theme.static_templates:
            _build_theme_template(template, self.env, self.files, self.config, self.nav)
        for template in self.config.extra_templates:
            _build_extra_template(str(template), self.files, self.config, self.nav)

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
        self._stop_at_failures()

    def is_written(self, page: StoredPage) -> bool:
        """Keep a page of the site, if it would come out the same."""
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
            self._fetch(self.page_of(file))
        told = _told(self.progress, "Writing pages", len(stale))
        results = spread(
            list(by_uri),
            lambda uri: timed(lambda: self.write_one(self.page_of(by_uri[uri]))),
            self.workers,
            told,
        )
        for uri, ((record, entries, error), seconds) in results:
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

    def write_one(self, page: StoredPage) -> tuple[Written | None, list[Any], str | None]:
        """Make the HTML of a page; give its record and search entries, or what went wrong."""
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
            try:
                html = page_html(page, self.config, self.doc_files, self.nav, self.env)
            except OSError:
                raise
            except Exception as error:
                return None, [], describe(page, error)
        if html:
            write_file(page.file.abs_dest_path, html)
        output = digest_of(html) if html else ""
        return Written(key, touched, read, said, gathered, output), entries, None

    def _fetch(self, page: StoredPage) -> None:
        """Get a page's text; made anew where the cache has lost it."""
        try:
            page.fetch()
        except KeyError:
            record, text, error = self.render_one(page)
            if record is None or text is None:
                raise PagesError(error) from None
            self.store.add_text(page.file.src_uri, text)

    def finish(self) -> None:
        """Check anchors, and let plugins write what they write at the end."""
        level = self.config.validation.links.anchors
        for file in self.doc_files:
            self.page_of(file).validate_anchor_links(files=self.files, log_level=level)
        self.config.plugins.on_post_build(config=self.config)
        self.store.twins = self.made_twins
        there = [file.src_uri for file in self.doc_files]
        rendered, written = self.store.rendered, self.store.written
        self.store.rendered = {uri: rendered[uri] for uri in there if uri in rendered}
        self.store.written = {uri: written[uri] for uri in there if uri in written}

    def _same_world(self, name: str, world: str) -> bool:
        """Tell whether nothing but texts has changed since the last build."""
        same = self.store.worlds.get(name) == world
        self.store.worlds[name] = world
        return same

    def _stop_at_failures(self) -> None:
        if self.failures:
            raise PagesError("\n".join(self.failures))

    # What `Shared.keeper` offers.

    def standing(self) -> Collection[str]:
        """Give the files of the site that need not be written again."""
        return self.draft.kept

    def keep(self, name: str, mark: str) -> bool:
        """Keep a file that was made from the same as it would be now."""
        self.draft.marks[name] = mark
        return self.draft.keep(name, mark)

    def twins(self, pages: Sequence[Page], write: Callable[[Page], str]) -> dict[str, str]:
        """Keep the twins of pages or write them; give the digests of their texts by page."""
        kept = {page.src_uri: self._kept_twin(page) for page in pages}
        stale = [page for page in pages if kept[page.src_uri] is None]
        told = _told(self.progress, "Writing texts", len(stale))
        made = spread(stale, lambda page: self._write_twin(page, write), self.workers, told)
        for page, twin in made:
            kept[page.src_uri] = twin
            self.draft.marks[page.src_uri] = twin.digest
        self.made_twins = {uri: twin for uri, twin in kept.items() if twin is not None}
        return {uri: twin.digest for uri, twin in self.made_twins.items()}

    def _twin_key(self, page: Page) -> str:
        source = self.store.stamps.digest(f"{self._docs}{page.src_uri}") or ""
        return key_of(source, self._around, self.shared.data)

    def _kept_twin(self, page: Page) -> Twin | None:
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
        with READS.noted("twin") as read, self.store.touched.noted() as touched:
            text = write(page).encode("utf-8")
        write_file(os.path.join(self.draft.folder, page.src_uri), text)
        return Twin(key, touched, read, digest_of(text))

    def text(self, name: str) -> str:
        """Read a file of the site as it will be."""
        path = self.draft.site_dir if name in self.draft.kept else self.draft.folder
        return (path / name).read_text(encoding="utf-8")


def _told(progress: Progress, stage: str, total: int) -> Callable[[int], None]:
    return lambda done: progress(stage, done, total)


def _headings(toc: Any) -> list[Any]:
    return [(item.title, item.id, item.level, _headings(item.children)) for item in toc]


def _digest(value: Any) -> str:
    try:
        return digest(value)
    except (TypeError, RecursionError):
        return UNKNOWN + os.urandom(8).hex()


def _bytecode(folder: Path) -> jinja2.BytecodeCache | None:
    """Give the cache of compiled templates; it checks their text itself."""
    place = folder / "templates"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return jinja2.FileSystemBytecodeCache(str(place))


# What the generator never takes from a theme.
_NOT_COPIED = (".*", "*/.*", "*.py", "*.pyc", "*.html", "*readme*", "mkdocs_theme.yml", "locales/*")


def add_theme_files(files: Files, config: MkDocsConfig) -> None:
    """Add the static files of the theme, without looking through the thousands of its icons."""
    patterns = [*_NOT_COPIED, *(f"*{end}" for end in utils.markdown_extensions)]
    patterns += config.theme.static_templates
    found: dict[str, str] = {}
    for folder in config.theme.dirs:
        for name in _below(folder):
            if not any(fnmatch(name.lower(), pattern) for pattern in patterns):
                found.setdefault(name, folder)
    for name in sorted(found):
        if files.get_file_from_path(name) is None:
            files.append(File(name, found[name], config.site_dir, config.use_directory_urls))


def _below(top: str) -> Iterator[str]:
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = os.path.relpath(folder, top).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        yield from (prefix + name for name in names)
