"""Cases by chance: the browser's engine gives the same bytes, a naive one the same days."""

import json
from datetime import date
from random import Random
from typing import Any

import pytest

from carebase.warranty.dates import UNITS, add, read_span
from carebase.warranty.notices import Notices
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import Statutes
from tests.kb.naive_promise import promise
from tests.kb.warranty_cases import make_call
from tests.kb.warranty_twin import answer, run_twin

CASES = 20_000
NAIVE_CASES = 5_000


@pytest.fixture(scope="module")
def calls() -> list[dict[str, Any]]:
    chance = Random(20261121)
    return [make_call(chance) for _ in range(CASES)]


@pytest.fixture(scope="module")
def answers(calls: list[dict[str, Any]]) -> list[str]:
    return [answer(call) for call in calls]


def test_the_browser_gives_the_same_bytes(calls: list[dict[str, Any]], answers: list[str]) -> None:
    for call, expected, actual in zip(calls, answers, run_twin(calls), strict=True):
        assert expected == actual, json.dumps(call)


def test_a_naive_count_of_days_agrees(calls: list[dict[str, Any]], answers: list[str]) -> None:
    seen: set[str] = set()
    for call, text in zip(calls[:NAIVE_CASES], answers, strict=False):
        rows = json.loads(text)["coverages"]
        actual = [
            (row["id"], row["status"], row.get("until"))
            for row in rows
            if row["kind"] == "commercial"
        ]
        assert promise(call["policy"], call["case"]) == actual, json.dumps(call)
        seen |= {row["status"] for row in rows}
    assert len(seen) == 10, seen


def test_the_order_of_events_does_not_matter(
    calls: list[dict[str, Any]], answers: list[str]
) -> None:
    chance = Random(7)
    for call, expected in zip(calls[:1000], answers, strict=False):
        events = call["case"]["events"][:]
        chance.shuffle(events)
        assert expected == answer({**call, "case": {**call["case"], "events": events}})


def test_later_events_change_nothing(calls: list[dict[str, Any]], answers: list[str]) -> None:
    later = [
        {"kind": "void", "on": "2099-01-01", "reason": "wear"},
        {"kind": "delivered", "on": "2099"},
        {"kind": "transferred", "on": "2099-01-01"},
    ]
    for call, expected in zip(calls[:300], answers, strict=False):
        case = {**call["case"], "events": [*later, *call["case"]["events"]]}
        assert expected == answer({**call, "case": case})


def test_a_policy_written_plainly_is_the_same_policy(calls: list[dict[str, Any]]) -> None:
    for call in calls[:300]:
        policy = Policy.model_validate_json(json.dumps(call["policy"]))
        assert policy == Policy.model_validate_json(json.dumps(policy.plain()))


def test_files_written_plainly_give_the_browser_the_same(
    calls: list[dict[str, Any]], answers: list[str]
) -> None:
    plain = [
        {
            **call,
            "policy": Policy.model_validate_json(json.dumps(call["policy"])).plain(),
            "statutes": [
                row.plain()
                for row in Statutes.model_validate_json(json.dumps(call["statutes"])).rows()
            ],
            "notices": [
                row.plain() for row in Notices.model_validate_json(json.dumps(call["notices"])).root
            ],
        }
        for call in calls[:500]
    ]
    assert answers[:500] == run_twin(plain)


def test_the_browser_counts_days_alike() -> None:
    chance = Random(3)
    days = [date.fromordinal(chance.randint(693596, 1095362)) for _ in range(1500)]
    asked = [(day, chance.randint(0, 1200), chance.choice(UNITS)) for day in days]
    expected = [f'"{add(*one).isoformat()}"' for one in asked]
    calls = [
        {"what": "add", "day": day.isoformat(), "amount": amount, "unit": unit}
        for day, amount, unit in asked
    ]
    assert expected == run_twin(calls)


TEXTS = [
    "1899-12-31", "1900-01-01", "2999-12-31", "3000-01-01", "2024-02-29", "2023-02-29", "2024-02",
    "2023-02", "1900-02", "2000-02", "2024", "0000", "2024-00", "2024-13", "2024-01-00",
    "2024-04-31", "24-01-01", "2024-1-1", "2024-01-01 ", "2024-01-01\n", "２０２４", "",
    "2024-01-01T00:00:00",
]  # fmt: skip


def test_the_browser_reads_dates_alike() -> None:
    expected = []
    for text in TEXTS:
        try:
            span = read_span(text)
            expected.append(f'["{span.first}","{span.last}"]')
        except ValueError:
            expected.append("null")
    assert expected == run_twin({"what": "span", "text": text} for text in TEXTS)
