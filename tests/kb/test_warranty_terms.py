"""The terms of a policy, word for word."""

import json
from typing import Any

from carebase.warranty.policy import Policy
from carebase.warranty.terms import Term, write_terms

FULL: dict[str, Any] = {
    "id": "brio",
    "version": 2,
    "valid_for": "consumer",
    "start": ["delivered", {"of": "shipped", "plus_days": 14}, {"of": "made", "plus_days": 0}],
    "coverages": [
        {
            "id": "body",
            "months": 24,
            "on_registration": {"within_days": 60, "months": 36},
            "clause": "terms.md#the-body",
        },
        {"id": "motor", "years": 1, "pause_in_repair": True, "clause": "terms.md#the-body"},
        {
            "id": "battery-pack",
            "months": 12,
            "usage": {"cycles": 1500, "hours": 10.5},
            "transfer": {"notify_within_days": 90},
        },
        {"id": "housing", "lifetime": "first_owner", "pause_in_repair": True},
        {"id": "seals", "until": "2030-12-31", "transfer": False},
    ],
    "replacement": {"rule": "max_remainder", "days": 90},
    "repair": {"own_cover_days": 1},
    "claims": {"max": 2, "coverage": "body"},
    "exclusions": [{"id": "wear", "clause": "terms.md#wear"}, {"id": "claims"}],
}


def read(policy: dict[str, Any]) -> list[Term]:
    return write_terms(Policy.model_validate_json(json.dumps(policy)))


BEGINS = (
    "It begins on the day of delivery; if that is not known, 14 days after shipping; if that is "
    "not known, on the day of manufacture."
)
COUNTED = "The day on which it begins is covered but not counted."


def test_each_clause_of_a_policy_becomes_sentences() -> None:
    assert [
        Term("scope", "scope", "scope", "Scope", ("This promise is made to consumers.",)),
        Term(
            "coverage",
            "body",
            "the-body",
            "Body",
            (
                "Covered for 24 months.",
                BEGINS,
                COUNTED,
                "If the unit is registered before that day or within 60 days after it, the "
                "coverage is instead for 36 months.",
                "It goes on with a new owner.",
            ),
        ),
        Term(
            "coverage",
            "motor",
            "motor",
            "Motor",
            (
                "Covered for 1 year.",
                BEGINS,
                COUNTED,
                "The days that the unit is in repair are added at the end.",
                "It goes on with a new owner.",
            ),
        ),
        Term(
            "coverage",
            "battery-pack",
            "battery-pack",
            "Battery pack",
            (
                "Covered for 12 months.",
                BEGINS,
                COUNTED,
                "It goes on with a new owner only if we are told within 90 days of the transfer.",
                "It ends earlier with a reading above 1,500 cycles or 10.5 hours.",
            ),
        ),
        Term(
            "coverage",
            "housing",
            "housing",
            "Housing",
            (
                "Covered for as long as the first owner keeps the unit.",
                BEGINS,
                "It ends when the unit gets a new owner.",
            ),
        ),
        Term(
            "coverage",
            "seals",
            "seals",
            "Seals",
            (
                "Covered until the end of 31 December 2030.",
                BEGINS,
                "It ends when the unit gets a new owner.",
            ),
        ),
        Term(
            "replacement",
            "replacement",
            "replacement",
            "Replacement",
            ("What is in force on the day of a replacement lasts at least 90 days from then on.",),
        ),
        Term(
            "repair",
            "repair",
            "repair",
            "Repair",
            (
                "A repaired component is covered for at least 1 day from the end of its repair, "
                "if its coverage was in force when the repair began.",
            ),
        ),
        Term(
            "claims",
            "claims",
            "claims",
            "Claims",
            ("The coverage of body can be claimed 2 times; then it is used up.",),
        ),
        Term(
            "exclusion",
            "wear",
            "wear",
            "Wear",
            ("The promise can be withdrawn for this reason: wear.",),
        ),
        Term(
            "exclusion",
            "claims",
            "claims-2",
            "Claims",
            ("The promise can be withdrawn for this reason: claims.",),
        ),
    ] == read(FULL)


def test_a_short_policy() -> None:
    policy = {
        "id": "brio",
        "version": 1,
        "start": ["purchased"],
        "count_first_day": True,
        "coverages": [
            {
                "id": "scope",
                "lifetime": "first_owner",
                "on_registration": {"within_days": 0, "days": 1},
                "pause_in_repair": True,
                "transfer": {"notify_within_days": 0},
                "clause": "other.md",
            },
            {"id": "body", "lifetime": "unlimited", "clause": "terms.md#replacement"},
        ],
        "replacement": {"rule": "restart"},
    }
    expected = [
        ("scope", "scope", ("This promise is made to consumers and businesses.",)),
        (
            "scope",
            "scope-2",
            (
                "Covered for as long as the first owner keeps the unit.",
                "It begins on the day of purchase.",
                "The day on which it begins is counted.",
                "If the unit is registered before that day or on it, the coverage is instead for "
                "1 day.",
                "The days that the unit is in repair are added at the end.",
                "It ends when the unit gets a new owner.",
                "Once it is registered in time: It goes on with a new owner only if we are told "
                "on the day of the transfer.",
            ),
        ),
        (
            "body",
            "replacement",
            (
                "Covered for as long as the unit exists.",
                "It begins on the day of purchase.",
                "It goes on with a new owner.",
            ),
        ),
        (
            "replacement",
            "replacement-2",
            (
                "The full time of what is in force on the day of a replacement begins again; it "
                "never ends earlier than before.",
            ),
        ),
    ]
    assert expected == [(term.id, term.anchor, term.sentences) for term in read(policy)]


def test_without_a_rule_a_replacement_inherits() -> None:
    policy = {"id": "a", "version": 1, "start": ["made"], "coverages": [{"id": "b", "days": 1}]}
    expected = ("A replacement keeps the time of the unit that it replaces.",)
    assert expected == read(policy)[-1].sentences
