"""The warranty check as a plain form."""

from __future__ import annotations

from typing import Any

from lxml import html
from lxml.html import HtmlElement

from carebase.catalog.product import Product
from carebase.warranty.html import render_check
from tests.widgets.conftest import LINKS, products

HOSTILE = """"'><img src=x onerror=alert(1)></template><script>alert(1)</script>"""
DATA = "../assets/carebase/products/"


def check(**named: Any) -> HtmlElement:
    options: dict[str, Any] = {"endpoint": "../", "data_url": DATA} | named
    return html.fragment_fromstring(render_check(options.pop("products", products()), **options))


def test_it_posts_by_itself() -> None:
    root = check()
    (form,) = root.xpath("//form")

    assert "carebase-warranty-check" == root.tag
    assert "warranty-check" == root.get("data-carebase")
    assert ("post", "../v1/warranty") == (form.get("method"), form.get("action"))
    assert ["product", "serial", "bought", "country"] == root.xpath("//*[@class='cb-input']/@name")
    assert ["", "brio", "pip"] == root.xpath("//select[@name='product']/option/@value")
    assert DATA == root.get("data")


def test_of_one_product_it_does_not_ask_which() -> None:
    root = check(product="brio", pictures={"brio": "../img/label.svg"}, page="products/brio/")

    assert ["brio"] == root.xpath("//input[@name='product'][@type='hidden']/@value")
    assert f"{DATA}brio.json" == root.get("data")
    assert "brio" == root.get("data-product")
    assert ["../img/label.svg"] == root.xpath("//details//img/@src")
    assert "It looks like BR24100042." in root.text_content()
    assert "Under the drip tray" in root.xpath("//details")[0].text_content()
    assert ["products/brio/"] == root.xpath("//input[@name='_page']/@value")


def test_a_product_without_serial_numbers_is_not_asked_for_one() -> None:
    assert [] == check(product="pip").xpath("//*[@name='serial']")


def test_without_an_endpoint_only_the_widget_answers() -> None:
    root = check(endpoint=None, links=LINKS, product="brio")
    (form,) = root.xpath("//form")

    assert (None, None) == (form.get("action"), form.get("endpoint"))
    assert None is not root.xpath("//button")[0].get("disabled")
    assert "needs JavaScript" in root.text_content()
    assert ["../terms/brio/", "../contact/"] == root.xpath("//form//a/@href")


def test_errors_and_values_are_shown_again() -> None:
    root = check(
        values={"product": "brio", "serial": "BR2", "bought": "2025-01-01", "country": "ES"},
        errors={"serial": "This is wrong.", "model": "Unknown."},
    )

    assert "BR2" == root.xpath("//input[@name='serial']/@value")[0]
    assert "2025-01-01" == root.xpath("//input[@name='bought']/@value")[0]
    assert ["brio", "ES"] == root.xpath("//option[@selected]/@value")
    assert ["#warranty-serial"] == root.xpath("//div[@class='cb-summary']//a/@href")
    assert "Unknown." in root.xpath("//div[@class='cb-summary']")[0].text_content()


def test_nothing_that_is_written_becomes_markup() -> None:
    hostile = Product.model_validate(
        {
            "id": "x",
            "name": HOSTILE,
            "serial": {"pattern": "X(?P<n>[0-9])", "example": "X1", "where": HOSTILE},
        }
    )
    for product in (None, "x"):
        root = check(
            products=[hostile, *products()],
            product=product,
            pictures={"x": HOSTILE},
            links=dict.fromkeys(LINKS, HOSTILE),
            values=dict.fromkeys(("serial", "bought", "country"), HOSTILE),
            errors={"serial": HOSTILE, HOSTILE: HOSTILE},
            page=HOSTILE,
        )
        assert [] == root.xpath("//script") + root.xpath("//@onerror")
        assert [HOSTILE] == root.xpath("//input[@name='serial']/@value")
