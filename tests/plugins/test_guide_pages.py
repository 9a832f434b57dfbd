"""Guides, questions and troubleshooters as readers meet them."""

from __future__ import annotations

from pathlib import Path

import pytest

from carebase.articles.nodes import wrap_nodes
from carebase.articles.sections import split_sections, wrap_questions
from carebase.articles.steps import wrap_steps
from tests.plugins.making import BRIO, CONFIG, article, having, make, texts, words
from tests.support.sites import BuiltSite, Picture

GUIDE = """\
---
title: Descale
description: Twice a year.
time: 20 min
difficulty: easy
tools: [Jug]
parts: [BR-110, {sku: BR-9, quantity: 2}]
requires: [set-up.md]
reviewed: 2026-05-01
owner: Water team
models: [brio-x1]
---

# Descale

Before you begin.

## Mix *one* `bag` & water {#mix}

![The bag](img/bag.svg)

Stir it.

1. Open the lid.

    ![The lid](img/lid.svg)

2. Pour.

!!! warning "Hot"

    ## A heading in a note

    ![Steam](img/steam.svg)

=== "Left"

    ## A heading in a tab

## Good to know {.aside}

Nothing to do here.

## Rinse

Twice.
"""

FAQ = """\
# Questions

Ask away.

## Is it *loud*? {#loud}

No.

### At night

Quieter still.

### Why is it quiet?

Rubber feet.

## About water

Use soft water.
"""

TROUBLE = """\
---
kind: troubleshooter
title: No coffee
---

# No coffee

## Does the light burn? {#light}

- [Yes](#pump)
- [No](#call)

## The pump hums {#pump .solved}

Fill the tank.

- [Yes](#light)
- or wait a day.

## Ask us {#call .escalate form=repair-request}

We shall help.

## Ask nobody {#nobody .escalate form=missing}

Alas.
"""

FILES: Picture = {
    "docs": {
        "products/brio": {
            "product.yml": BRIO
            + "models: [{id: brio-x1, name: Brio X1}]\n"
            + "parts: [{sku: BR-110, name: Descaler & more}]\n",
            "set-up.md": "# Set up\n\nPlug it in.\n",
            "descale.md": GUIDE,
            "faq.md": FAQ,
            "trouble.md": TROUBLE,
            **{f"img/{name}.svg": "<svg/>" for name in ("bag", "lid", "steam")},
        },
        "support/repair.md": "# Ask for a repair\n\n/// form | repair-request\n///\n",
    }
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A product with one page of each kind."""
    return make(tmp_path_factory.mktemp("guides"), FILES)


def test_each_heading_of_the_page_is_a_step(site: BuiltSite) -> None:
    guide = article(site, "products/brio/descale/")

    assert ["1", "2"] == guide.xpath("//section/@data-step")
    assert ["Step 1: 1 Mix one bag & water", "Step 2: 2 Rinse"] == texts(
        guide, f"//section[{having('cb-step')}]/h2"
    )
    assert ["mix", "rinse"] == guide.xpath("//section[@data-step]/h2/@id")
    assert ["one"] == texts(guide, "//h2[@id='mix']/em")
    assert [("#mix", "Link to step 1"), ("#rinse", "Link to step 2")] == [
        (link.get("href"), words(link))
        for link in guide.xpath("//section/div[@class='cb-step__foot']/a")
    ]


def test_an_aside_has_no_number(site: BuiltSite) -> None:
    guide = article(site, "products/brio/descale/")
    assert ["Good to know¶ Nothing to do here."] == texts(guide, "//section[@class='cb-aside']")


def test_only_pictures_of_the_step_itself_stand_beside_it(site: BuiltSite) -> None:
    guide = article(site, "products/brio/descale/")
    step = guide.xpath("//section[@data-step='1']")[0]

    assert ["The bag"] == step.xpath(".//div[@class='cb-step__media']//img/@alt")
    assert ["The lid"] == step.xpath(".//li//img/@alt")
    assert ["Steam"] == step.xpath(".//div[contains(@class, 'admonition')]//img/@alt")
    assert 0 == len(guide.xpath("//section[@data-step='2']//div[@class='cb-step__media']"))


def test_the_strip_says_what_a_guide_takes(site: BuiltSite) -> None:
    guide = article(site, "products/brio/descale/")
    strip = [
        (words(item.xpath("dt")[0]), [words(entry) for entry in item.xpath("dd")])
        for item in guide.xpath("//dl[@class='cb-strip']/div")
    ]
    assert [
        ("Time", ["20 min"]),
        ("Difficulty", ["Easy"]),
        ("Tools", ["Jug"]),
        ("Parts", ["1 × Descaler & more BR-110", "2 × BR-9"]),
        ("Do first", ["Set up"]),
        ("For", ["Brio X1"]),
    ] == strip
    assert ["../#part-br-110", "../set-up/"] == guide.xpath("//dl//a/@href")
    hub = article(site, "products/brio/")
    assert ["Descaler & more"] == texts(hub, "//li[@id='part-br-110']/span[1]")


def test_without_a_hub_parts_are_no_links(tmp_path: Path) -> None:
    files = {
        "docs/products/brio/product.yml": BRIO + "parts: [{sku: BR-1, name: Lid}]\n",
        "docs/products/brio/descale.md": (
            "---\nparts: [BR-1]\n---\n\n# Descale\n\n## Mix\n\nStir.\n"
        ),
    }
    config = CONFIG.replace("  - carebase-catalog\n", "")
    guide = article(make(tmp_path, files, config), "products/brio/descale/")

    assert ["1 × Lid BR-1"] == texts(guide, "//dl/div/dd")
    assert [] == guide.xpath("//dl//a")


def test_a_guide_ends_with_review_and_feedback(site: BuiltSite) -> None:
    guide = article(site, "products/brio/descale/")

    assert ["Last reviewed 1 May 2026 · kept by Water team"] == texts(
        guide, "//p[@class='cb-reviewed']"
    )
    assert ["brio"] == guide.xpath("//*[@data-carebase='page-feedback']/@data-product")


def test_questions_open_and_keep_their_addresses(site: BuiltSite) -> None:
    faq = article(site, "products/brio/faq/")
    questions = faq.xpath("//details")

    assert ["Is it loud?", "Why is it quiet?"] == texts(faq, "//details/summary")
    assert ["loud", "why-is-it-quiet"] == faq.xpath("//details/summary/*/@id")
    assert [] == faq.xpath("//summary//a")
    assert "No. At night¶ Quieter still. Link to this question" == words(
        questions[0].xpath("div")[0]
    )
    assert ["#loud"] == questions[0].xpath("div/a[@class='cb-link']/@href")
    assert "Use soft water." not in words(questions[1])
    assert ["About water¶"] == texts(faq, "//h2[not(ancestor::details)]")


def test_a_troubleshooter_is_a_row_of_cards(site: BuiltSite) -> None:
    page = article(site, "products/brio/trouble/")

    assert ["question", "solved", "escalate", "escalate"] == [
        node.get("class").rpartition("--")[2]
        for node in page.xpath(f"//section[{having('cb-node')}]")
    ]
    assert [["Yes", "No"]] == [
        texts(one, "li/a") for one in page.xpath("//ul[@class='cb-choices']")
    ]
    assert [("#pump", "The pump hums"), ("#call", "Ask us")] == [
        (link.get("href"), link.get("data-to"))
        for link in page.xpath("//ul[@class='cb-choices']/li/a")
    ]
    assert [] == page.xpath("//@form")


def test_an_escalation_ends_in_the_form_with_the_product_filled_in(site: BuiltSite) -> None:
    page = article(site, "products/brio/trouble/")
    links = page.xpath("//a[@class='cb-button']")

    assert [("#ask-repair-request", "Ask for a repair")] == [
        (link.get("href"), words(link)) for link in links
    ]
    asking = page.xpath(f"//section[{having('cb-asking')}]")
    assert ["repair-request", "support-request"] == [one.get("data-form") for one in asking]
    assert "../../../support/repair/" == asking[0].get("data-address")
    chosen = asking[0].xpath(".//select[@name='product']/option[@selected]/@value")
    assert ["brio"] == chosen
    assert ["products/brio/trouble/"] == asking[0].xpath(".//input[@name='_page']/@value")


def test_a_form_that_asks_for_no_product_is_told_of_it(tmp_path: Path) -> None:
    files: Picture = {
        "docs": {
            "forms/call-me.yml": (
                "title: Call me\nfields: [{id: phone, type: phone, label: Your number}]\n"
            ),
            "products/brio": {
                "product.yml": BRIO,
                "trouble.md": (
                    "---\nkind: troubleshooter\n---\n\n# Trouble\n\n"
                    "## Odd { #odd .escalate form=call-me }\n\nHm.\n\n"
                    "/// form | call-me\n///\n"
                ),
            },
        }
    }
    page = article(make(tmp_path, files), "products/brio/trouble/")
    asking = page.xpath(f"//section[{having('cb-asking')}]")[0]

    assert ["brio"] == asking.xpath(".//input[@name='_product']/@value")
    assert [""] == asking.xpath(".//input[@name='_path']/@value")
    ids = [str(one) for one in page.xpath("//@id")]
    assert sorted(set(ids)) == sorted(ids)


def test_headings_count_only_directly_in_the_page() -> None:
    text = '<div><h2>In</h2></div><p>Never closed.<h2 id="a">One</h2><svg><path/></svg><h2>Two</h2>'
    before, sections = split_sections(text, (2,))

    assert "<div><h2>In</h2></div><p>Never closed." == before
    assert ["One", "Two"] == [section.text for section in sections]


def test_a_stray_end_tag_moves_no_heading() -> None:
    _, sections = split_sections("</div><div></p><h2>In</h2></div><h2>Out</h2>", (2,))
    assert ["Out"] == [section.text for section in sections]


def test_a_text_without_headings_stays_as_it_is() -> None:
    for text in ("", "<p>Words &amp; more.</p>", "<h3>Small</h3>"):
        assert text == wrap_steps(text, str)
        assert text == wrap_questions(text)
        assert text == wrap_nodes(text, str)


def test_attributes_of_a_heading_are_written_again_safely() -> None:
    page = wrap_steps('<h2 id="a" title="&quot;x&quot; &lt;b&gt;">A</h2>', str)
    assert '<h2 id="a" title="&quot;x&quot; &lt;b&gt;">' in page


def test_a_linked_picture_and_a_figure_stand_beside_the_text() -> None:
    page = wrap_steps(
        '<h2>A</h2><p><a href="x"><img src="a"></a></p><p>Text.</p>'
        "<figure><p><img></p><figcaption>B</figcaption></figure><p>Look <img src='c'></p>",
        str,
    )
    assert (
        '<div class="cb-step__media"><p><a href="x"><img src="a"></a></p>'
        "<figure><p><img></p><figcaption>B</figcaption></figure></div>"
        "<div class=\"cb-step__text\"><p>Text.</p><p>Look <img src='c'></p></div>"
    ) in page


def test_a_heading_after_other_things_keeps_its_anchor(tmp_path: Path) -> None:
    site = make(
        tmp_path, {"docs/notes.md": "[![New](new.svg)](https://a.example)\n\n# Some *notes*\n"}
    )
    page = article(site, "notes/")

    assert ["some-notes"] == page.xpath("//h1/@id")
    assert ["notes"] == texts(page, "//h1/em")
