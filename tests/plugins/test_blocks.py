"""Blocks of Carebase in Markdown, and those of others beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from carebase_plugins.blocks import Placeholder, fill_placeholders
from tests.plugins.making import BRIO, CONFIG, article, make, texts

BLOCKS = CONFIG + "  - pymdownx.blocks.details\n  - pymdownx.blocks.admonition\n"
CONTACT = """\
time_zone: Europe/Vienna
holidays: AT
hours: {monday: "09:00-12:00, 13:00-17:00", sunday: closed}
channels:
  - {kind: phone, name: "Call <us>", number: "+43 1 555 0142", note: Free.}
  - {kind: mail, name: Write, address: care@a.example}
  - {kind: chat, name: Chat, url: "https://chat.a.example/", hours: always}
  - {kind: service_centre, name: Visit, address: "Ring 1\\n1010 Wien"}
emergency: {name: Smoke, number: "+43 1 555 0199", hours: always}
call_back: true
"""


def test_blocks_are_filled_in_place(tmp_path: Path) -> None:
    form, contact = "/// form | support-request\n///\n", "/// contact-hours\n///\n"
    page = f"# Help\n\nBefore.\n\n{form}\nBetween.\n\n{contact}"
    site = make(tmp_path, {"docs/help.md": page, "docs/contact.yml": CONTACT})
    shown = article(site, "help/")

    assert ["form", "contact-hours"] == shown.xpath("//article//@data-carebase")
    assert ["Before.", "Between."] == [t for t in texts(shown, "//article/p") if t.endswith(".")][
        :2
    ]
    assert [] == shown.xpath("//carebase-block")


def test_a_survey_is_a_form_that_asks_for_an_opinion(tmp_path: Path) -> None:
    page = "# Tell us\n\n/// survey | product-survey\n    product: brio\n///\n"
    site = make(tmp_path, {"docs/say.md": page, "docs/products/brio/product.yml": BRIO})
    shown = article(site, "say/")

    assert ["form"] == shown.xpath("//article//@data-carebase")
    assert ["product-survey"] == shown.xpath("//article//@data-form")
    assert ["0", "10"] == [shown.xpath("//input[@name='recommend']/@value")[at] for at in (0, -1)]
    assert ["brio"] == shown.xpath("//article//option[@selected]/@value")


def test_each_block_can_name_a_product(tmp_path: Path) -> None:
    quiz = "\n### Is it on? {#on}\n\n- [x] Yes\n- [ ] No\n\n"
    names = (
        "contact-hours",
        "survey | product-survey",
        "notices",
        "quiz",
        "form | support-request",
    )
    blocks = [
        f"/// {name}\n    product: brio\n{quiz if name == 'quiz' else ''}///\n" for name in names
    ]
    site = make(
        tmp_path,
        {
            "docs/help.md": "# Help\n\n" + "\n".join(blocks),
            "docs/contact.yml": CONTACT,
            "docs/products/brio/product.yml": BRIO,
        },
    )
    shown = article(site, "help/")

    assert "unknown-block-option" not in site.result.stdout
    assert ["brio"] * 5 == shown.xpath("//article//*[@data-carebase]/@data-product")
    assert ["./#product=brio"] == [
        link for link in shown.xpath("//*[@data-carebase='contact-hours']//@href") if "#" in link
    ]


def test_blocks_of_others_are_theirs(tmp_path: Path) -> None:
    page = (
        "# Help\n\n/// details | More\n\n/// note | Careful\nHot.\n///\n\n"
        "//// form | support-request\n////\n\n///\n"
    )
    page = page.replace("/// details | More", "///// details | More", 1)
    page = page[: page.rindex("///")] + "/////\n"
    shown = article(make(tmp_path, {"docs/help.md": page}, BLOCKS), "help/")

    assert ["More"] == texts(shown, "//details/summary")
    assert ["Note: Careful"] == texts(shown, "//details//p[@class='admonition-title']")
    assert 1 == len(shown.xpath("//details//*[@data-form='support-request']"))


def test_a_block_in_a_list_is_filled(tmp_path: Path) -> None:
    page = "# Help\n\n1. Ask us:\n\n    /// form | support-request\n    ///\n\n2. Wait.\n"
    shown = article(make(tmp_path, {"docs/help.md": page}), "help/")

    assert 1 == len(shown.xpath("//li//*[@data-form='support-request']"))
    assert 2 == len(shown.xpath("//article/ol/li"))


@pytest.mark.parametrize(
    "page",
    [
        "```\n/// form | support-request\n///\n```\n",
        "    /// form | support-request\n    ///\n",
        "Write `/// form | support-request` there.\n",
        '`<carebase-block name="form" argument="support-request"></carebase-block>`\n',
    ],
)
def test_a_block_in_code_is_an_example(tmp_path: Path, page: str) -> None:
    shown = article(make(tmp_path, {"docs/help.md": f"# Help\n\nText.\n\n{page}"}), "help/")

    assert [] == shown.xpath("//article//@data-form")
    assert "support-request" in "".join(texts(shown, "//code"))


def test_a_product_stands_on_its_own_pages_or_is_named(tmp_path: Path) -> None:
    product = BRIO + "parts: [{sku: A, name: Gasket}]\n"
    files = {
        "docs/products/brio/product.yml": product,
        "docs/products/brio/parts.md": "---\nkind: page\n---\n\n# Parts\n\n/// parts\n///\n",
        "docs/parts.md": "# Parts\n\n/// parts\n    product: brio\n///\n",
    }
    site = make(tmp_path, files)
    for address in ("products/brio/parts/", "parts/"):
        assert ["Gasket"] == texts(article(site, address), "//span[@class='cb-item__name']")


def test_contact_tells_every_way(tmp_path: Path) -> None:
    page = "# Help\n\n/// contact-hours\n///\n"
    files = {
        "docs/help.md": page,
        "docs/contact.yml": CONTACT,
        "docs/ask.md": "# Ask\n\n/// form | support-request\n///\n",
    }
    shown = article(make(tmp_path, files), "help/")

    assert ["Call <us>", "Write", "Chat", "Visit"] == texts(shown, "//p[@class='cb-channel__name']")
    assert [
        "tel:+4315550142",
        "mailto:care@a.example",
        "https://chat.a.example/",
    ] == shown.xpath("//a[@class='cb-channel__link']/@href")
    assert ["tel:+4315550199"] == shown.xpath("//a[@class='cb-emergency__number']/@href")
    days = texts(shown, "(//dl[@class='cb-week__days'])[last()]/div")
    assert ["Monday09:00–12:00, 13:00–17:00", "Sundayclosed"] == [days[0], days[6]]
    assert ["Ring 1", "1010 Wien"] == shown.xpath("//p[@class='cb-channel__address']/text()")
    assert ["../ask/"] == shown.xpath("//a[contains(text(), 'call you back')]/@href")
    assert ["Europe/Vienna"] * 3 == shown.xpath("//carebase-hours/@zone")


def test_placeholders_give_names_and_values_as_written() -> None:
    found: list[Placeholder] = []

    def fill(block: Placeholder) -> str:
        found.append(block)
        return "<b>here</b>"

    page = (
        '<carebase-block name="form" argument="a &amp; &quot;b&quot;" product="x"></carebase-block>'
        '<carebase-block name="other"></carebase-block>'
    )
    assert '<b>here</b><carebase-block name="other"></carebase-block>' == fill_placeholders(
        page, {"form": fill}
    )
    assert [Placeholder("form", 'a & "b"', {"product": "x"})] == found
