"""Building a site: the sources are read and judged first, then the generator writes the pages."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build as generate
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from carebase.build import KEPT, Built, Follower
from carebase.build.private import private_of, write_private
from carebase.errors import CarebaseError, ContentError, Problem
from carebase_plugins.engine.site import read_config
from carebase_plugins.forms.widgets import answer_links
from carebase_plugins.ledger import record_addresses
from carebase_plugins.shared import Shared, shared_by

SEARCH_INDEX = Path("search", "search_index.json")
# Where Material keeps the colours that a palette may name.
PALETTES = "assets/stylesheets/palette.*.min.css"


@dataclass(slots=True)
class Outcome:
    """What a build made: pages and seconds, and the warnings that came up.

    `addresses` are those that it published for the first time.
    """

    site_dir: Path
    pages: int = 0
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    watched: list[str] = field(default_factory=list)


def build_site(
    root: Path, site_dir: Path | None = None, *, strict: bool = False, index: bool = True
) -> Outcome:
    """Build the site in a folder, and the private folder beside it for the endpoint.

    Raises ContentError with every problem when a source has an error: nothing is written then.
    With `strict` warnings count as errors. Without `index` the search index of the site that is
    there stays as it is.
    """
    overrides: dict[str, Any] = {"site_dir": str(site_dir.absolute())} if site_dir else {}
    config = read_config(root, **overrides)
    wanted = Path(config.site_dir)
    shared = shared_by(config)
    problems = source_problems(shared)
    if any(strict or problem.severity == "error" for problem in problems):
        raise ContentError(problems)
    # The site is written beside the old one and takes its place when it is whole.
    draft = wanted.with_name(f".{wanted.name}.{os.getpid()}")
    config.site_dir = str(draft)
    shared.drafted = True
    if not index:
        _switch_search_off(config)
    try:
        outcome = generate_site(config)
        if not index and (wanted / SEARCH_INDEX).is_file():
            (draft / SEARCH_INDEX).parent.mkdir(exist_ok=True)
            shutil.copy2(wanted / SEARCH_INDEX, draft / SEARCH_INDEX)
        for name in KEPT if _followers(config) else ():
            if (wanted / name).is_dir():
                shutil.copytree(wanted / name, draft / name, copy_function=os.link)
        if strict and outcome.warnings:
            raise CarebaseError("\n".join(outcome.warnings))
        _take_place(draft, wanted)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    write_private_of(shared, wanted)
    hand_on(config, shared, wanted, index=index)
    outcome.addresses, refused = record_addresses(shared)
    outcome.warnings += refused
    outcome.site_dir = wanted
    outcome.problems = problems
    return outcome


def _switch_search_off(config: MkDocsConfig) -> None:
    for name, plugin in config.plugins.items():
        if name.split("/")[-1] == "search" and "enabled" in plugin.config:
            plugin.config["enabled"] = False


def _take_place(draft: Path, wanted: Path) -> None:
    old = wanted.with_name(f".{wanted.name}.{os.getpid()}.old")
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if wanted.exists():
        wanted.rename(old)
    draft.rename(wanted)
    shutil.rmtree(old, ignore_errors=True)


def hand_on(config: MkDocsConfig, shared: Shared, site_dir: Path, *, index: bool) -> None:
    """Tell the plugins that follow a build what was built."""
    pages = {}
    for uri, entry in shared.places.entries.items():
        path = site_dir / shared.site.output_of(entry.src_uri)
        if path.is_file():
            pages[uri] = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    built = Built(shared.site, site_dir, pages, tuple(pages), index=index)
    for follower in _followers(config):
        follower.after_build(built)


def _followers(config: MkDocsConfig) -> list[Follower]:
    return [plugin for plugin in config.plugins.values() if isinstance(plugin, Follower)]


def write_private_of(shared: Shared, site_dir: Path) -> None:
    """Write beside a built site what only the endpoint may read."""
    styles = [path.relative_to(site_dir).as_posix() for path in sorted(site_dir.glob(PALETTES))]
    if shared.site.colour == "custom":
        styles += [path for path in map(str, shared.config.extra_css) if "//" not in path]
    write_private(
        shared.site,
        shared.catalog,
        shared.forms,
        private_of(site_dir),
        answer_links(shared),
        shared.troubleshooters,
        styles,
    )


def source_problems(shared: Shared) -> list[Problem]:
    """Read everything that pages are made of and give what is wrong in it, told once."""
    with _gathered():
        parts = (shared.catalog, shared.forms, shared.courses, shared.pages, shared.quizzes)
    problems = {problem: None for part in parts for problem in part.problems}
    shared.told.update(problems)
    return sorted(problems, key=lambda problem: problem.place)


def generate_site(config: MkDocsConfig, serve_url: str | None = None) -> Outcome:
    """Write the pages; warnings of the generator and its plugins are gathered."""
    started = time.monotonic()
    outcome = Outcome(Path(config.site_dir))
    with _gathered() as warnings:
        if serve_url is None:
            config.plugins.on_startup(command="build", dirty=False)
        try:
            generate(config, serve_url=serve_url)
        except (Abort, SystemExit) as error:
            raise CarebaseError("\n".join([*warnings, str(error)])) from None
        except Exception as error:
            # A page that cannot be made (often by somebody else's plugin) has been named already.
            said = [*warnings, f"{type(error).__name__}: {error}"]
            raise CarebaseError("\n".join(said)) from None
        finally:
            if serve_url is None:
                config.plugins.on_shutdown()
    shared = shared_by(config)
    outcome.pages = len(shared.places.entries) if shared.placed else len(shared.pages.pages)
    outcome.seconds = time.monotonic() - started
    outcome.warnings = warnings
    return outcome


@contextmanager
def _gathered() -> Iterator[list[str]]:
    """Gather the warnings that the generator logs, in place of printing them as they come."""
    warnings: list[str] = []

    class Gatherer(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.getMessage().strip()
            if text not in warnings:
                warnings.append(text)

    logger = logging.getLogger("mkdocs")
    gatherer = Gatherer(level=logging.WARNING)
    before = (logger.level, logger.propagate)
    logger.addHandler(gatherer)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield warnings
    finally:
        logger.removeHandler(gatherer)
        logger.setLevel(before[0])
        logger.propagate = before[1]
