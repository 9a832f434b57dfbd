"""Search for readers and programs: `carebase-search`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils.templates import TemplateContext

from carebase.build import Built, Turn
from carebase.build.private import private_of
from carebase.clock import today
from carebase.errors import CarebaseError
from carebase.search.build import Read, Source, in_turn, index_site, keep_private, mark_old
from carebase_plugins.base import CarebasePlugin
from carebase_plugins.engine.workers import beside, processors, spread
from carebase_plugins.search.config import SearchConfig
from carebase_plugins.search.pages import digests_of, sources_of

log = logging.getLogger("mkdocs.plugins.carebase")

# After every other plugin, ours too: the pages are indexed as readers get them.
_AFTER_ALL = -200


def _on_all_processors(
    sources: Sequence[Source], read: Callable[[Source], Read | None]
) -> Iterator[tuple[Source, Read | None]]:
    return spread(sources, read, processors(), lambda done: None)


class SearchPlugin(CarebasePlugin):
    """Translates the generator's events into the indexing of a finished site."""

    config_class = SearchConfig
    files: Files | None = None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        config = super().on_config(config)
        _ = self.shared.synonyms  # what is wrong in them is told with the first warnings
        return config

    @event_priority(-100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        self.files = super().on_files(files, config=config)
        return self.files

    def on_page_context(
        self, context: TemplateContext, *, page: SitePage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        self.view(context, page)
        return context

    @event_priority(_AFTER_ALL)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        super().on_post_build(config=config)
        # A build of Carebase's own moves the site into its place first, and then calls below.
        if not self.shared.drafted and self.files is not None:
            site_dir = Path(config.site_dir)
            try:
                self._index(site_dir, digests_of(self.shared, site_dir, self.files))
            except CarebaseError as error:
                raise PluginError(str(error)) from None

    def after_build(self, built: Built) -> None:
        """Index what a build of `carebase build` has changed."""
        if built.index and built.later is None:
            self._index(built.site_dir, built.pages)
            return
        if built.later is not None and built.index:
            built.later.put(lambda turn: self._index(built.site_dir, built.pages, turn))
        else:
            mark_old(built.site_dir)
        if built.later is None or not built.later.is_busy:
            # Nothing is being written to the index.
            synonyms = self.shared.synonyms.synonyms
            keep_private(built.site, private_of(built.site_dir), synonyms)

    def _index(self, site_dir: Path, digests: Mapping[str, str], turn: Turn | None = None) -> None:
        products = self.shared.catalog.products
        index_site(
            self.shared.site,
            site_dir,
            private_of(site_dir),
            sources_of(self.shared, site_dir, digests),
            synonyms=self.shared.synonyms.synonyms,
            products={name: product.name for name, product in products.items()},
            today=today(),
            turn=turn,
            # Beside the builds of a preview there are threads, and nobody waits.
            spread=_on_all_processors if turn is None else in_turn,
            beside=beside if turn is None and processors() > 1 else None,
        )
