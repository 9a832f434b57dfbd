"""Policies, statutes and notices as people write them: what is refused, and in which words."""

from datetime import date
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from carebase.warranty.notices import Notices
from carebase.warranty.policy import Coverage, Delayed, NotifyWithin, Policy
from carebase.warranty.statutes import SHIPPED, Statutes

EXAMPLE = """
id: brio
version: 2
valid_for: consumer
start: [delivered, purchased, {of: shipped, plus_days: 14}, {of: made, plus_days: 90}]
count_first_day: false
coverages:
  - {id: body, months: 24, on_registration: {within_days: 60, months: 36}, transfer: true}
  - {id: motor, months: 36, pause_in_repair: true, clause: terms.md#motor}
  - {id: battery, months: 12, usage: {cycles: 500}, transfer: {notify_within_days: 90}}
  - {id: housing, lifetime: first_owner}
  - {id: seals, until: 2030-12-31}
replacement: {rule: max_remainder, days: 90}
repair: {own_cover_days: 90}
claims: {max: 2, coverage: body}
exclusions: [{id: wear, clause: terms.md#wear}, {id: opened, clause: terms.md#opened}]
"""
LEAST = "{id: a, version: 1, start: [made], coverages: [{id: b, days: 1}]}"
PLACE = tuple[str | int, ...]


def find_problems(model: type[BaseModel], value: Any) -> list[tuple[PLACE, str]]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    return [(error["loc"], error["msg"]) for error in caught.value.errors()]


def with_least(text: str) -> dict[str, Any]:
    policy: dict[str, Any] = yaml.safe_load(LEAST)
    return {**policy, **yaml.safe_load(text)}


def test_the_example_is_read() -> None:
    policy = Policy.model_validate(yaml.safe_load(EXAMPLE))
    assert policy.name == "brio@2"
    assert policy.start[2] == Delayed(of="shipped", plus_days=14)
    assert policy.coverages[2].transfer == NotifyWithin(notify_within_days=90)
    assert policy.coverages[4].until == date(2030, 12, 31)
    assert policy.plain()["coverages"][4] == {"id": "seals", "until": "2030-12-31"}


def test_the_least_policy_is_read() -> None:
    policy = Policy.model_validate(yaml.safe_load(LEAST))
    assert (policy.valid_for, policy.count_first_day, policy.exclusions) == ("both", False, [])
    assert policy.coverages[0].transfer is True


LENGTH = "A length is exactly one of days, weeks, months, years, until, lifetime; found "
SLUG = "A name here is a lower-case letter a–z, then such letters, digits, '-' or '_'."
START = (
    "A start is one of made, shipped, purchased, delivered, registered, or {of: <event>, "
    "plus_days: <days>}."
)
POLICIES: list[tuple[str, list[tuple[PLACE, str]]]] = [
    ("{coverages: [{id: b}]}", [(("coverages", 0), LENGTH + "none.")]),
    (
        "{coverages: [{id: b, days: 1, lifetime: unlimited}]}",
        [(("coverages", 0), LENGTH + "days and lifetime.")],
    ),
    (
        "{coverages: [{id: b, days: 1, on_registration: {within_days: 1}}]}",
        [(("coverages", 0, "on_registration"), LENGTH + "none.")],
    ),
    (
        "{coverages: [{id: b, days: 0}]}",
        [(("coverages", 0, "days"), "Input should be greater than or equal to 1")],
    ),
    (
        "{coverages: [{id: b, years: 101}]}",
        [(("coverages", 0, "years"), "Input should be less than or equal to 100")],
    ),
    (
        "{coverages: [{id: b, months: 1.5}]}",
        [(("coverages", 0, "months"), "Input should be a valid integer")],
    ),
    (
        "{coverages: [{id: b, months: true}]}",
        [(("coverages", 0, "months"), "Input should be a valid integer")],
    ),
    (
        "{coverages: [{id: b, until: 3000-01-01}]}",
        [(("coverages", 0, "until"), "A date lies in the years 1900 to 2999.")],
    ),
    ("{coverages: [{id: Ünder, days: 1}]}", [(("coverages", 0, "id"), SLUG)]),
    ("{id: 1brio}", [(("id",), SLUG)]),
    (
        "{coverages: [{id: b, days: 1, usage: {Km: 1}}]}",
        [(("coverages", 0, "usage", "Km", "[key]"), SLUG)],
    ),
    (
        "{coverages: [{id: b, days: 1, usage: {km: -1}}]}",
        [(("coverages", 0, "usage", "km"), "Input should be greater than or equal to 0")],
    ),
    (
        "{coverages: [{id: b, days: 1, transfer: maybe}]}",
        [
            (
                ("coverages", 0, "transfer"),
                "Transfer is true, false or {notify_within_days: <days>}.",
            )
        ],
    ),
    (
        "{coverages: [{id: b, days: 1, transfer: {within: 3}}]}",
        [
            (("coverages", 0, "transfer", "notify_within_days"), "Field required"),
            (("coverages", 0, "transfer", "within"), "Extra inputs are not permitted"),
        ],
    ),
    ("{start: [bought]}", [(("start", 0), START)]),
    ("{start: [[made]]}", [(("start", 0), START)]),
    ("{start: [made, {of: made}]}", [(("start", 1, "plus_days"), "Field required")]),
    (
        "{start: []}",
        [(("start",), "List should have at least 1 item after validation, not 0")],
    ),
    (
        "{replacement: {rule: max_remainder}}",
        [(("replacement",), "The rule max_remainder needs days.")],
    ),
    (
        "{claims: {max: 1, coverage: c}, exclusions: [{id: x}, {id: x}]}",
        [
            (
                (),
                "The exclusion 'x' stands more than once; each id is given once. "
                "No coverage 'c' to claim: there is b.",
            )
        ],
    ),
    (
        "{valid_for: all}",
        [(("valid_for",), "Input should be 'consumer', 'business' or 'both'")],
    ),
    ("{colour: red}", [(("colour",), "Extra inputs are not permitted")]),
    (
        "{exclusions: [{id: x, clause: ''}]}",
        [
            (
                ("exclusions", 0, "clause"),
                "The text is empty; write it or leave the key out.",
            )
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), POLICIES, ids=[text for text, _ in POLICIES])
def test_a_bad_policy_is_refused(text: str, expected: list[tuple[PLACE, str]]) -> None:
    assert expected == find_problems(Policy, with_least(text))


def test_all_problems_of_a_policy_are_told() -> None:
    policy = with_least("{id: A, version: 0, start: [x], coverages: [{id: B, days: x}]}")
    places = [place for place, _ in find_problems(Policy, policy)]
    expected = [
        ("id",),
        ("version",),
        ("start", 0),
        ("coverages", 0, "days"),
        ("coverages", 0, "id"),
    ]
    assert sorted(expected, key=str) == sorted(places, key=str)


ROW = {"id": "a", "countries": ["ES"], "who": "seller", "source": "x"}
STATUTES: list[tuple[dict[str, Any], PLACE, str]] = [
    ({}, (0,), "A row has months or days, or months: null where no period is fixed."),
    ({"months": 1, "days": 1}, (0,), "A period is in months or in days, not in both."),
    (
        {"days": 1, "after_repair": {"months": 1}},
        (0,),
        "The key after_repair stands only beside a number of months.",
    ),
    (
        {"months": 1, "contract_from": date(2024, 1, 2), "contract_to": date(2024, 1, 1)},
        (0,),
        "The day contract_to is not before contract_from.",
    ),
    (
        {"months": 1, "countries": ["es"]},
        (0, "countries", 0),
        "A country is its ISO 3166-1 code in capitals, such as ES, or GB-SCT.",
    ),
]


@pytest.mark.parametrize(("keys", "place", "expected"), STATUTES)
def test_bad_statutes_are_refused(keys: dict[str, Any], place: PLACE, expected: str) -> None:
    assert [(place, expected)] == find_problems(Statutes, [{**ROW, **keys}])


def test_statutes_have_ids_of_their_own() -> None:
    expected = "The statute 'a' stands more than once; each id is given once."
    rows = [{**ROW, "months": None}, {**ROW, "days": 30}]
    assert [((), expected)] == find_problems(Statutes, rows)


RANGE = "The ends of a serial range are ASCII, of one length, and the first is not after the last."
NOTICES: list[tuple[str, list[tuple[PLACE, str]]]] = [
    (
        "[{id: a, programme: other}]",
        [((0, "programme"), "Input should be 'recall' or 'free_repair'")],
    ),
    (
        "[{id: a, programme: recall, serials: [{from: B1, to: B10}]}]",
        [((0, "serials", 0), RANGE)],
    ),
    (
        "[{id: a, programme: recall, serials: [{from: B2, to: B1}]}]",
        [((0, "serials", 0), RANGE)],
    ),
    (
        "[{id: a, programme: recall, made: {}}]",
        [
            (
                (0, "made"),
                "A range of days has from, to or both, and from is not after to.",
            )
        ],
    ),
    (
        "[{id: a, programme: recall, from: 2024-01-02, until: 2024-01-01}]",
        [((0,), "The day until is not before from.")],
    ),
    (
        "[{id: a, programme: recall}, {id: a, programme: recall}]",
        [((), "The notice 'a' stands more than once; each id is given once.")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), NOTICES, ids=[text for text, _ in NOTICES])
def test_bad_notices_are_refused(text: str, expected: list[tuple[PLACE, str]]) -> None:
    assert expected == find_problems(Notices, yaml.safe_load(text))


@pytest.mark.parametrize("model", [Policy, Statutes, Notices])
def test_every_field_is_described_with_an_example(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    mappings = [schema, *schema["$defs"].values()]
    for mapping in mappings:
        for name, field in mapping.get("properties", {}).items():
            assert field.get("description"), name
            assert field.get("examples"), name


def test_a_length_is_read_whatever_its_unit() -> None:
    lengths = [
        Coverage.model_validate({"id": "a", **keys}).length
        for keys in ({"weeks": 2}, {"years": 3}, {"lifetime": "unlimited"})
    ]
    found = [(length.unit, length.amount) for length in lengths]
    assert found == [("weeks", 2), ("years", 3), (None, 0)]


def test_the_shipped_statutes_are_read() -> None:
    rows = Statutes.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))).root
    assert all(row.source.startswith("https://") for row in rows)
    union = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
    others = "NO IS GB GB-SCT CH AU NZ US"
    named = {country for row in rows for country in row.countries}
    assert set(f"{union} {others}".split()) == named


@pytest.mark.parametrize("country", ["AT", "BE", "DE", "ES", "FR", "PL", "PT", "SE"])
@pytest.mark.parametrize("goods", ["new", "used"])
@pytest.mark.parametrize("day", [date(2022, 6, 1), date(2026, 7, 30), date(2026, 7, 31)])
def test_one_shipped_row_with_a_period_holds_on_a_day(country: str, goods: str, day: date) -> None:
    rows = Statutes.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))).root
    holding = [
        row
        for row in rows
        if country in row.countries
        and row.goods in ("any", goods)
        and row.months
        and (row.contract_from or day) <= day <= (row.contract_to or day)
    ]
    assert len(holding) == 1, [row.id for row in holding]
    more = holding[0].after_repair
    added = more.months if more and (more.contract_from or day) <= day else 0
    before = {"FR": 6, "PT": 6}.get(country, 0)
    assert added == (12 if day >= date(2026, 7, 31) else before)
