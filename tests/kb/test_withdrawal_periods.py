"""The rows on the time for withdrawal: which holds where and when, and what a site may change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from carebase.i18n import languages
from carebase.sources import parse_yaml
from carebase.warranty.fields import is_country
from carebase.withdrawal.check import check_withdrawal
from carebase.withdrawal.html import render_period
from carebase.withdrawal.periods import (
    Period,
    find_period,
    is_in_union,
    load_site_periods,
    shipped_periods,
)

TODAY = date(2026, 11, 22)
OWN = """\
- id: at-2014
  countries: [AT]
  contract_from: 2026-01-01
  days: 30
  law: Our terms
  source: https://example.org/terms
  seen: 2026-11-22
- {id: ch, countries: [CH], contract_from: 2026-01-01, contract_to: 2026-12-31, days: 10,
   law: Our terms, source: "https://example.org/terms", seen: 2026-11-22}
- {id: de-2014, remove: true}
"""


def days(country: str, day: date = TODAY, sold: str = "any") -> int | None:
    row = find_period(shipped_periods(), country, day, sold)
    return row.days if row else None


def name(country: str, day: date = TODAY) -> str:
    row = find_period(shipped_periods(), country, day)
    return row.id if row else ""


def test_the_shipped_rows_are_read() -> None:
    rows = shipped_periods()

    assert len(rows) == len({row.id for row in rows})
    assert all(is_country(one) and len(one) == 2 for row in rows for one in row.countries)
    # Nobody has looked at a row on a day before the law was.
    assert [] == [row.id for row in rows if row.seen < row.contract_from]
    assert {14, 30} == {row.days for row in rows}
    assert all(row.source.startswith("https://") for row in rows)


def test_a_country_has_its_own_row_and_else_that_of_the_union() -> None:
    assert ["at-2014", "de-2014", "gb-2014"] == [name(one) for one in ("AT", "DE", "GB")]
    assert ["eu-2014", "eu-2014", "eu-2014"] == [name(one) for one in ("SE", "NL", "")]
    assert ["", "", ""] == [name(one) for one in ("CH", "US", "AT-9")]


def test_a_row_holds_from_its_day_on() -> None:
    assert "" == name("DE", date(2014, 6, 12))
    assert "de-2014" == name("DE", date(2014, 6, 13))
    # The French row names articles that were numbered otherwise before.
    assert ["eu-2014", "fr-2016"] == [
        name("FR", day) for day in (date(2016, 6, 30), date(2016, 7, 1))
    ]


def test_unsolicited_visits_have_thirty_days_only_where_the_law_says_so() -> None:
    found = {one: days(one, sold="visit") for one in ("ES", "IT", "PL", "AT", "DE", "FR", "")}
    assert {"ES": 30, "IT": 30, "PL": 30, "AT": None, "DE": None, "FR": None, "": None} == found
    assert None is days("PL", date(2022, 12, 31), "visit")
    assert 30 == days("PL", date(2023, 1, 1), "visit")
    assert 14 == days("PL")


def test_the_union_has_twenty_seven_members() -> None:
    general = next(row for row in shipped_periods() if row.id == "eu-2014")

    assert 27 == len(set(general.countries)) == len(general.countries)
    assert is_in_union("IE")
    assert not any(is_in_union(one) for one in ("GB", "CH", "NO", "US", ""))


def test_a_site_replaces_adds_and_removes_rows(tmp_path: Path) -> None:
    path = tmp_path / "withdrawal.yml"
    path.write_text(OWN, "utf-8")
    rows, problems = load_site_periods(path, "withdrawal.yml")

    assert [] == problems
    assert 30 == getattr(find_period(rows, "AT", TODAY), "days", 0)
    assert 10 == getattr(find_period(rows, "CH", TODAY), "days", 0)
    assert None is find_period(rows, "CH", date(2027, 1, 1))
    # Germany has the general row again.
    assert "eu-2014" == getattr(find_period(rows, "DE", TODAY), "id", "")


@pytest.mark.parametrize("language", languages())
def test_the_sentence_is_said_in_each_language(language: str) -> None:
    row = find_period(shipped_periods(), "ES", TODAY)
    visit = find_period(shipped_periods(), "ES", TODAY, "visit")
    assert row and visit
    html = render_period(row, visit=visit, country="ES", language=language)

    assert "{" not in html.partition("<template")[0]
    for said in ("14 ", "30 ", "12 ", row.law, f'href="{row.source}"', "2026", 'visit="30"'):
        assert said in html


def test_who_counts_from_the_contract_says_nothing_of_goods() -> None:
    data = parse_yaml(OWN, "a").data[0] | {"goods_from": "conclusion", "to_working_day": False}
    html = render_period(Period.model_validate(data), country="AT", language="en")

    assert "30 days after the day of the contract." in html
    assert "received" not in html
    assert "working-day" not in html
    assert "longer" not in html


def test_nobody_is_warned_without_pages() -> None:
    assert [] == [*check_withdrawal([], "AT")]
