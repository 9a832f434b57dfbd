"""Articles that go with the one that is read, at the end of its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml.html import HtmlElement

from carebase_plugins.engine.build import build_site
from tests.plugins.making import BRIO, make, tree
from tests.support.sites import BuiltSite

RELATED = "//section[@class='cb-related']"


def page(title: str, head: str = "", text: str = "Words.") -> str:
    """Write a page with a title and more in its head."""
    return f"---\ntitle: {title}\n{head}---\n\n# {title}\n\n## Do it\n\n{text}\n"


FILES = {
    "docs/index.md": "# Care\n\nThe steam wand, and how to clean it.\n",
    "docs/products/brio/product.yml": BRIO,
    "docs/products/brio/index.md": "# The steam wand of Brio\n",
    "docs/products/brio/clean.md": page("Clean the steam wand", "description: With a cloth.\n"),
    "docs/products/brio/froth.md": page("Steam milk", "requires: [clean.md]\n"),
    "docs/products/brio/change.md": page("Change the steam wand"),
    "docs/products/brio/hidden.md": page("The steam wand inside", "search: {exclude: true}\n"),
    "docs/products/brio/none.md": page("The steam wand alone", "related: false\n"),
    "docs/products/brio/first.md": page("Fill the tank", "related: [../brio/clean.md]\n"),
    "docs/products/brio/dampf.md": page("Die Dampflanze reinigen", "lang: de\n"),
    "docs/products/brio/lanze.md": page("Die Dampflanze wechseln", "lang: de\n"),
    "docs/products/brio/vapeur.md": page("Nettoyer la buse vapeur", "lang: fr\n"),
    "docs/products/brio/buse.md": page("Changer la buse vapeur", "lang: fr\n"),
    "docs/products/brio/vapor.md": page("Limpiar la lanza de vapor", "lang: es\n"),
    "docs/products/brio/lanza.md": page("Cambiar la lanza de vapor", "lang: es\n"),
    "docs/products/pip/product.yml": "id: pip\nname: Pip\nsummary: A robot.\n",
    "docs/products/pip/steam.md": page("Clean with the steam wand"),
    "docs/support/ask.md": "# Ask about the steam wand\n\n/// form | support-request\n///\n",
    **{
        f"docs/products/brio/other-{number}.md": page(f"Thing{number} whatsit{number}")
        for number in range(20)
    },
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return make(tmp_path_factory.mktemp("related"), FILES)


def links(site: BuiltSite, address: str) -> list[str]:
    """Give where the related articles of a page lead."""
    return [str(one) for one in tree(site, address).xpath(f"{RELATED}//a/@href")]


def section(site: BuiltSite, address: str) -> HtmlElement:
    """Give the part of a page with the related articles."""
    return tree(site, address).xpath(RELATED)[0]


def test_articles_of_the_product_are_listed(site: BuiltSite) -> None:
    assert {"../change/", "../none/"} == set(links(site, "products/brio/clean/"))
    assert {"../change/", "../none/"} == set(links(site, "products/brio/froth/"))
    found = section(site, "products/brio/change/")
    assert "cb-related" == found.get("aria-labelledby")
    assert ["Related articles"] == found.xpath("h2[@id='cb-related']/text()")
    rows = {
        row.xpath("string(span[@class='cb-row__title'])"): " ".join(row.text_content().split())
        for row in found.xpath(".//a")
    }
    assert "Clean the steam wandWith a cloth." == rows["Clean the steam wand"]
    assert "Steam milk" == rows["Steam milk"]


def test_it_is_the_last_thing_of_the_article_and_not_searched(site: BuiltSite) -> None:
    html = site.html("products/brio/change/")
    assert html.index("<!--/search-->") < html.index("cb-feedback") < html.index('id="cb-related"')


@pytest.mark.parametrize(
    "address",
    ["", "products/brio/", "support/ask/", "products/brio/hidden/", "products/brio/none/"],
)
def test_pages_without_any(site: BuiltSite, address: str) -> None:
    assert [] == links(site, address)


def test_the_head_of_a_page_says_what_comes_first(site: BuiltSite) -> None:
    assert ["../clean/"] == links(site, "products/brio/first/")


@pytest.mark.parametrize(
    ("address", "title", "language", "other"),
    [
        ("dampf", "Passende Artikel", "de", "../lanze/"),
        ("vapeur", "Articles associés", "fr", "../buse/"),
        ("vapor", "Artículos relacionados", "es", "../lanza/"),
    ],
)
def test_other_languages(
    site: BuiltSite, address: str, title: str, language: str, other: str
) -> None:
    found = section(site, f"products/brio/{address}/")
    assert language == found.get("lang")
    assert title == found.xpath("string(h2)")
    assert [other] == links(site, f"products/brio/{address}/")


def test_what_is_kept_of_it_follows_every_edit(tmp_path: Path) -> None:
    site = make(tmp_path, FILES)
    clean = tmp_path / "docs/products/brio/clean.md"
    assert "../clean/" in links(site, "products/brio/change/")
    head = "description: With a cloth.\n"
    clean.write_text(page("Clean the steam wand", head, "Other words."), encoding="utf-8")
    assert 1 == build_site(tmp_path).made
    assert "../clean/" in links(site, "products/brio/change/")
    clean.write_text(page("Polish the lid", head), encoding="utf-8")
    build_site(tmp_path)
    assert "../clean/" not in links(site, "products/brio/change/")
    assert [] == links(site, "products/brio/clean/")
