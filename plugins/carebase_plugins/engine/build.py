"""Building a site: the sources are read and judged first, then the generator writes the pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from carebase.articles.audience import Audience
from carebase.build import KEPT, Built, Follower, Later
from carebase.build.digest import digest, digest_of
from carebase.build.draft import Draft, folder_of
from carebase.build.lock import alone
from carebase.build.memory import PageMemory
from carebase.build.reads import READS
from carebase.build.records import Records
from carebase.errors import CarebaseError, ContentError, Problem, UsageError
from carebase_plugins.base import CarebasePlugin
from carebase_plugins.engine.driver import Driver, Progress
from carebase_plugins.engine.generation import drive_site, generate_site
from carebase_plugins.engine.logs import gathered
from carebase_plugins.engine.outcome import Outcome, Stage, said_of
from carebase_plugins.engine.prints import config_prints, version_print
from carebase_plugins.engine.safe import reason_against
from carebase_plugins.engine.site import audience_of, build_for, folders_of, read_config
from carebase_plugins.engine.store import Store
from carebase_plugins.engine.timing import time_plugins
from carebase_plugins.engine.workers import LIGHT, processors, spread
from carebase_plugins.ledger import record_addresses
from carebase_plugins.private import write_private_of
from carebase_plugins.shared import Shared, shared_by

WAITING = "Another build of this site is at work; this one begins when it has ended."
_THERE = "there"
SEARCH_INDEX = Path("search", "search_index.json")


def build_site(
    root: Path,
    site_dir: Path | None = None,
    *,
    strict: bool = False,
    index: bool = True,
    progress: Progress | None = None,
    tell: Callable[[str], None] | None = None,
    workers: int | None = None,
    verbose: bool = False,
    audience: Audience | None = None,
) -> Outcome:
    """Build the site in a folder, and the private folder beside it for the endpoint.

    Raises ContentError with every problem when a source has an error: nothing is written then.
    With `strict` warnings count as errors. Without `index` the search index of the site that is
    there stays as it is. `progress` hears how far it is, `tell` what a person should know at once.
    `verbose` times pages and plugins, in one process so that their figures can be compared.
    `audience` goes before what the configuration says of it; a site for trainers never takes the
    place of the learners' unless `site_dir` says so.
    """
    config = read_config(root)
    if site_dir is not None:
        config.site_dir = str(_apart_from_sources(site_dir, Path(config.docs_dir)))
    if audience is not None:
        if audience == "trainer" and audience_of(config) != audience and site_dir is None:
            config.site_dir = f"{config.site_dir}-trainer"
        build_for(config, audience)
    wanted = Path(config.site_dir)
    tell = tell or (lambda text: None)
    records = Records(Path(config.config_file_path).parent, version_print())
    build: Build | None = None
    try:
        with alone(records.folder, lambda: tell(WAITING)):
            started = time.monotonic()
            processes = 1 if verbose else processors() if workers is None else workers
            build = Build(config, wanted, records, index=index, workers=processes)
            if any(strict or problem.severity == "error" for problem in build.problems):
                raise ContentError(build.problems)
            plugins = time_plugins(config) if verbose else None
            outcome = build.run(progress, tell, strict)
            if plugins is not None:
                outcome.slowest = build.driver.seconds if build.driver else {}
                outcome.plugins = dict(plugins)
            outcome.addresses, refused = record_addresses(build.shared)
            outcome.warnings += refused
            # Reading the sources and indexing the pages belong to it.
            outcome.seconds = time.monotonic() - started
            return outcome
    except OSError as error:
        stage = build.stage if build is not None else "before"
        sources = [Path(folder) for folder in folders_of(config)]
        raise CarebaseError(said_of(error, wanted, sources, stage)) from None
    finally:
        records.close()


def _apart_from_sources(site_dir: Path, docs_dir: Path) -> Path:
    """Give a folder for the site in full; UsageError where the sources lie in it or it in them."""
    wanted, docs_dir = site_dir.resolve(), docs_dir.resolve()
    if wanted.is_relative_to(docs_dir) or docs_dir.is_relative_to(wanted):
        place = "is" if wanted == docs_dir else "lies in" if docs_dir in wanted.parents else "holds"
        raise UsageError(
            f"The site cannot be written to {site_dir}: it {place} the folder of the sources,"
            f" {docs_dir.name}/. Name another folder with -d."
        )
    return site_dir.absolute()


class Build:
    """One build of one site: its sources are read at once, its pages written by `run`.

    `problems` are those of the sources. With `serve_url` it is a preview,
    and what follows the pages is put off with `later`. `check` is called again and again while
    the sources are read, and may raise OvertakenError.
    """

    def __init__(
        self,
        config: MkDocsConfig,
        wanted: Path,
        records: Records,
        *,
        index: bool = True,
        serve_url: str | None = None,
        later: Later | None = None,
        workers: int = 1,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.config = config
        self.wanted = wanted
        self.index = index
        self.serve_url = serve_url
        self.later = later
        self.workers = workers
        self.shared = shared_by(config)
        self.reason = reason_against(config)
        if not index and not self.reason:
            # A plugin of somebody else may count on what Material's search gathers.
            _switch_search_off(config)
        check()
        self.store = Store(records, wanted, folder_of(wanted))
        check()
        self.prints = ("", "") if self.reason else config_prints(config, self.store.stamps)
        self.memory = PageMemory(
            self.store.touched,
            self.store.sources,
            self.prints[0],
            lambda uris, work: spread(uris, work, workers, lambda done: check(), LIGHT),
        )
        if not self.reason:
            self.shared.memory = self.memory
            self.shared.facts = self.store
        # The site is written beside the old one and takes its place when it is whole.
        config.site_dir = str(folder_of(wanted))
        self.shared.drafted = True
        check()
        self.problems = source_problems(self.shared, self.store)
        check()
        self.driver: Driver | None = None
        # What the generator works in when it works alone.
        self.around: Callable[[], AbstractContextManager[None]] = nullcontext
        self.stage: Stage = "before"

    def resume(self) -> None:
        """Be the build again that pages are made for, after another one was given up."""
        READS.begin(self.shared)
        for plugin in self.config.plugins.values():
            # The generator keeps some plugins from one configuration to the next.
            if isinstance(plugin, CarebasePlugin):
                plugin.shared = self.shared

    def run(
        self,
        progress: Progress | None,
        tell: Callable[[str], None],
        strict: bool = False,
        check: Callable[[], None] = lambda: None,
    ) -> Outcome:
        """Write what has changed and publish it.

        `check` is called again and again until then, and may raise OvertakenError.
        """
        config, wanted, store = self.config, self.wanted, self.store
        spared = KEPT if _followers(config) else ()
        if not self.index:
            spared = (*spared, str(SEARCH_INDEX.parent))
        draft = Draft(wanted, None if self.reason else store.site, spared)
        outcome = Outcome(wanted, problems=self.problems)
        before = {uri: record.output for uri, record in store.written.items()}
        try:
            if self.reason:
                tell(f"Every page is made anew, one after the other: {self.reason}.")
                with self.around():
                    generate_site(config, outcome, self.serve_url)
            else:
                self.driver = Driver(
                    config,
                    self.shared,
                    store,
                    draft,
                    self.prints,
                    serve_url=self.serve_url,
                    progress=progress,
                    workers=self.workers,
                    check=check,
                )
                drive_site(self.driver, outcome)
            if strict and outcome.warnings:
                raise CarebaseError("\n".join(outcome.warnings))
            check()
            store.begin_publishing()
            self.stage = "publishing"
            state, _ = draft.publish()
            self.stage = "published"
        finally:
            draft.drop()
        config.site_dir = str(wanted)
        if not self.reason and not store.keep(self.memory.kept, state):
            tell("The cache cannot be written: the next build makes every page anew.")
        write_private_of(self.shared, wanted, store.records, self.prints[1])
        pages = _digests(self.shared, wanted, None if self.reason else store)
        changed = tuple(uri for uri, mark in pages.items() if before.get(uri) != mark)
        removed = tuple(uri for uri in before if uri not in pages)
        site = self.shared.site
        hand_on(config, Built(site, wanted, pages, changed, removed, self.index, self.later))
        return outcome


def _switch_search_off(config: MkDocsConfig) -> None:
    for name, plugin in config.plugins.items():
        if name.split("/")[-1] == "search" and "enabled" in plugin.config:
            plugin.config["enabled"] = False


def hand_on(config: MkDocsConfig, built: Built) -> None:
    """Tell the plugins that follow a build what was built."""
    for follower in _followers(config):
        follower.after_build(built)


def _digests(shared: Shared, site_dir: Path, store: Store | None) -> dict[str, str]:
    """Give the digest of each page's HTML."""
    if store is not None:
        return {uri: record.output for uri, record in store.written.items() if record.output}
    found = {}
    for uri in shared.places.entries if shared.placed else ():
        path = site_dir / shared.site.output_of(uri)
        if path.is_file():
            found[uri] = digest_of(path.read_bytes())
    return found


def _followers(config: MkDocsConfig) -> list[Follower]:
    return [plugin for plugin in config.plugins.values() if isinstance(plugin, Follower)]


def _needed_of(path: str, seen: str) -> str:
    """Give what products, courses and forms need to know of a file that they looked at.

    Of a page that they name, that it is there: it is no other for them when it is edited.
    """
    return _THERE if path.endswith(".md") and seen.isdecimal() else seen


def source_problems(shared: Shared, store: Store | None = None) -> list[Problem]:
    """Read everything that pages are made of and give what is wrong in it, told once."""
    with gathered(), ExitStack() as stack:
        touched = stack.enter_context(store.touched.noted()) if store else {}
        data = (shared.catalog, shared.forms, shared.courses)
    shared.data = digest(sorted((path, _needed_of(path, seen)) for path, seen in touched.items()))
    if shared.memory is not None:
        shared.memory.data = shared.data
    with gathered():
        parts = (*data, shared.pages, shared.quizzes)
    problems = {problem: None for part in parts for problem in part.problems}
    shared.told.update(problems)
    return sorted(problems, key=lambda problem: problem.place)
