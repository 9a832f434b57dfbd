"""The hub of a product, made of its folder and its product.yml."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.plugins.making import BRIO, CONFIG, article, having, make, texts, tree, words
from tests.support.sites import BuiltSite

TODAY = date.today()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

PRODUCT = f"""\
{BRIO}\
picture: img/brio 1.svg
models: [{{id: brio-x1, name: Brio X1}}]
serial:
  pattern: BR[0-9]{{4}}
  example: BR1234
  where: Under the tray.
policy:
  - policy: brio@1
    sold_until: 2024-12-31
  - policy: brio@2
components: [{{id: pump, name: Water pump}}]
parts:
  - {{sku: A, name: Gasket, price: 6.90 EUR, guide: gasket.md}}
  - {{sku: B, name: Pump, price: 5000 JPY}}
  - {{sku: C, name: Lid, price: 12.5 CHF}}
  - {{sku: D, name: Hose, price: 3 GBP}}
  - {{sku: E, name: Coil, price: 1.234 KWD}}
service_plan:
  - {{task: Rinse, every: 1 week}}
  - {{task: Descale, every: 3 months, guide: descale.md}}
  - {{task: Oil, every: 200 cups}}
support_until: 2033-12-31
downloads:
  - {{title: Care card, file: "files/care card #1.pdf"}}
  - {{title: Big, file: files/big.zip}}
notices:
  - id: now
    programme: recall
    from: {TODAY}
    until: {TODAY}
    note: Now & here.
    source: https://a.example/?a=1&b=2
    models: [brio-x1]
  - {{id: past, programme: recall, until: {YESTERDAY}, note: Past.}}
  - {{id: soon, programme: free_repair, from: {TOMORROW}, note: Soon.}}
  - {{id: open, programme: free_repair, note: Open.}}
"""

POLICY = """\
id: brio
version: {version}
start: [purchased]
coverages:
  - {{id: everything, months: {months}}}
  - {{id: pump, months: 12}}
"""

GUIDE = "---\ntitle: {title}\nrequires: [{requires}]\n---\n\n# {title}\n\n## Do it\n\nSo.\n"


def guide(title: str, requires: str = "") -> str:
    """Write a guide that needs others first."""
    return GUIDE.format(title=title, requires=requires)


FILES: dict[str, str | bytes] = {
    "docs/products/brio/product.yml": PRODUCT,
    "docs/products/brio/first.md": guide("First coffee", "set-up.md"),
    "docs/products/brio/art.md": guide("Latte art", "first.md"),
    "docs/products/brio/set-up.md": guide("Set up"),
    "docs/products/brio/descale.md": guide("Descale"),
    "docs/products/brio/gasket.md": guide("Replace the gasket"),
    "docs/products/brio/trouble.md": (
        "---\nkind: troubleshooter\n---\n\n# No coffee\n\n## Hm? {#hm}\n\n- [Ask](#ask)\n\n"
        "## Ask {#ask .solved}\n\nSo.\n"
    ),
    "docs/products/brio/faq.md": (
        "# Questions\n\n## Is it loud? {#loud}\n\nNo.\n\n## Notes\n\nSo.\n"
    ),
    "docs/products/brio/history.md": "---\nkind: page\n---\n\n# Its history\n\nLong.\n",
    "docs/products/brio/img/brio 1.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "docs/products/brio/files/care card #1.pdf": b"%PDF" + b"x" * 12_000,
    "docs/products/brio/files/big.zip": b"x" * 1_250_000,
    "docs/warranty/policies/brio@1.yml": POLICY.format(version=1, months=12),
    "docs/warranty/policies/brio@2.yml": POLICY.format(version=2, months=36),
    "docs/courses/care/course.yml": (
        "title: Care\nsummary: Learn it.\nproducts: [brio]\nlessons: [one.md, two.md]\n"
    ),
    "docs/courses/care/one.md": "# Lesson one\n\nSo.\n",
    "docs/courses/care/two.md": "# Lesson two\n\nSo.\n",
    "docs/faq/general.md": (
        "---\nproducts: [brio]\n---\n\n# General\n\n## Where to buy? {#buy}\n\nHere.\n"
    ),
    "docs/support/contact.md": "# Write to us\n\n/// form | support-request\n///\n",
    "docs/support/check.md": "# Check your warranty\n\n/// warranty-check\n///\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A product with everything."""
    return make(tmp_path_factory.mktemp("hub"), FILES)


HUB = "products/brio/"


def section(site: BuiltSite, anchor: str, path: str) -> list[str]:
    """Give the texts in the section of the hub under a heading."""
    return texts(article(site, HUB), f"//section[@aria-labelledby='{anchor}']{path}")


def test_the_head_says_what_it_is(site: BuiltSite) -> None:
    hub = article(site, HUB)

    assert ["Brio"] == texts(hub, "//h1")
    assert ["A pump espresso machine."] == texts(hub, "//p[@class='cb-hub__summary']")
    assert ["Brio X1"] == texts(hub, f"//span[{having('cb-chip')}]")
    assert ["img/brio%201.svg"] == hub.xpath("//img[@class='cb-hub__picture']/@src")
    assert ["Under the tray. It looks like BR1234."] == texts(
        hub, "//details[@class='cb-serial']/p"
    )


def test_guides_are_grouped_by_what_one_comes_for(site: BuiltSite) -> None:
    rows = "//span[@class='cb-row__title']"

    assert ["Set up", "First coffee", "Latte art"] == section(site, "setup", rows)
    assert ["No coffee"] == section(site, "trouble_group", rows)
    assert ["Descale"] == section(site, "care", rows)
    assert ["Replace the gasket"] == section(site, "repair", rows)
    assert ["Its history"] == section(site, "more", rows)
    assert ["Care"] == section(site, "courses", rows)


def test_the_first_steps_are_offered(site: BuiltSite) -> None:
    hub = article(site, HUB)
    assert [
        ("New here?", "Set up", "set-up/"),
        ("Something is wrong?", "No coffee", "trouble/"),
        ("Get more from it", "Care", "../../courses/care/"),
    ] == [
        (words(link[1][0]), words(link[1][1]), link.get("href"))
        for link in hub.xpath("//a[@class='cb-quick__link']")
    ]


def test_questions_are_those_of_all_its_pages(site: BuiltSite) -> None:
    assert ["Is it loud?", "Where to buy?"] == section(site, "questions", "//a")
    links = article(site, HUB).xpath("//ul[@class='cb-questions']//a/@href")
    assert ["faq/#loud", "../../faq/general/#buy"] == links


def test_no_question_is_left_out(tmp_path: Path) -> None:
    asked = [f"Is part {number} spare?" for number in range(1, 31)]
    files = {
        "docs/products/brio/product.yml": BRIO,
        "docs/products/brio/faq.md": "# Questions\n\n"
        + "".join(f"## {one}\n\nYes.\n\n" for one in asked),
    }
    hub = article(make(tmp_path, files), HUB)

    assert asked == texts(hub, "//section[@aria-labelledby='questions']//li")
    assert ["More questions (18)"] == texts(hub, "//details[.//li]/summary")
    assert 18 == len(hub.xpath("//section[@aria-labelledby='questions']/details//li"))


def test_parts_show_their_pictures(tmp_path: Path) -> None:
    part = "parts: [{sku: A, name: Gasket, picture: img/the gasket.svg}]\n"
    files = {
        "docs/products/brio/product.yml": BRIO + part,
        "docs/products/brio/img/the gasket.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "docs/parts.md": "# Parts\n\n/// parts\n    product: brio\n///\n",
    }
    site = make(tmp_path, files)
    for page, source in ((HUB, "img/"), ("parts/", "../products/brio/img/")):
        assert [f"{source}the%20gasket.svg"] == article(site, page).xpath(
            "//ul[@data-carebase='parts']//img/@src"
        )


def test_parts_have_prices_and_guides(site: BuiltSite) -> None:
    assert ["€6.90", "¥5000", "CHF 12.50", "£3.00", "KWD 1.234"] == section(
        site, "parts", "//span[@class='cb-item__value']"
    )
    assert ["Replace the gasket"] == section(site, "parts", "//a")


def test_the_service_plan_says_how_often(site: BuiltSite) -> None:
    assert ["Every 1 week", "Every 3 months", "Every 200 cups"] == section(
        site, "service-plan", "//span[@class='cb-item__fact']"
    )
    assert ["Descale"] == section(site, "service-plan", "//a")


def test_warranty_at_a_glance_is_that_of_units_sold_today(site: BuiltSite) -> None:
    assert ["36 months Everything", "12 months Water pump"] == section(
        site, "warranty", "//ul[@class='cb-glance']/li"
    )
    assert [
        "Warranty terms for units sold until 31 December 2024",
        "Warranty terms for units sold today",
    ] == section(site, "warranty", "/p/a")
    links = article(site, HUB).xpath("//section[@aria-labelledby='warranty']/p/a/@href")
    assert ["../../warranty/brio-1/", "../../warranty/brio-2/"] == links
    assert ["Warranty terms: Brio, version 2¶"] == texts(article(site, "warranty/brio-2/"), "//h1")


def test_downloads_say_type_and_size(site: BuiltSite) -> None:
    assert ["Care card PDF, 12 kB", "Big ZIP, 1.2 MB"] == section(site, "downloads", "//li")
    links = article(site, HUB).xpath("//a[@download]/@href")
    assert ["files/care%20card%20%231.pdf", "files/big.zip"] == links
    assert (site.folder / HUB / unquote(str(links[0]))).is_file()


def test_notices_show_while_they_run(site: BuiltSite) -> None:
    notices = article(site, HUB).xpath("//section[starts-with(@id, 'notice-')]")

    assert ["notice-now", "notice-open"] == [one.get("id") for one in notices]
    assert "Safety recall: Brio" in words(notices[0])
    assert "Now & here." in words(notices[0])
    assert ["https://a.example/?a=1&b=2", "../../support/check/#product=brio"] == notices[0].xpath(
        ".//a/@href"
    )


def test_a_model_in_a_notice_goes_by_its_name(site: BuiltSite) -> None:
    notice = article(site, HUB).xpath("//section[@id='notice-now']")[0]
    assert "Models: Brio X1." in words(notice)


def test_forms_know_the_product(site: BuiltSite) -> None:
    assert ["Write to us"] == section(site, "help", "//a")
    assert "../../support/contact/?product=brio" in article(site, HUB).xpath("//a/@href")


def test_the_support_promise_stands_at_the_end(site: BuiltSite) -> None:
    assert "Spare parts and help are promised until 31 December 2033." in words(article(site, HUB))


@pytest.mark.parametrize("name", ["index.md", "README.md"])
def test_a_hub_keeps_what_its_writer_says(tmp_path: Path, name: str) -> None:
    files = {
        "docs/products/brio/product.yml": BRIO,
        "docs/products/brio/set-up.md": guide("Set up"),
        f"docs/products/brio/{name}": "# About Brio\n\nMade in Linz.\n",
    }
    site = make(tmp_path, files)
    hub = article(site, HUB)

    assert ["brio"] == hub.xpath(".//@data-product")
    assert ["Brio"] == texts(hub, "//h1")
    assert ["Made in Linz."] == texts(hub, "//div[@class='cb-hub__intro']/p")
    assert ["Set up"] == texts(hub, "//h2[@id]/following-sibling::ul//span[1]")
    beside = tree(site, "products/brio/set-up/").xpath("//nav[contains(@class, 'cb-nav')]")[0]
    assert ["Set up"] == texts(beside, ".//ul[@class='cb-nav__list']/li")


def test_blocks_show_parts_and_plans_on_any_page(tmp_path: Path) -> None:
    page = (
        "# Parts\n\n/// parts\n    product: brio\n///\n\n"
        "/// service-plan\n    product: brio\n///\n\n"
        "/// notices\n///\n"
    )
    files = {k: v for k, v in FILES.items() if "/brio/" in k or "policies" in k}
    site = make(tmp_path, files | {"docs/support/parts.md": page})
    shown = article(site, "support/parts/")

    assert ["parts", "service-plan", "reminders", "notices"] == shown.xpath(
        "//article//@data-carebase"
    )
    assert ["../../products/brio/gasket/"] == shown.xpath("//ul[@data-carebase='parts']//a/@href")


@pytest.mark.parametrize(
    ("language", "prices", "plan", "size"),
    [
        ("de", ["6,90 €", "5000 ¥", "12,50 CHF"], "1 Woche", "ZIP, 1,2 MB"),
        ("fr", ["6,90 €", "5000 ¥", "12,50 CHF"], "1 semaine", "ZIP, 1,2 MB"),
        ("es", ["6,90 €", "5000 ¥", "12,50 CHF"], "1 semana", "ZIP, 1,2 MB"),
    ],
)
def test_other_languages(
    tmp_path: Path, language: str, prices: list[str], plan: str, size: str
) -> None:
    config = CONFIG.replace("name: material", f"name: material\n  language: {language}")
    site = make(tmp_path, FILES, config)

    assert prices == section(site, "parts", "//span[@class='cb-item__value']")[:3]
    assert section(site, "service-plan", "//span[@class='cb-item__fact']")[0].endswith(plan)
    assert section(site, "downloads", "//li")[1].endswith(size)
    assert [language] == tree(site, HUB).xpath("/html/@lang")
