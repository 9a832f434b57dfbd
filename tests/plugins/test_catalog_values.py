"""Prices, opening hours and the order of guides, as values."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from carebase.catalog.contact import Hours
from carebase.catalog.hub import Entry, group_entries, sort_entries
from carebase.catalog.money import Money, parse_money
from carebase.catalog.product import Product


@pytest.mark.parametrize(
    ("written", "minor", "again"),
    [
        ("6.90 EUR", 690, "6.90 EUR"),
        ("6.9 EUR", 690, "6.90 EUR"),
        ("6 EUR", 600, "6.00 EUR"),
        ("0.05 USD", 5, "0.05 USD"),
        ("5000 JPY", 5000, "5000 JPY"),
        ("1.234 KWD", 1234, "1.234 KWD"),
        ("1.2 KWD", 1200, "1.200 KWD"),
    ],
)
def test_a_price_is_whole_minor_units(written: str, minor: int, again: str) -> None:
    money = parse_money(written)
    assert (minor, again) == (money.minor, str(money))


@pytest.mark.parametrize(
    "written",
    ["6,90 EUR", "EUR 6.90", "6.90", "-1 EUR", "6.90 eur", "6.90  EUR", " 6 EUR", 6.9, [], ""],
)
def test_another_form_is_refused(written: object) -> None:
    with pytest.raises(
        ValueError, match=r"A price is an amount and a currency, as in `6\.90 EUR`\."
    ):
        parse_money(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("6.999 EUR", "A price in EUR has at most 2 digits after the point."),
        ("6.5 JPY", "A price in JPY has at most 0 digits after the point."),
    ],
)
def test_parts_of_a_minor_unit_are_refused(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_money(written)


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "JPY", "KWD", "CHF"]))
def test_a_price_is_read_as_it_is_written(minor: int, currency: str) -> None:
    assert Money(minor, currency) == parse_money(str(Money(minor, currency)))


def test_hours_are_spans_of_a_day() -> None:
    hours = Hours.model_validate({"monday": "09:00-12:00, 13:00-24:00", "sunday": "closed"})

    assert ((time(9), time(12)), (time(13), time.max)) == hours.of("monday")
    assert () == hours.of("sunday") == hours.of("friday")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("9-17", 'Hours are written as "09:00-17:00", several with a comma.'),
        ("09:00-25:00", "The hours of monday are not readable."),
        ("17:00-09:00", "The hours of monday end before they begin."),
        ("09:00-09:00", "The hours of monday end before they begin."),
    ],
)
def test_unreadable_hours_are_told(written: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Hours.model_validate({"monday": written})


def entry(name: str, *requires: str, kind: str = "guide") -> Entry:
    """Give a page that needs others first."""
    return Entry(name, f"{name}/", name, kind=kind, requires=requires)


def names(entries: list[Entry]) -> str:
    """Give the titles, one after the other."""
    return " ".join(entry.title for entry in entries)


def test_what_is_needed_first_comes_first() -> None:
    assert "c b a" == names(sort_entries([entry("a", "b"), entry("b", "c"), entry("c")]))
    # What is missing here may be elsewhere: its guide waits as well.
    entries = [entry("b", "z"), entry("m", "missing"), entry("a"), entry("z")]
    assert "z a b m" == names(sort_entries(entries))


def test_guides_that_need_each_other_have_some_order() -> None:
    assert {"a", "b"} == set(names(sort_entries([entry("a", "b"), entry("b", "a")])).split())
    assert "a" == names(sort_entries([entry("a", "a")]))


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20))
def test_every_guide_is_listed_once(needs: list[tuple[int, int]]) -> None:
    found: dict[int, set[str]] = {number: set() for number in range(9)}
    for one, other in needs:
        found[one].add(str(other))
    entries = [entry(str(number), *sorted(others)) for number, others in found.items()]

    assert sorted(map(str, found)) == sorted(names(sort_entries(entries)).split())


def test_groups_are_in_the_order_of_need_and_never_empty() -> None:
    product = Product.model_validate(
        {
            "id": "brio",
            "name": "Brio",
            "parts": [{"sku": "A", "name": "A", "guide": "fit.md"}],
            "service_plan": [{"task": "B", "every": "1 day", "guide": "../pip/clean.md"}],
        }
    )
    entries = [
        entry("products/brio/fit.md"),
        entry("products/pip/clean.md"),
        entry("products/brio/use.md"),
        entry("products/brio/faq.md", kind="faq"),
    ]
    assert [
        ("setup", "products/brio/use.md"),
        ("care", "products/pip/clean.md"),
        ("repair", "products/brio/fit.md"),
    ] == [(group.id, names(group.entries)) for group in group_entries(product, entries)]
