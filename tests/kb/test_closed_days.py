"""Public holidays: the codes that are known, names in the language of the site, and mistakes."""

from __future__ import annotations

import re
from datetime import date

import pytest
from holidays import list_supported_countries

from carebase.catalog.closed_days import closed_days, known_codes, why_unknown


def test_the_codes_are_those_of_the_package() -> None:
    found = {
        country: tuple(sorted(one for one in regions if re.fullmatch(r"[A-Z0-9]{1,3}", one)))
        for country, regions in list_supported_countries(include_aliases=False).items()
        if re.fullmatch(r"[A-Z]{2}", country)
    }
    # A newer package may know more.
    assert all(set(regions) <= set(found[country]) for country, regions in known_codes().items())
    assert len(known_codes()) > 200


@pytest.mark.parametrize(
    ("code", "language", "day", "name"),
    [
        ("AT", "en", "2026-12-08", "Immaculate Conception"),
        ("AT", "de", "2026-12-08", "Mariä Empfängnis"),
        ("AT", "fr", "2026-12-08", "Immaculate Conception"),
        ("DE-BY", "de", "2026-01-06", "Heilige Drei Könige"),
        ("FR", "fr", "2026-07-14", "Fête nationale"),
        ("ES", "es", "2026-10-12", "Fiesta Nacional de España"),
    ],
)
def test_holidays_have_names(code: str, language: str, day: str, name: str) -> None:
    assert name == closed_days(code, 2026, 2027, language)[date.fromisoformat(day)]


def test_a_region_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)

    assert epiphany in closed_days("DE-BY", 2026, 2026)
    assert epiphany not in closed_days("DE", 2026, 2026)


def test_holidays_come_in_their_order() -> None:
    for country in ("AT", "BR", "CH", "GB", "IN", "JP", "PL", "US", "ZA"):
        found = closed_days(country, 2026, 2027)
        assert len(found) > 5
        assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AT", ""),
        ("DE-BY", ""),
        ("XQ", "No public holidays are known for the country `XQ`."),
        (
            "DE-XX",
            "No region `XX` of the country `DE` is known. It has BB, BE, BW, BY, HB, HE, HH, MV,"
            " NI, NW, RP, SH, SL, SN, ST, TH.",
        ),
    ],
)
def test_a_mistake_has_its_sentence(code: str, said: str) -> None:
    assert said == why_unknown(code)
