"""Fixtures that every test may use: a watched browser, static servers, small sites, processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page

from tests.support import browser as browsers
from tests.support import process, sites, static_server
from tests.support.browser import Scheme, Violation, Watch
from tests.support.postgres import MISSING, Server, is_required, running
from tests.support.postgres import find as find_postgres
from tests.support.sites import BuiltSite, Picture

LAST = ("package", "corpus")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Try a test with a browser once more, as that is at the mercy of a busy machine.

    The second try is told at the end.
    """
    if _rank(item) == 1:
        item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run quick tests first, then those with a browser, then those that build whole worlds.

    Playwright keeps an event loop running in the main thread from its first use on; tests that
    start a loop of their own must come before it.
    """
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    if any(item.get_closest_marker(name) for name in LAST):
        return 2
    uses_browser = "chromium" in getattr(item, "fixturenames", ())
    return int(uses_browser or item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run; the test fails when there is none."""
    with browsers.launched() as browser:
        yield browser


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the browser noticed; whatever a test has not allowed fails it at its end."""
    watch = Watch()
    yield watch
    assert [] == watch.unexpected()


class OpenPage(Protocol):
    """Opens an empty page of a width, colour scheme and with JavaScript on or off."""

    def __call__(
        self,
        width: int = 390,
        height: int | None = None,
        scheme: Scheme = "light",
        javascript: bool = True,
        **options: Any,
    ) -> Page: ...


@pytest.fixture
def open_page(chromium: Browser, watch: Watch) -> Iterator[OpenPage]:
    """Open pages that are watched: at the end console, errors and foreign requests are empty.

    A test that provokes a fault on purpose says so with `watch.allow(pattern)`.
    """
    pages: list[Page] = []

    def open_page(*args: Any, **named: Any) -> Page:
        page = browsers.new_page(chromium, watch, *args, **named)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One watched page as a phone has it, in light; `open_page` gives others."""
    return open_page()


@pytest.fixture
def axe() -> Callable[..., list[Violation]]:
    """Ask axe-core about a page: `assert [] == axe(page)`."""
    return browsers.run_axe


class ServeFolder(Protocol):
    """Serves a folder until the test ends and gives its address, which ends in `/`."""

    def __call__(self, folder: Path, prefix: str = "/", headers: bool = False) -> str: ...


@pytest.fixture
def serve_folder() -> Iterator[ServeFolder]:
    """Serve folders as a static host does, below a path and with `_headers` if asked."""
    with ExitStack() as stack:

        def serve(folder: Path, prefix: str = "/", headers: bool = False) -> str:
            return stack.enter_context(static_server.serve_folder(folder, prefix, headers))

        yield serve


class SiteFrom(Protocol):
    """Builds a site from a picture of its files."""

    def __call__(self, files: str | Picture, *arguments: str, ok: bool = True) -> BuiltSite: ...


@pytest.fixture
def site_from(tmp_path: Path) -> SiteFrom:
    """Build a site in a temporary folder from an indented picture of its files."""

    def site_from(files: str | Picture, *arguments: str, ok: bool = True) -> BuiltSite:
        return sites.site_in(tmp_path / "site-under-test", files, *arguments, ok=ok)

    return site_from


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nothing listens on now."""
    return process.free_port()


@pytest.fixture(scope="session")
def run_carebase() -> Callable[..., Any]:
    """Run `carebase` to its end: `run_carebase("check", cwd=folder).returncode`."""
    return process.run_carebase


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL for the whole run; where the machine has none, its tests are skipped."""
    if find_postgres() is None and not is_required():
        pytest.skip(MISSING)
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'c.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.new_database()
