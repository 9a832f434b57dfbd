"""The warranty check as a plain form."""

from __future__ import annotations

from typing import Any

import pytest
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
    assert ["model", "serial", "bought", "country"] == root.xpath("//*[@class='cb-input']/@name")
    assert ["brio", "pip", "vela"] == root.xpath("//input[@name='product'][@type='radio']/@value")
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
        errors={"serial": "This is wrong.", "consumer": "Unknown."},
    )

    assert "BR2" == root.xpath("//input[@name='serial']/@value")[0]
    assert "2025-01-01" == root.xpath("//input[@name='bought']/@value")[0]
    assert ["brio"] == root.xpath("//input[@checked]/@value")
    assert ["ES"] == root.xpath("//option[@selected]/@value")
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


def test_products_are_chosen_by_their_pictures() -> None:
    root = check(cards={"brio": "../img/brio.svg"})
    (picture,) = root.xpath("//input[@value='brio']/../img")

    assert ("../img/brio.svg", "") == (picture.get("src"), picture.get("alt"))
    assert ["product"] * 3 == root.xpath("//fieldset//input[@type='radio'][@required]/@name")


def test_of_many_products_a_list_is_shown() -> None:
    many = [Product.model_validate({"id": f"p{n}", "name": f"P {n}"}) for n in range(13)]

    assert 14 == len(check(products=many).xpath("//select[@name='product']/option"))


def test_the_model_is_asked_where_a_notice_depends_on_it() -> None:
    assert [] == check(product="brio").xpath("//*[@name='model']")
    models = check().xpath("//select[@name='model']")[0]

    assert ["Vela"] == models.xpath("optgroup/@label")
    assert ["", "vela-c", "vela-t"] == models.xpath(".//option/@value")


@pytest.mark.parametrize(
    ("language", "site", "guess"),
    [
        ("en", "AT", "AT"),
        ("de", "AT", "AT"),
        ("de", "ES", "DE"),
        ("de-CH", "AT", "CH"),
        ("fr", "AT", "FR"),
        ("es", "", "ES"),
        ("en", "", ""),
    ],
)
def test_the_country_is_guessed_from_the_language(language: str, site: str, guess: str) -> None:
    select = check(language=language, country=site).xpath("//select[@name='country']")[0]

    assert [guess] * bool(guess) == select.xpath("option[@selected]/@value")
    assert None is not select.get("data-guess")


def test_what_a_customer_chose_is_no_guess() -> None:
    select = check(country="AT", values={"country": "ES"}).xpath("//select[@name='country']")[0]

    assert (["ES"], None) == (select.xpath("option[@selected]/@value"), select.get("data-guess"))


def test_the_product_of_a_serial_number_is_offered() -> None:
    (button,) = check(switch=products()[2]).xpath("//button[@name='product']")

    assert ("vela", "Check the Vela instead") == (button.get("value"), button.text)
