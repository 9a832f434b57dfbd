"""Reading a customer's question about a unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carebase.build import private_of
from carebase.catalog import Catalog
from carebase.endpoint.private import load_private
from carebase.warranty.case import Case
from carebase.warranty.request import Asked, read_request
from tests.kb.endpoint_site import make_site

TODAY = date(2026, 11, 21)
LATEST = date(2026, 11, 22)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load_private(make_site(tmp_path_factory.mktemp("catalog"))).catalog


def case_of(catalog: Catalog, **body: Any) -> Case:
    asked = read_request(body, catalog, TODAY, LATEST)
    assert isinstance(asked, Asked)
    case = asked.case(catalog)
    assert case is not None
    return case


def test_makes_a_case(catalog: Catalog) -> None:
    case = case_of(
        catalog,
        product="brio",
        model="Brio X1",
        serial=" br 2410-0042 ",
        bought="2024-04-02",
        delivered="2024-04-05",
        country="es",
        consumer=False,
    )

    assert ("brio@1", "ES", False, "br 2410-0042", "Brio X1", TODAY) == (
        case.policy.name,
        case.country,
        case.consumer,
        case.serial,
        case.model,
        case.as_of,
    )
    assert [("purchased", "2024-04-02"), ("delivered", "2024-04-05"), ("made", "2024-03-10")] == [
        (event.kind, event.on.last.isoformat()) for event in case.events
    ]


@pytest.mark.parametrize(
    ("body", "policy"),
    [
        ({"bought": "2025-12-31"}, "brio@1"),
        ({"bought": "2026-01-01"}, "brio@2"),
        ({"bought": "2025-12-31", "delivered": "2026-01-05"}, "brio@1"),
        ({"delivered": "2026-01-05"}, "brio@2"),
        ({"serial": "BR24100042"}, "brio@1"),
        ({"serial": "BR26100042"}, "brio@2"),
        ({"bought": "2025"}, "brio@1"),
    ],
)
def test_the_day_of_sale_chooses_the_policy(
    catalog: Catalog, body: dict[str, str], policy: str
) -> None:
    assert policy == case_of(catalog, product="brio", **body).policy.name


@pytest.mark.parametrize(
    "body",
    [
        {"model": "brio-x1", "bought": "2024-04-02"},
        {"model": "BRIO  x1", "bought": "2024-04-02"},
        {"serial": "BR24100042"},
        {"serial": "BR24100042", "product": ""},
    ],
)
def test_the_model_or_the_serial_number_tells_the_product(
    catalog: Catalog, body: dict[str, str]
) -> None:
    asked = read_request(body, catalog, TODAY, LATEST)

    assert isinstance(asked, Asked)
    assert "brio" == asked.product.id


def test_a_purchase_of_tomorrow_elsewhere_is_of_today(catalog: Catalog) -> None:
    case = case_of(catalog, product="brio", bought="2026-11-22")

    assert LATEST == case.as_of


@pytest.mark.parametrize(
    ("told", "as_of"),
    [
        # West of the maker it is still the last day of a cover, east of it the next one.
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-21", TODAY),
        ("2026-11-22", LATEST),
        # A clock that is wrong, and what is no day, change nothing.
        ("2026-11-19", TODAY),
        ("2026-11-23", TODAY),
        ("yesterday", TODAY),
        ("", TODAY),
    ],
)
def test_the_day_is_that_of_the_customer_where_it_can_be(
    catalog: Catalog, told: object, as_of: date
) -> None:
    asked = read_request(
        {"product": "brio", "bought": "2025-01-01", "_today": told}, catalog, TODAY, LATEST
    )

    assert isinstance(asked, Asked)
    assert as_of == asked.as_of


def test_texts_of_plain_forms_are_read(catalog: Catalog) -> None:
    case = case_of(
        catalog, product="brio", bought="2025-01-01", country="", consumer="false", serial=""
    )

    assert (None, False, None) == (case.country, case.consumer, case.serial)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"product": "Please choose an answer.", "bought": "NEITHER"}),
        ({"product": "brio"}, {"bought": "NEITHER"}),
        (
            {"product": "bria", "bought": "2025-01-01"},
            {"product": "We do not know this product. Please choose one of ours."},
        ),
        (
            {"product": "brio", "model": "Brio X9", "bought": "2025-01-01"},
            {"model": "We do not know this model."},
        ),
        (
            {"product": "pip", "model": "Brio X1", "bought": "2025-01-01"},
            {"model": "This model does not belong to the Pip."},
        ),
        ({"product": "brio", "serial": "BR2410004"}, {"serial": "BAD"}),
        ({"product": "brio", "serial": "BR24540042"}, {"serial": "BAD"}),
        ({"product": "brio", "serial": "BR27100042"}, {"serial": "BAD"}),
        ({"serial": "XX"}, {"product": "Please choose an answer."}),
        (
            {"product": "brio", "bought": "2026-11-23"},
            {"bought": "This day is still to come. Please check the date."},
        ),
        (
            {"product": "brio", "bought": "2026-02-30"},
            {"bought": "Please give a date that exists, such as 2026-03-14."},
        ),
        (
            {"product": "brio", "bought": "yesterday"},
            {"bought": "Please give a date that exists, such as 2026-03-14."},
        ),
        (
            {"product": "brio", "bought": "2023-02-28"},
            {
                "bought": "The Brio was not sold before 1 March 2023. Please check the date.",
            },
        ),
        (
            {"model": "brio-x2", "bought": "2025-05-01"},
            {
                "bought": "The Brio X2 was not sold before 15 January 2026. Please check the date.",
            },
        ),
        (
            {"product": "brio", "bought": "2025-01-01", "country": "Spain"},
            {"country": "Please give the country by its code of two letters, such as AT."},
        ),
        (
            {"product": "brio", "bought": "2025-01-01", "consumer": "maybe"},
            {"consumer": "Please say `true` or `false`."},
        ),
        ({"product": ["brio"], "bought": 5}, {"product": "TEXT", "bought": "TEXT"}),
    ],
)
def test_messages(catalog: Catalog, body: dict[str, Any], errors: dict[str, str]) -> None:
    known = {
        "NEITHER": "Please give the date of purchase or the serial number.",
        "BAD": "This does not look like a serial number of Brio. Please check the label."
        " Under the drip tray, on the silver label.",
        "TEXT": "Please write this as text.",
    }
    told = read_request(body, catalog, TODAY, LATEST, by_form=True)

    assert not isinstance(told, Asked)
    assert {name: known.get(message, message) for name, message in errors.items()} == dict(told)


def test_messages_come_in_other_languages(catalog: Catalog) -> None:
    told = read_request({"product": "nothing"}, catalog, TODAY, LATEST, "de")

    assert not isinstance(told, Asked)
    assert "Dieses Produkt kennen wir nicht. Bitte wählen Sie eines von unseren." == told[0].message


def test_the_private_folder_lies_beside_the_site() -> None:
    assert Path("/srv/care.private") == private_of(Path("/srv/care"))
