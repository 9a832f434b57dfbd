"""Sites of other people, built with Carebase's plugins added: every page is there and works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import OpenPage
from tests.support.browser import Watch
from tests.support.corpora import CORPORA, Corpus
from tests.support.process import run_carebase
from tests.support.sites import BuiltSite, build_site
from tests.support.static_server import serve_folder
from tests.support.walks import search

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module", params=CORPORA, ids=lambda corpus: corpus.name)
def corpus(request: pytest.FixtureRequest) -> Corpus:
    """One corpus after the other; skipped where it is missing."""
    found: Corpus = request.param
    found.require()
    return found


@pytest.fixture(scope="module")
def built(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The corpus as a Carebase site, built."""
    root = tmp_path_factory.mktemp(corpus.name)
    corpus.write_site(root)
    return build_site(root)


@pytest.fixture(scope="module")
def address(built: BuiltSite) -> Iterator[str]:
    """Where the built site answers."""
    with serve_folder(built.folder) as address:
        yield address


def test_every_markdown_page_becomes_a_page(corpus: Corpus, built: BuiltSite) -> None:
    output = built.result.stdout + built.result.stderr

    assert 0 == built.result.returncode, output[-4000:]
    assert "Traceback" not in output
    assert set() == corpus.pages() - set(built.files())


@pytest.mark.browser
def test_home_and_search_work(
    corpus: Corpus, address: str, open_page: OpenPage, watch: Watch
) -> None:
    # What the content itself asks for and does not have is no fault of ours.
    watch.allow("status of 404")
    watch.allow("another host|request failed|ERR_NAME_NOT_RESOLVED")
    page = open_page(width=1280)
    page.goto(address)
    assert page.locator("h1").first.is_visible()

    search(page, corpus.word).first.click()
    page.wait_for_url(lambda url: url.split("#")[0].split("?")[0] != address)

    assert page.locator("h1").first.is_visible()
    assert corpus.word in page.locator("main, [role=main], body").first.inner_text().lower()


def test_verify_passes(built: BuiltSite) -> None:
    done = run_carebase("verify", "site", cwd=built.root)
    assert (0, "") == (done.returncode, done.stderr), done.stdout


def test_check_reports_without_a_traceback(built: BuiltSite) -> None:
    done = run_carebase("check", cwd=built.root)

    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
