"""What all steps of a build share: the site, what was kept of it, and how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation

from carebase.build.digest import digest
from carebase.build.draft import Draft
from carebase.build.reads import UNKNOWN
from carebase.errors import CarebaseError
from carebase_plugins.engine.pages import StoredPage
from carebase_plugins.engine.records import Twin
from carebase_plugins.engine.store import Store
from carebase_plugins.shared import Shared

Progress = Callable[[str, int, int], None]


class PagesError(Exception):
    """Pages that could not be made, each named with what went wrong."""


class OvertakenError(CarebaseError):
    """A build was given up before it changed anything: something else is more urgent."""


class Scene:
    """One build of one site into a draft, as its steps see it."""

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
        check: Callable[[], None] = lambda: None,
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
        # Called again and again; raises OvertakenError where something else is more urgent.
        self.check = check
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

    @staticmethod
    def page_of(file: File) -> StoredPage:
        """Give the page of a file."""
        if file.page is None:
            raise LookupError(f"{file.src_uri} is no page")
        return StoredPage.of(file.page)

    def same_world(self, name: str, world: str) -> bool:
        """Tell whether nothing but texts has changed since the last build."""
        same = self.store.worlds.get(name) == world
        self.store.worlds[name] = world
        return same

    def stop_at_failures(self) -> None:
        if self.failures:
            raise PagesError("\n".join(self.failures))

    def told(self, stage: str, total: int) -> Callable[[int], None]:
        """Give what a step calls with the number of pages that it has done."""

        def tell(done: int) -> None:
            self.check()
            self.progress(stage, done, total)

        return tell


def digest_or_none(value: Any) -> str:
    try:
        return digest(value)
    except (TypeError, RecursionError):
        return UNKNOWN + os.urandom(8).hex()
