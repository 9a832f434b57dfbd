"""`{{ product.name }}`: one value in the page, its twin, the lists, search and for machines."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from carebase.cli import main
from carebase.errors import CarebaseError
from tests.plugins.making import CONFIG, article, make, texts, tree, words
from tests.support.sites import BuiltSite, Picture, write_files

PRODUCT = """\
id: brio
name: Brio <X> & *Co*
summary: A pump_espresso machine.
models: [{id: brio-x1, name: Brio X1, gtin: "9120000000013"}]
parts:
  - {sku: BR.110, name: Group gasket, price: 6.90 EUR}
support_until: 2033-12-31
"""
GUIDE = """\
---
title: "Care for {{ product.name }}"
description: "Parts until {{ product.support_until }}."
---

# Care for {{ product.name }}

## Take {{ product.parts.BR.110.name }}

It costs {{ product.parts.BR.110.price }} until {{product.support_until}}, says {{ site.name }}.
The {{ model.name }} has {{ model.gtin }}. {{ product.summary }} <b title="{{ product.name }}">x</b>

`{{ product.name }}`, \\{{ product.name }} and {{ other.name }} stay.

```
{{ product.name }}
```

--8<-- "note.md"
"""
FAQ = """\
# Questions

## What is {{ product.brio.name }} in {{ product.pip.name }}?

One of two, of which {{ model.brio-x1.name }} is a model.
"""
FILES: Picture = {
    "snippets/note.md": "Keep {{ product.name }} dry.\n\n    {{ product.name }}\n",
    "docs": {
        "products": {
            "brio": {"product.yml": PRODUCT, "care.md": GUIDE},
            "pip": {"product.yml": "id: pip\nname: Pip\n"},
        },
        "faq": {"all.md": FAQ},
        "de.md": "---\nlang: de\nproducts: [brio]\n---\n\n# {{ product.name }}\n\n"
        "Bis {{ product.support_until }}.\n",
    },
}


def with_snippets(root: Path) -> str:
    """Give a configuration with a folder of snippets."""
    snippets = f"  - pymdownx.snippets:\n      base_path: [{root / 'snippets'}]\n"
    return CONFIG.replace("  - tables\n", f"  - tables\n{snippets}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A site with values everywhere, built."""
    root = tmp_path_factory.mktemp("values")
    return make(root, FILES, with_snippets(root))


def test_the_build_has_no_warning(built: BuiltSite) -> None:
    assert "" == built.result.stdout


def test_the_page_shows_them(built: BuiltSite) -> None:
    page = article(built, "products/brio/care/")
    said = words(page)

    assert "Care for Brio <X> & *Co*" in texts(page, ".//h1")[0]
    assert "Take Group gasket" in said
    assert "It costs 6.90 EUR until 31 December 2033, says Test Care." in said
    assert "The Brio X1 has 9120000000013. A pump_espresso machine." in said
    assert ["Brio <X> & *Co*"] == page.xpath(".//b/@title")
    assert "Keep Brio <X> & *Co* dry." in said
    assert not page.xpath(".//x | .//p//em")


def test_code_and_what_is_behind_a_backslash_stay(built: BuiltSite) -> None:
    page = article(built, "products/brio/care/")
    codes = [text.strip() for text in texts(page, ".//code")]

    assert ["{{ product.name }}"] * 3 == codes
    assert "{{ product.name }}, {{ product.name }} and {{ other.name }} stay." in words(page)


def test_title_and_description_have_them(built: BuiltSite) -> None:
    page = tree(built, "products/brio/care/")

    assert page.xpath("//title")[0].text.startswith("Care for Brio <X> & *Co*")
    assert ["Parts until 31 December 2033."] == page.xpath("//meta[@name='description']/@content")


def test_the_twin_and_the_lists_have_them(built: BuiltSite) -> None:
    twin = (built.folder / "products/brio/care.md").read_text("utf-8")
    full = (built.folder / "llms-full.txt").read_text("utf-8")
    short = (built.folder / "llms.txt").read_text("utf-8")

    assert "It costs 6.90 EUR until 31 December 2033, says Test Care." in twin
    assert "Keep Brio &#60;X&#62; & &#42;Co&#42; dry." in twin
    assert twin in full
    assert "[Care for Brio <X> & *Co*](" in short
    assert "): Parts until 31 December 2033." in short


def test_search_and_machines_have_them(built: BuiltSite) -> None:
    (kept,) = (built.root / ".cache/carebase/search").glob("pages.db")
    found = " ".join(map(str, sqlite3.connect(kept).execute("SELECT * FROM pages").fetchall()))
    (data,) = tree(built, "products/brio/care/").xpath("//script[@type='application/ld+json']")
    faq = tree(built, "faq/all/").xpath("//script[@type='application/ld+json']")[0]

    assert "31 December 2033" in found
    assert "Take Group gasket" in found
    graph = json.loads(data.text)["@graph"]
    how_to = next(node for node in graph if node["@type"] == "HowTo")
    assert "Care for Brio <X> & *Co*" == how_to["name"]
    assert "Take Group gasket" == how_to["step"][0]["name"]
    assert "What is Brio <X> & *Co* in Pip?" in json.dumps(json.loads(faq.text))


def test_a_page_of_several_products_names_the_one(built: BuiltSite) -> None:
    said = words(article(built, "faq/all/"))
    assert "What is Brio <X> & *Co* in Pip?" in said
    assert "of which Brio X1 is a model" in said


def test_a_date_is_written_in_the_language_of_the_page(built: BuiltSite) -> None:
    assert "Bis 31. Dezember 2033." in words(article(built, "de/"))


@pytest.mark.parametrize("file", ["products/brio/care.md", "snippets"])
def test_an_unknown_value_stops_the_build_with_its_place(tmp_path: Path, file: str) -> None:
    snippets = file == "snippets"
    broken = "Keep {{ product.nme }} dry.\n"
    with pytest.raises(CarebaseError) as stopped:
        make(
            tmp_path,
            {
                "snippets/note.md": broken if snippets else "Dry.\n",
                "docs": {
                    "products": {
                        "brio": {
                            "product.yml": PRODUCT,
                            "care.md": GUIDE if snippets else f"# Care\n\n{broken}",
                        }
                    }
                },
            },
            with_snippets(tmp_path),
        )
    place = "snippets/note.md:1:6" if snippets else "docs/products/brio/care.md:3:6"
    assert str(stopped.value).startswith(
        f"{place}: error value-unknown: There is no value `product.nme`.\n"
        "    found: `{{ product.nme }}`\n    allowed: product.id, product.name,"
    )
    assert "hint: did you mean `product.name`?" in str(stopped.value)
    assert not (tmp_path / "site").exists()


def test_values_in_a_product_with_errors_are_not_told_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, {"mkdocs.yml": CONFIG})
    product = {"product.yml": "id: brio\nnme: Brio\n", "care.md": "# {{ product.name }}\n"}
    write_files(tmp_path, {"docs": {"products": {"brio": product}}})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["check"])
    assert "value-unknown" not in capsys.readouterr().out
