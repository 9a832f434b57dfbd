"""An address at which there is no page proposes those that are near, without a server's help."""

from __future__ import annotations

import pytest

from tests.conftest import OpenPage, ServeFolder, SiteFrom
from tests.support.browser import Watch

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("products/brio/descal/", "Descale Brio"),
        ("Products/Brio/DESCALE.html", "Descale Brio"),
        ("brio/replace-the-gaskets", "Replace the group gasket"),
        ("suport/contakt/", "Contact us"),
        ("pip/batterie", "Replace the battery"),
    ],
)
@pytest.mark.parametrize("place", ["address", "below_help"])
def test_a_lost_address_proposes_what_is_near(
    place: str,
    asked: str,
    first: str,
    request: pytest.FixtureRequest,
    open_page: OpenPage,
    watch: Watch,
) -> None:
    top = request.getfixturevalue(place)
    watch.allow("404")
    page = open_page(width=390)
    page.goto(top + asked, wait_until="networkidle")

    proposals = page.locator("carebase-not-found a")
    assert first == proposals.first.inner_text()
    assert proposals.count() <= 5
    with page.expect_navigation():
        proposals.first.click()
    assert first in page.locator("h1").first.inner_text()
    assert page.url.startswith(top)


def test_nothing_like_it_proposes_nothing(address: str, open_page: OpenPage, watch: Watch) -> None:
    watch.allow("404")
    page = open_page()
    page.goto(address + "wp-login.php", wait_until="networkidle")

    assert 0 == page.locator("carebase-not-found a").count()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("here/", []),
        ("mount/", []),
        ("e62/", []),
        ("part/", ["Parts"]),
        ("prats/", ["Parts"]),
        ("partz/", ["Parts"]),
        ("wher/", ["Where"]),
    ],
)
def test_short_words_are_not_taken_for_others(
    asked: str,
    near: list[str],
    site_from: SiteFrom,
    serve_folder: ServeFolder,
    open_page: OpenPage,
    watch: Watch,
) -> None:
    site = site_from(
        """
        mkdocs.yml: |
          site_name: Near
          site_url: http://127.0.0.1/
          theme: {name: material}
          plugins: [carebase-catalog, carebase-articles]
        docs/:
          index.md: "# Home"
          where.md: "# Where"
          parts.md: "# Parts"
          count.md: "# Count"
          e61.md: "# E61"
        """
    )
    watch.allow("404")
    page = open_page()
    page.goto(serve_folder(site.folder) + asked, wait_until="networkidle")

    assert near == page.locator("carebase-not-found a").all_inner_texts()
