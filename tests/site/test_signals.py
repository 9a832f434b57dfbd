"""What readers run into on the example site reaches a real endpoint, as counts and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, process, wait_until
from tests.support.browser import Violation, Watch, overflow
from tests.support.example import copy_example
from tests.support.process import run_carebase

pytestmark = pytest.mark.browser

BRIO = "products/brio/troubleshooter/"
NONSENSE = "quokka trampoline"


@contextmanager
def built(root: Path) -> Iterator[Client]:
    """Build the site in a folder and serve it by a process of its own."""
    result = run_carebase("build", cwd=root)
    assert 0 == result.returncode, result.stderr
    with process(root / "site") as (_, client):
        yield client


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    root = tmp_path_factory.mktemp("signals")
    copy_example(root)
    with built(root) as client:
        yield client


def counted(care: Client, kind: str) -> dict[tuple[str, str, str], int]:
    return {
        (row["subject"], row["part"], row["value"]): row["count"]
        for row in care.rows("signals")
        if row["kind"] == kind
    }


def signals_of(page: Page) -> list[dict[str, str]]:
    """Gather what a page reports from now on."""
    told: list[dict[str, str]] = []

    def take(request: Request) -> None:
        if request.url.endswith("/v1/signals"):
            assert "cookie" not in request.all_headers()
            told.append(json.loads(request.post_data or ""))

    page.context.on("request", take)
    return told


def search(page: Page, words: str) -> None:
    field = page.locator("carebase-search input:visible").first
    field.fill("")
    field.press_sequentially(words, delay=20)


def test_a_search_in_vain_is_counted_once(care: Client, page: Page) -> None:
    told = signals_of(page)
    page.goto(care.address)
    search(page, NONSENSE)
    expect(page.get_by_text(f"Nothing found for “{NONSENSE}”")).to_be_visible()
    wait_until(lambda: counted(care, "search"))
    search(page, "Flux Capacitor")
    page.locator("carebase-search input:visible").first.press("Enter")
    page.wait_for_timeout(2000)

    assert [{"kind": "search", "query": NONSENSE, "lang": "en"}] == told
    assert {(NONSENSE, "", "en"): 1} == counted(care, "search")


@pytest.mark.parametrize("words", ["descale", "BR24100042x", "nobody@example.com", "zq"])
def test_what_is_found_personal_or_unfinished_is_not_sent(
    care: Client, page: Page, words: str
) -> None:
    told = signals_of(page)
    page.goto(care.address)
    search(page, words)
    if words == "zq":
        # Gone on before the words were finished.
        page.wait_for_timeout(600)
        search(page, "descale")
    page.wait_for_timeout(2200)

    assert [] == told


def test_whoever_does_not_want_to_be_counted_is_not(care: Client, page: Page) -> None:
    told = signals_of(page)
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.goto(care.address)
    search(page, "plasma resonator")
    expect(page.get_by_text("Nothing found for “plasma resonator”")).to_be_visible()
    page.wait_for_timeout(2200)

    assert [] == told


def test_an_outcome_asks_whether_it_helped(
    care: Client, open_page: OpenPage, axe: Callable[..., list[Violation]]
) -> None:
    page = open_page(width=390)
    told = signals_of(page)
    page.goto(f"{care.address}{BRIO}#primed")
    solved = page.locator(".cb-node", has=page.locator("#primed"))
    group = solved.get_by_role("group", name="Did this solve it?")
    expect(group.get_by_role("button")).to_have_text(["Yes", "No"])
    assert [] == axe(page)
    assert 0 == overflow(page)
    group.get_by_role("button", name="Yes").click()
    expect(solved.get_by_text("Good to know, thank you.")).to_be_focused()
    page.goto(f"{care.address}{BRIO}#auto-off")
    other = page.locator(".cb-node", has=page.locator("#auto-off"))
    other.get_by_role("button", name="No").click()
    expect(other.get_by_role("link", name="Ask us, we are glad to help")).to_have_attribute(
        "href", "#ask-support-request"
    )

    wait_until(lambda: len(counted(care, "outcome")) == 2)
    assert {(BRIO, "primed", "solved"): 1, (BRIO, "auto-off", "not_solved"): 1} == counted(
        care, "outcome"
    )
    page.wait_for_timeout(100)  # so that what the browser has sent is heard of here as well
    assert ["outcome", "outcome"] == [one["kind"] for one in told]


def test_the_way_to_a_form_is_counted(care: Client, page: Page) -> None:
    page.goto(f"{care.address}{BRIO}#dead")
    page.locator("carebase-troubleshooter:defined").wait_for()
    page.locator(".cb-node", has=page.locator("#dead")).locator("a.cb-button").click()
    expect(page.locator("#ask-repair-request")).to_be_visible()

    wait_until(lambda: counted(care, "outcome").get((BRIO, "dead", "escalated")) == 1)


def test_without_javascript_nothing_is_asked(care: Client, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(f"{care.address}{BRIO}#primed")

    expect(page.locator("#primed")).to_be_visible()
    expect(page.get_by_text("Did this solve it?")).to_have_count(0)
    expect(page.locator(".cb-outcome")).to_have_count(0)


def open_an_offered_article(page: Page, address: str) -> None:
    page.goto(f"{address}support/contact/")
    area = page.locator("carebase-form[data-form=support-request] form[novalidate] textarea")
    area.fill("The power light turned orange and I think there is limescale in the boiler")
    offered = page.locator(".cb-suggest").get_by_role("link")
    expect(offered.first).to_be_visible(timeout=20_000)
    with page.context.expect_page() as opened:
        offered.first.click()
    expect(opened.value.locator("h1")).to_be_visible()
    opened.value.close()


def test_a_form_that_an_article_spared_is_counted_once(care: Client, page: Page) -> None:
    def ends() -> tuple[int, int]:
        found = counted(care, "suggestion")
        return tuple(found.get(("support-request", "", end), 0) for end in ("left", "sent"))  # type: ignore[return-value]

    left, sent = ends()
    # Nothing was opened: whoever only looks at the form was not spared anything.
    page.goto(f"{care.address}support/contact/")
    open_an_offered_article(page, care.address)
    page.goto(care.address)
    wait_until(lambda: (left + 1, sent) == ends())

    open_an_offered_article(page, care.address)
    form = page.locator("carebase-form[data-form=support-request]")
    # What the form tells once the endpoint has taken it.
    form.evaluate("form => form.dispatchEvent(new CustomEvent('carebase:sent'))")
    wait_until(lambda: (left + 1, sent + 1) == ends())
    page.goto(care.address)
    search(page, NONSENSE)
    expect(page.get_by_text(f"Nothing found for “{NONSENSE}”")).to_be_visible()
    assert (left + 1, sent + 1) == ends()


def test_a_site_without_an_endpoint_counts_nothing(
    tmp_path: Path, page: Page, watch: Watch
) -> None:
    copy_example(tmp_path)
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("      endpoint: /\n", ""), "utf-8")
    watch.allow("status of 404")
    with built(tmp_path) as client:
        told = signals_of(page)
        page.goto(client.address)
        assert page.locator("carebase-search[endpoint]").count() == 0
        search(page, NONSENSE)
        expect(page.get_by_text(f"Nothing found for “{NONSENSE}”")).to_be_visible()
        page.wait_for_timeout(2200)
        page.goto(f"{client.address}{BRIO}#primed")
        expect(page.locator("#primed")).to_be_visible()
        page.locator("carebase-troubleshooter:defined").wait_for()
        assert page.locator(".cb-outcome").count() == 0
        assert page.locator(".cb-asking form").count() == 0
        assert [] == told
        assert [] == client.rows("signals")
