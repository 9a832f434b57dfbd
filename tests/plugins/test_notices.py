"""Recalls and free repairs on every page of their product, and on no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from carebase import clock
from carebase.catalog.notices import first_sentence
from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, CONFIG, article, make, texts
from tests.support.browser import Scheme, Violation, overflow
from tests.support.sites import BuiltSite

TODAY = clock.today()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

PRODUCT = f"""\
{BRIO}\
models: [{{id: brio-x1, name: Brio X1}}, {{id: brio-x2, name: Brio X2}}]
serial:
  pattern: BR[0-9]{{8}}
  example: BR24080000
  where: Under the tray.
policy: brio@1
notices:
  - id: plug
    programme: recall
    models: [Brio X2]
    from: {TODAY}
    note: >-
      Unplug the machine at once. Water can reach the contacts, and the housing can then be live. We
      collect the machine and bring a new one free of charge, also when the warranty has ended.
  - id: valve
    programme: free_repair
    serials: [{{from: BR24080000, to: BR24199999}}]
    until: {TODAY}
    note: The valve can stick.
  - {{id: past, programme: recall, until: {YESTERDAY}, note: It is over.}}
  - {{id: soon, programme: recall, from: {TOMORROW}, note: It comes.}}
"""
POLICY = "id: brio\nversion: 1\nstart: [purchased]\ncoverages:\n  - {id: everything, months: 24}\n"
PIP = "id: pip\nname: Pip\n"
GUIDE = "# {title}\n\n## Do it\n\nSo.\n"

FILES = {
    "docs/products/brio/product.yml": PRODUCT,
    "docs/products/brio/set-up.md": GUIDE.format(title="Set up"),
    "docs/products/brio/old.md": "---\nmodels: [brio-x1]\n---\n\n" + GUIDE.format(title="Old"),
    "docs/products/brio/faq.md": "# Questions\n\n## Is it loud?\n\nNo.\n",
    "docs/products/brio/notices.md": "# Notices\n\n/// notices\n///\n",
    "docs/products/pip/product.yml": PIP,
    "docs/products/pip/set-up.md": GUIDE.format(title="Set up Pip"),
    "docs/faq/plugs.md": (
        "---\nproducts: [pip, brio]\nlang: de\n---\n\n# Fragen\n\n## Welcher Stecker?\n\nDieser.\n"
    ),
    "docs/support/check.md": "# Check your warranty\n\n/// warranty-check\n///\n",
    "docs/about.md": "# About us\n\nWe make machines.\n",
    "docs/warranty/policies/brio@1.yml": POLICY,
}
BANNER = "//div[@class='cb-banners']/div"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """One product with notices and one without."""
    return make(tmp_path_factory.mktemp("notices"), FILES)


@pytest.mark.parametrize("page", ["products/brio/set-up/", "products/brio/faq/", "faq/plugs/"])
def test_every_page_of_the_product_tells_what_runs(site: BuiltSite, page: str) -> None:
    assert ["plug", "valve"] == article(site, page).xpath(f"{BANNER}/@data-notice")


@pytest.mark.parametrize(
    "page", ["", "about/", "products/", "products/pip/", "products/pip/set-up/", "support/check/"]
)
def test_pages_of_other_products_tell_nothing(site: BuiltSite, page: str) -> None:
    assert [] == article(site, page).xpath(BANNER)
    assert "Safety recall" not in site.html(page)


def test_what_has_ended_or_not_begun_is_nowhere(site: BuiltSite) -> None:
    for name in site.files():
        if name.endswith((".html", ".md", ".txt")):
            text = (site.folder / name).read_text(encoding="utf-8")
            assert "It is over." not in text
            assert "It comes." not in text


def test_a_page_about_one_model_tells_what_concerns_it(site: BuiltSite) -> None:
    assert ["valve"] == article(site, "products/brio/old/").xpath(f"{BANNER}/@data-notice")


def test_what_the_page_shows_itself_is_not_said_twice(site: BuiltSite) -> None:
    page = article(site, "products/brio/notices/")
    assert [] == page.xpath(BANNER)
    assert ["notice-plug", "notice-valve"] == page.xpath("//section/@id")


def test_the_banner_says_what_to_know_at_once(site: BuiltSite) -> None:
    page = article(site, "products/brio/set-up/")
    plug, valve = (texts(one, ".//p") for one in page.xpath(BANNER))

    assert [
        "Safety recall: Brio",
        "Unplug the machine at once.",
        "Models: Brio X2.",
        "Is mine concerned? Check the serial number What to do",
    ] == plug
    assert "Free repair programme: Brio" == valve[0]
    assert [
        "../../../support/check/#product=brio",
        "../#notice-plug",
        "../../../support/check/#product=brio",
        "../#notice-valve",
    ] == page.xpath(f"{BANNER}//a/@href")


def test_the_banner_speaks_the_language_of_the_page(site: BuiltSite) -> None:
    page = article(site, "faq/plugs/")
    assert "Sicherheitsrückruf: Brio" == texts(page, f"{BANNER}//p[1]")[0]
    assert ["de"] == page.xpath("//div[@class='cb-banners']/parent::div/@lang")


def test_the_hub_tells_all_and_leads_to_the_check(site: BuiltSite) -> None:
    hub = article(site, "products/brio/")

    assert [] == hub.xpath(BANNER)
    assert ["notice-plug", "notice-valve"] == hub.xpath("//section[starts-with(@id, 'notice')]/@id")
    assert "also when the warranty has ended" in texts(hub, "//section[@id='notice-plug']")[0]
    assert ["../../support/check/#product=brio"] == hub.xpath(
        "//section[@id='notice-plug']//p[@class='cb-notice__ways']/a/@href"
    )


def test_without_a_page_for_it_the_check_is_on_the_hub(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if "support" not in name}
    page = article(make(tmp_path, files), "products/brio/set-up/")
    assert "../#warranty" in page.xpath(f"{BANNER}//a/@href")


def test_a_product_without_a_warranty_has_no_check(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if "support" not in name}
    files["docs/products/brio/product.yml"] = PRODUCT.replace("policy: brio@1\n", "")
    page = article(make(tmp_path, files), "products/brio/set-up/")
    assert ["../#notice-plug", "../#notice-valve"] == page.xpath(f"{BANNER}//a/@href")


def test_the_twin_says_what_its_writer_wrote(site: BuiltSite) -> None:
    twin = (site.folder / "products/brio/set-up.md").read_text(encoding="utf-8")
    assert GUIDE.format(title="Set up") == twin


@pytest.mark.parametrize(
    ("note", "first"),
    [
        ("Short, and told whole. Really.", "Short, and told whole. Really."),
        ("Stop riding this bike. " + "The bolts can crack. " * 8, "Stop riding this bike."),
        (
            "Nehmen Sie z. B. Gerät Nr. 4 vom Netz. " + "Es kann heiß werden. " * 8,
            "Nehmen Sie z. B. Gerät Nr. 4 vom Netz.",
        ),
        ("no end in sight " * 10, "no end in sight " * 10),
    ],
)
def test_the_first_sentence_of_a_note(note: str, first: str) -> None:
    assert first == first_sentence(note)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_leads_to_the_check_with_the_product_chosen(
    tmp_path: Path,
    open_page: OpenPage,
    serve_folder: ServeFolder,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: Scheme,
) -> None:
    config = CONFIG.replace(
        "name: material",
        f"name: material\n  palette: {{scheme: {'slate' if scheme == 'dark' else 'default'}}}",
    )
    page = open_page(width=width, scheme=scheme)
    page.goto(serve_folder(make(tmp_path, FILES, config).folder) + "products/brio/set-up/")
    assert [] == axe(page)
    assert 0 == overflow(page)

    page.get_by_role("link", name="Check the serial number").first.click()

    page.wait_for_url("**/support/check/**")
    page.locator("carebase-warranty-check:defined").wait_for()
    chosen = page.locator("[name=product]").first
    assert "brio" == chosen.input_value()
    expect(page.get_by_label("Serial number")).to_be_visible()
