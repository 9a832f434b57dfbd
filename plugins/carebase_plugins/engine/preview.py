"""A site kept ready while it is written, so that an edited page is made in a moment.

An edit of a page's text that nothing else can see makes this page alone, and the pages that show
its text. After any other change, and once the writer pauses, everything is built as always: from
the cache, so only what has changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from carebase.articles.audience import Audience
from carebase.build.draft import folder_of
from carebase.build.garbage import not_looked_for
from carebase.build.later import Later
from carebase.build.lock import alone
from carebase.build.reads import READS
from carebase.build.records import Records
from carebase.errors import CarebaseError
from carebase.glance import Glance
from carebase.training.glossary import NAME as GLOSSARY
from carebase_plugins.engine.build import Build
from carebase_plugins.engine.driver import Driver, PagesError
from carebase_plugins.engine.elsewhere import Code, Elsewhere
from carebase_plugins.engine.failures import code_of
from carebase_plugins.engine.logs import say
from carebase_plugins.engine.outcome import Outcome
from carebase_plugins.engine.prints import version_print
from carebase_plugins.engine.scene import OvertakenError
from carebase_plugins.engine.server import Server
from carebase_plugins.engine.site import build_for, folders_of, read_config, site_of
from carebase_plugins.engine.workers import processors

# Beside the cache of `carebase build`: a preview has another address.
CACHE = "serve.sqlite"


class Preview:
    """The site in `site_dir`, built for `url`; for `audience` instead of what mkdocs.yml says."""

    def __init__(
        self,
        root: Path,
        site_dir: Path,
        url: str,
        tell: Callable[[str], None],
        later: Later | None = None,
        audience: Audience | None = None,
    ) -> None:
        self.root = root
        self.audience = audience
        self.site_dir = site_dir
        self.url = url
        self.later = later
        self._told: set[str] = set()
        self._tell = tell
        self.records = Records(root, version_print(), CACHE)
        self.last: Build | None = None
        # What is to be watched, of a build that failed too: folders, the site's own code, and files
        # elsewhere with what was seen of each.
        self.folders: list[str] = []
        self.code = Code(root)
        self.looked: dict[str, str] = {}
        # Whose plugins were told that serving begins, and whose were given the server.
        self._started: MkDocsConfig | None = None
        self._handed: MkDocsConfig | None = None
        # Looks at edited files; it knows the rest of the site as the last good build read it.
        self.glance: Glance | None = None

    def tell(self, text: str) -> None:
        """Say something once a session."""
        if text not in self._told:
            self._told.add(text)
            self._tell(text)

    def build(self, check: Callable[[], None] = lambda: None) -> Outcome:
        """Build what has changed; raises CarebaseError when the site stays as it was.

        `check` is called again and again until the site is changed. When it raises OvertakenError,
        everything is as it was: the next edit can be as quick as the one before.
        """
        last, self.last = self.last, None
        try:
            # At 10,000 pages looking for garbage amidst takes two seconds.
            with not_looked_for():
                return self._build(check)
        except OvertakenError:
            if last is not None:
                last.resume()
                self.last = last
            raise

    def _build(self, check: Callable[[], None]) -> Outcome:
        began = time.time_ns()
        ignored = [self.records.folder, self.site_dir, folder_of(self.site_dir)]
        ignored += map(Path, self.folders)
        elsewhere = Elsewhere(self.root, tuple(map(str, ignored)))
        if self.code.renew():
            self.close()
        try:
            with elsewhere.noted():
                config = read_config(self.root, site_dir=str(self.site_dir))
                self.folders = folders_of(config)
                self._start(config)
            return self._build_of(config, check, elsewhere)
        finally:
            self.code.note(began)
            self.looked |= elsewhere.looked()

    def _start(self, config: MkDocsConfig) -> None:
        """Tell plugins once that serving begins; they may need it for all that follows."""
        if self._started is None:
            try:
                config.plugins.on_startup(command="serve", dirty=False)
            except Exception as error:
                raise CarebaseError(f"{type(error).__name__}: {error}{code_of(error)}") from None
            self._started = config

    def hand_over(self, server: Server) -> None:
        """Give plugins once the server, so that they can watch files; after the first build."""
        config = self._started
        if config is None or config is self._handed:
            return
        self._handed = config
        try:
            config.plugins.on_serve(server, config=config, builder=server.builder)
        except Exception as error:
            raise CarebaseError(f"{type(error).__name__}: {error}{code_of(error)}") from None

    def close(self) -> None:
        """Tell plugins that serving ends."""
        started, self._started = self._started, None
        if started is not None:
            started.plugins.on_shutdown()

    def _build_of(
        self, config: MkDocsConfig, check: Callable[[], None], elsewhere: Elsewhere
    ) -> Outcome:
        # A check knows nothing of a preview.
        site = site_of(config)
        config.site_url = self.url
        if self.audience is not None:
            build_for(config, self.audience)
        waiting = "Another build of this site is at work; waiting for it."
        with alone(self.records.folder, lambda: self.tell(waiting)):
            check()
            build = Build(
                config,
                self.site_dir,
                self.records,
                serve_url=self.url,
                later=self.later,
                workers=processors(),
                check=check,
            )
            if build.reason:
                build.around = elsewhere.noted
            outcome = build.run(None, self.tell, check=check)
        self.last = build
        shared = build.shared
        self.glance = Glance(site, shared.catalog, shared.forms, shared.courses, shared.pages)
        self.looked = _looked_at(build)
        return outcome

    def edit(self, paths: Collection[str]) -> list[str] | None:
        """Make the pages anew that the edited files are; give their paths below the docs folder.

        Nothing where that would not do: then everything has to be built. Raises PagesError.
        """
        build = self.last
        if build is None or build.driver is None:
            return None
        uris = [self._page_at(path, build, build.driver) for path in paths]
        known = [uri for uri in uris if uri is not None]
        if not known or len(known) < len(uris):
            return None
        READS.forget()
        if not all(self._same_to_others(uri, build) for uri in known):
            self.last = None
            return None
        made = self._make(known, build.driver)
        if made is None:
            self.last = None
        return made

    def _page_at(self, path: str, build: Build, driver: Driver) -> str | None:
        """Give the page of a file, if nothing but this page is made of it."""
        docs = build.shared.site.docs_dir
        file = Path(path)
        if file.suffix != ".md" or not file.is_relative_to(docs) or not file.is_file():
            return None
        uri = file.relative_to(docs).as_posix()
        store = build.store
        if uri not in build.shared.pages.held or uri not in store.written:
            return None
        courses = build.shared.courses.by_id.values()
        if any(uri in (*course.sources, f"{course.folder}/{GLOSSARY}") for course in courses):
            # A course gathers the key points of its lessons, and lessons link its glossary.
            return None
        if build.shared.metas[uri] != store.rendered[uri].meta_digest:
            return None
        kept = (store.rendered, store.written, build.memory.kept, store.twins)
        others = (record for records in kept for other, record in records.items() if other != uri)
        return None if any(path in record.touched for record in others) else uri

    def _same_to_others(self, uri: str, build: Build) -> bool:
        """Read an edited page; tell whether others see it as before, but for its text."""
        build.store.stamps.forget(str(build.shared.site.docs_dir / uri))
        before = build.memory.kept[uri]
        page = build.memory.again(uri)[0]
        after = build.memory.kept[uri]
        if (before.card, before.problems, before.unknown) != (
            *(after.card, after.problems, after.unknown),
        ):
            return False
        build.shared.pages.replace(page)
        return True

    def _make(self, uris: list[str], driver: Driver) -> list[str] | None:
        store = driver.store
        files = driver.files.src_uris
        for uri in uris:
            page = driver.page_of(files[uri])
            record, text, error = driver.render_one(page)
            if record is None:
                raise PagesError(error)
            before = store.rendered[uri]
            if (record.meta_digest, record.title) != (before.meta_digest, before.title):
                return None
            store.rendered[uri] = record
            store.add_text(uri, text)
            driver.shared.contents[uri] = record.content_digest
            driver.restore(page, record, store.loader(uri))
            say(record.said)
        READS.forget()
        stale = [
            file.src_uri
            for file in driver.doc_files
            if file.src_uri in uris or not READS.hold(store.written[file.src_uri].read, True)
        ]
        for uri in stale:
            file = files[uri]
            file.__dict__["abs_dest_path"] = str(self.site_dir / file.dest_uri)
            page = driver.page_of(file)
            page.fetch()
            written, _, error = driver.write_one(page)
            if written is None:
                raise PagesError(error)
            if written.gathered != store.written[uri].gathered:
                return None
            store.written[uri] = written
            say(written.said)
        return stale


def _looked_at(build: Build) -> dict[str, str]:
    """Give the files and folders outside the docs folder that pages are made of."""
    docs = build.shared.site.docs_dir
    return {
        path: seen
        for record in build.store.rendered.values()
        for path, seen in record.touched.items()
        if not Path(path).is_relative_to(docs)
    }
