"""What the plugins share during one build: the site, its catalogue, forms and pages, read once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from carebase.articles import Pages, load_pages
from carebase.catalog import Catalog, load_catalog
from carebase.errors import Problem
from carebase.forms import Forms, load_forms
from carebase.site import Site
from carebase.training import Courses, load_courses
from carebase_plugins.engine.site import site_of
from carebase_plugins.theme.assets import Assets

log = logging.getLogger("mkdocs.plugins.carebase")

_ATTRIBUTE = "_carebase"
# Files that say how the site is made. They never become part of it.
_SOURCE_SUFFIXES = (".yml", ".yaml", ".lock")


class _HasProblems(Protocol):
    problems: list[Problem]


Loaded = TypeVar("Loaded", bound=_HasProblems)


@dataclass
class Shared:
    """The sources of one build; each part is read when it is first asked for."""

    config: MkDocsConfig
    assets: Assets = field(default_factory=Assets)
    told: set[Problem] = field(default_factory=set)

    @cached_property
    def site(self) -> Site:
        return site_of(self.config)

    @cached_property
    def catalog(self) -> Catalog:
        return self.tell(load_catalog(self.site))

    @cached_property
    def forms(self) -> Forms:
        return self.tell(load_forms(self.site))

    @cached_property
    def courses(self) -> Courses:
        return self.tell(load_courses(self.site))

    @cached_property
    def pages(self) -> Pages:
        return self.tell(load_pages(self.site, self.catalog, self.forms))

    @cached_property
    def endpoint(self) -> str | None:
        """The endpoint's base address ending in `/`; a path is below the site's own address."""
        written = self.site.endpoint
        if written is None:
            return None
        return written if written.endswith("/") else written + "/"

    def has(self, plugin: str) -> bool:
        """Tell whether a Carebase plugin is part of this site."""
        return f"carebase-{plugin}" in self.site.plugins

    def tell(self, loaded: Loaded) -> Loaded:
        """Log the problems of a part once, so that `--strict` counts them."""
        for problem in loaded.problems:
            if problem not in self.told:
                self.told.add(problem)
                log.warning(problem.as_text())
        return loaded


def shared_by(config: MkDocsConfig) -> Shared:
    """Give the sources of this build, the same object to every plugin."""
    shared = getattr(config, _ATTRIBUTE, None)
    if not isinstance(shared, Shared) or shared.config is not config:
        shared = Shared(config)
        setattr(config, _ATTRIBUTE, shared)
    return shared


def hide_sources(files: Files) -> Files:
    """Take the files that only say how the site is made out of what is published."""
    return Files(file for file in files if not _is_source(file))


def _is_source(file: File) -> bool:
    name = file.src_uri.rpartition("/")[2]
    return name == ".addresses" or name.endswith(_SOURCE_SUFFIXES)
