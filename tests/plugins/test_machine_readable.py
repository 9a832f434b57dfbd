"""What programs read of a site: structured data, Markdown twins, lists for assistants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.support.process import run_carebase

FILES = {
    "mkdocs.yml": """\
site_name: Tarn Care
site_url: https://care.example/help/
site_description: Help for all pumps.
theme: {name: material}
plugins: [carebase-catalog, carebase-articles, carebase-courses, carebase-forms]
markdown_extensions:
  - pymdownx.snippets: {base_path: [parts]}
""",
    "parts/safety.txt": "Pull the plug first.\n",
    "docs/index.md": "# Home\n\n[Descale](products/tarn/descale.md)\n",
    "docs/products/tarn/product.yml": """\
id: tarn
name: Tarn
summary: A pump & more.
picture: img/tarn.png
models: [{id: tarn-1, name: Tarn 1, gtin: "9120000011019"}]
policy: tarn@1
components: [{id: motor, name: Motor}]
parts: [{sku: T-1, name: Seal}]
""",
    "docs/products/tarn/img/tarn.png": "picture",
    "docs/warranty/policies/tarn@1.yml": """\
id: tarn
version: 1
start: [purchased]
coverages:
  - {id: motor, months: 24}
  - {id: seals, days: 90}
  - {id: housing, lifetime: unlimited}
""",
    "docs/products/tarn/descale.md": """\
---
description: Take the scale out.
time: 10–90 min
tools: [Bowl]
parts: [{sku: T-1, quantity: 2}]
---

# Descale Tarn

Before you begin. <!-- a note among writers -->

## Fill { #fill }

--8<-- "safety.txt"

Use [cold water](faq.md#which-water) & wait. ![A bowl](img/tarn.png)

`[code](stays.md) <!-- kept -->`

## For the curious { .aside }

Not a step.

## Rinse &lt;/script&gt;

[Write to us](../../support/contact.md), see <a href="../faq/">questions</a> or [this].

[this]: img/tarn.png "A picture"
""",
    "docs/products/tarn/faq.md": """\
# Questions

## Which water?

Cold & soft.

### More

Not too hard.

## Without an answer yet?

## About us

We like water.
""",
    "docs/support/contact.md": "# Contact\n\n/// form | support-request\n///\n\nThank you.\n",
    "docs/courses/care/course.yml": """\
title: Care
summary: One lesson.
objectives: [Know the pump.]
products: [tarn]
lessons: [one.md]
""",
    "docs/courses/care/one.md": "# One\n\n## Pump\n\nText.\n",
}
TOP = "https://care.example/help/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("machine")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    answer = run_carebase("build", cwd=root)
    assert 0 == answer.returncode, answer.stderr
    return root / "site"


def graph(site: Path, page: str) -> dict[str, dict[str, Any]]:
    """Give the nodes of a page by their type; each type is a single word."""
    tree = html.parse(site / page / "index.html")
    scripts = tree.xpath("/html/head/script[@type='application/ld+json']")
    assert 1 == len(scripts)
    assert [] == tree.xpath("/html/body//script[@type='application/ld+json']")
    data = json.loads(scripts[0].text)
    assert "https://schema.org" == data["@context"]
    return {node["@type"]: node for node in data["@graph"]}


def test_the_way_to_a_page(site: Path) -> None:
    assert {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Tarn Care", "item": TOP},
            {"@type": "ListItem", "position": 2, "name": "Products", "item": f"{TOP}products/"},
            {"@type": "ListItem", "position": 3, "name": "Tarn", "item": f"{TOP}products/tarn/"},
            {"@type": "ListItem", "position": 4, "name": "Descale Tarn",
             "item": f"{TOP}products/tarn/descale/"},
        ],
    } == graph(site, "products/tarn/descale")["BreadcrumbList"]  # fmt: skip


def test_a_guide_is_a_how_to_with_its_steps(site: Path) -> None:
    own = f"{TOP}products/tarn/descale/"
    assert {
        "@type": "HowTo",
        "name": "Descale Tarn",
        "url": own,
        "description": "Take the scale out.",
        "totalTime": "PT1H30M",
        "supply": [{"@type": "HowToSupply", "name": "2 × Seal (T-1)"}],
        "tool": [{"@type": "HowToTool", "name": "Bowl"}],
        "step": [
            {
                "@type": "HowToStep",
                "position": 1,
                "name": "Fill",
                "text": "Pull the plug first. Use cold water & wait."
                " [code](stays.md) <!-- kept -->",
                "url": f"{own}#fill",
                "image": f"{TOP}products/tarn/img/tarn.png",
            },
            {
                "@type": "HowToStep",
                "position": 2,
                "name": "Rinse </script>",
                "text": "Write to us, see questions or this.",
                "url": f"{own}#rinse-script",
            },
        ],
    } == graph(site, "products/tarn/descale")["HowTo"]


def test_a_hub_is_a_product_with_what_its_maker_promises(site: Path) -> None:
    def promise(scope: str, value: int, unit: str) -> dict[str, Any]:
        length = {"@type": "QuantitativeValue", "value": value, "unitCode": unit}
        return {"@type": "WarrantyPromise", "warrantyScope": scope, "durationOfWarranty": length}

    assert {
        "@type": "Product",
        "name": "Tarn",
        "description": "A pump & more.",
        "url": f"{TOP}products/tarn/",
        "brand": {"@type": "Brand", "name": "Tarn Care"},
        "image": f"{TOP}products/tarn/img/tarn.png",
        "model": [{"@type": "ProductModel", "name": "Tarn 1", "gtin": "9120000011019"}],
        "hasWarrantyPromise": [promise("Motor", 24, "MON"), promise("Seals", 90, "DAY")],
    } == graph(site, "products/tarn")["Product"]


def test_questions_with_their_answers(site: Path) -> None:
    assert {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": "Which water?",
                "url": f"{TOP}products/tarn/faq/#which-water",
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": "Cold & soft. More Not too hard.",
                },
            }
        ],
    } == graph(site, "products/tarn/faq")["FAQPage"]


def test_a_course(site: Path) -> None:
    assert {
        "@type": "Course",
        "name": "Care",
        "description": "One lesson.",
        "url": f"{TOP}courses/care/",
        "provider": {"@type": "Organization", "name": "Tarn Care"},
        "teaches": ["Know the pump."],
    } == graph(site, "courses/care")["Course"]


def test_what_is_shown_when_a_page_is_shared(site: Path) -> None:
    tree = html.parse(site / "products/tarn/descale/index.html")
    said = {tag.get("property"): tag.get("content") for tag in tree.xpath("//meta[@property]")}

    assert {
        "og:type": "article",
        "og:site_name": "Tarn Care",
        "og:title": "Descale Tarn",
        "og:description": "Take the scale out.",
        "og:url": f"{TOP}products/tarn/descale/",
        "og:image": f"{TOP}products/tarn/img/tarn.png",
    } == said
    assert [f"{TOP}products/tarn/descale/"] == tree.xpath("//link[@rel='canonical']/@href")


def test_a_page_has_a_markdown_twin(site: Path) -> None:
    tree = html.parse(site / "products/tarn/descale/index.html")
    assert ["../descale.md"] == tree.xpath("//link[@type='text/markdown']/@href")

    assert f"""\
# Descale Tarn

- Time: 10–90 min
- Tools: Bowl
- Parts: 2 × Seal (T-1)

Before you begin.

## Fill

Pull the plug first.


Use [cold water]({TOP}products/tarn/faq/#which-water) & wait. \
![A bowl]({TOP}products/tarn/img/tarn.png)

`[code](stays.md) <!-- kept -->`

## For the curious

Not a step.

## Rinse &lt;/script&gt;

[Write to us]({TOP}support/contact/), see <a href="{TOP}products/tarn/faq/">questions</a> or [this].

[this]: {TOP}products/tarn/img/tarn.png "A picture"
""" == (site / "products/tarn/descale.md").read_text(encoding="utf-8")


def test_a_block_of_ours_is_a_link_to_the_page_in_its_twin(site: Path) -> None:
    assert f"# Contact\n\n[Contact]({TOP}support/contact/)\n\nThank you.\n" == (
        site / "support/contact.md"
    ).read_text(encoding="utf-8")


def test_assistants_find_the_twins_by_product(site: Path) -> None:
    assert f"""\
# Tarn Care

> Help for all pumps.

## Tarn

- [Descale Tarn]({TOP}products/tarn/descale.md): Take the scale out.
- [Questions]({TOP}products/tarn/faq.md)

## Other pages

- [One]({TOP}courses/care/one.md)
- [Home]({TOP}index.md)
- [Contact]({TOP}support/contact.md)
""" == (site / "llms.txt").read_text(encoding="utf-8")
    full = (site / "llms-full.txt").read_text(encoding="utf-8")
    for name in ("products/tarn/descale.md", "support/contact.md"):
        assert (site / name).read_text(encoding="utf-8") in full
