"""The terms of a policy, word for word."""

import json
import re
from random import Random
from typing import Any

import pytest

from carebase.i18n import languages
from carebase.warranty.policy import Policy
from carebase.warranty.terms import Term, write_terms
from carebase.warranty.words import TermsWords, is_explained, strings
from tests.kb.warranty_cases import make_call, make_policy
from tests.kb.warranty_twin import answer

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


def read(policy: dict[str, Any], language: str = "en", **own: Any) -> list[Term]:
    words = TermsWords.model_validate(own)
    return write_terms(Policy.model_validate_json(json.dumps(policy)), language, words)


def read_text(policy: dict[str, Any], language: str = "en") -> str:
    """Give all that the terms say, whatever the policy is called."""
    terms = read({**policy, "id": "x", "version": 1}, language)
    return "\n".join(f"{term.subject} {term.id}: {' '.join(term.sentences)}" for term in terms)


BEGINS = (
    "Cover begins on the day of delivery; if that is not known, 14 days after shipping (an "
    "estimate); if that is not known, 0 days after manufacture (an estimate)."
)
COUNTED = "The day on which cover begins is covered but not counted."
STAYS = "It goes on with a new owner."
ENDS = (
    "It ends when the unit gets a new owner; a change of owner up to the day on which cover begins"
    " does not count."
)
PAUSE = "While it is in force, each day that the unit is in repair is added at the end."


def test_each_clause_of_a_policy_becomes_sentences() -> None:
    expected = [
        ("scope", "scope", "scope", "Scope",
         ("Policy brio, version 2.", "This promise is made to consumers.")),
        ("start", "start", "start", "Start", (BEGINS, COUNTED)),
        ("coverage", "body", "the-body", "Body",
         ("Covered for 24 months.",
          "If the unit is registered before cover begins or within 60 days after it, this part is "
          "covered for 36 months instead.", STAYS)),
        ("coverage", "motor", "motor", "Motor",
         ("Covered for 1 year.", PAUSE, STAYS)),
        ("coverage", "battery-pack", "battery-pack", "Battery pack",
         ("Covered for 12 months.",
          "It goes on with a new owner only if we are told within 90 days of the transfer.",
          "It ends earlier with a reading above 1,500 charging cycles or 10.5 hours of use; "
          "without a reading we cannot say whether it is covered.")),
        ("coverage", "housing", "housing", "Housing",
         ("Covered for as long as the first owner keeps the unit.", ENDS)),
        ("coverage", "seals", "seals", "Seals",
         ("Covered until the end of 31 December 2030.", ENDS)),
        ("replacement", "replacement", "replacement", "Replacement",
         ("What is in force on the day of a replacement lasts at least 90 days from then on.",)),
        ("repair", "repair", "repair", "Repair",
         ("A repaired component is covered for at least 1 day from the end of its repair, if its "
          "coverage was in force when the repair began.",)),
        ("claims", "claims", "claims", "Claims",
         ("Body: can be claimed 2 times; then it is used up.",)),
        ("exclusion", "wear", "wear", "Wear",
         ("Wear and tear from normal use is not covered.",)),
        ("exclusion", "claims", "claims-2", "Claims",
         ("The promise can be withdrawn for this reason: claims.",)),
    ]  # fmt: skip
    assert [Term(*one) for one in expected] == read(FULL)  # type: ignore[arg-type]


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
        ("scope", "scope",
         ("Policy brio, version 1.", "This promise is made to consumers and businesses.")),
        ("start", "start",
         ("Cover begins on the day of purchase.",
          "The day on which cover begins is the first day counted.")),
        ("scope", "scope-2",
         ("Covered for as long as the first owner keeps the unit.",
          "If the unit is registered before cover begins or on that day, this part is covered for "
          "1 day instead.", PAUSE, ENDS,
          "Once it is registered in time: It goes on with a new owner only if we are told on the "
          "day of the transfer.")),
        ("body", "replacement", ("Covered for as long as the unit exists.", STAYS)),
        ("replacement", "replacement-2",
         ("The full time of what is in force on the day of a replacement begins again; it never "
          "ends earlier than before.",)),
    ]  # fmt: skip
    assert expected == [(term.id, term.anchor, term.sentences) for term in read(policy)]


def test_without_a_rule_a_replacement_inherits() -> None:
    policy = {"id": "a", "version": 1, "start": ["made"], "coverages": [{"id": "b", "days": 1}]}
    expected = ("A replacement keeps the time of the unit that it replaces.",)
    assert expected == read(policy)[-1].sentences


def test_numbers_and_dates_are_written_as_the_language_does() -> None:
    said = read_text(FULL, "de-AT")
    assert "mehr als 1.500 Ladezyklen oder 10,5 Betriebsstunden" in said
    assert "bis zum Ablauf des Tages 31. Dezember 2030" in said
    assert "1\u202f500 cycles de charge" in read_text(FULL, "fr")
    assert "hasta el final del 31 de diciembre de 2030" in read_text(FULL, "es")


def test_a_site_says_its_exclusions_and_units_itself() -> None:
    own = {"exclusions": {"wear": {"de": "Reifen.", "en": "Tyres."}, "claims": "Ours."},
           "units": {"hours": {"fr": "heures"}}}  # fmt: skip
    terms = read(FULL, "de", **own)
    assert [("Reifen.",), ("Ours.",)] == [term.sentences for term in terms[-2:]]
    assert "10,5 heures" in " ".join(terms[4].sentences)
    assert "Tyres." == read(FULL, "es", **own)[-2].sentences[0]
    assert is_explained("crash", TermsWords()) and not is_explained("claims", TermsWords())
    assert is_explained("claims", TermsWords.model_validate(own))


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_every_language_has_the_same_words(language: str) -> None:
    english, other = strings("en"), strings(language)
    assert [*english] == [*other]
    for key, said in english.items():
        assert sorted(re.findall(r"{\w+}", said)) == sorted(re.findall(r"{\w+}", other[key])), key
        if not key.startswith(("number.", "unit.")):
            assert said != other[key], key


STARTS: list[list[Any]] = [
    ["purchased"], ["delivered", "purchased"], ["purchased", "delivered"],
    [{"of": "purchased", "plus_days": 0}], [{"of": "purchased", "plus_days": 1}],
    [{"of": "purchased", "plus_days": 14}], [{"of": "made", "plus_days": 14}],
    ["registered"], ["shipped"],
]  # fmt: skip
LENGTHS: list[dict[str, Any]] = [
    {"days": 24}, {"weeks": 24}, {"years": 24}, {"months": 1}, {"years": 1},
    {"until": "2030-12-31"}, {"lifetime": "first_owner"}, {"lifetime": "unlimited"},
]  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"pause_in_repair": True}, {"transfer": False},
    *({"transfer": {"notify_within_days": days}} for days in (0, 1, 90)),
    {"usage": {"cycles": 500}}, {"usage": {"cycles": 500.5}}, {"usage": {"hours": 500}},
    {"usage": {"cycles": 500, "hours": 1}},
    *({"on_registration": {"within_days": days, "months": 36}} for days in (0, 1, 60)),
    {"on_registration": {"within_days": 60, "lifetime": "first_owner"}},
    {"on_registration": {"within_days": 60, "until": "2031-01-01"}},
]  # fmt: skip
MOTOR = {"id": "motor", "months": 24}
BODY = {"id": "body", "months": 24}
LEAST: dict[str, Any] = {"id": "a", "version": 1, "start": ["delivered"], "coverages": [BODY]}
# One rule of the least policy after the other is changed.
CHANGES: list[dict[str, Any]] = [
    {},
    *({"valid_for": buyer} for buyer in ("consumer", "business")),
    *({"start": start} for start in STARTS),
    {"count_first_day": True},
    {"replacement": {"rule": "restart"}},
    *({"replacement": {"rule": "max_remainder", "days": days}} for days in (0, 1, 90)),
    *({"repair": {"own_cover_days": days}} for days in (0, 1, 90)),
    *({"claims": {"max": most, "coverage": "body"}} for most in (1, 2)),
    *(
        {"exclusions": [{"id": name} for name in names]}
        for names in (["wear"], ["unheard-of"], ["wear", "opened"], ["opened", "wear"])
    ),
    *({"coverages": [{"id": "body", **length}]} for length in LENGTHS),
    *({"coverages": coverages} for coverages in ([MOTOR], [BODY, MOTOR], [MOTOR, BODY])),
    *({"coverages": [{**BODY, **rule}]} for rule in RULES),
]


@pytest.mark.parametrize("language", languages())
def test_every_rule_is_in_the_text(language: str) -> None:
    policies = [{**LEAST, **change} for change in CHANGES]
    texts = [read_text(policy, language) for policy in policies]
    assert len(policies) == len(set(texts))
    for said in texts:
        assert not re.search(r"[{}_]", said), said


@pytest.mark.parametrize("language", ["en", "de"])
def test_policies_with_one_text_give_one_verdict(language: str) -> None:
    chance = Random(5)
    calls = [make_call(chance) for _ in range(12)]
    seen: dict[str, dict[str, Any]] = {}
    same = 0
    for _ in range(400):
        policy = make_policy(chance)
        # Policies of few rules, so that equal ones come up.
        policy["coverages"] = policy["coverages"][:1]
        policy["start"] = policy["start"][:1]
        for key in chance.sample(["replacement", "repair", "claims", "valid_for"], 3):
            policy.pop(key, None)
        for key in chance.sample(["on_registration", "usage", "transfer", "pause_in_repair"], 3):
            policy["coverages"][0].pop(key, None)
        policy["claims"] = {"max": 1, "coverage": "body"} if "claims" in policy else None
        policy = {**policy, "id": "brio", "version": 1}
        policy["coverages"][0].pop("clause", None)
        other = seen.setdefault(read_text(policy, language), policy)
        if other is policy or other == policy:
            continue
        same += 1
        for call in calls:
            events = [e for e in call["case"]["events"] if e.get("coverage") in (None, "body")]
            case = {**call["case"], "policy": "brio@1", "events": events}
            assert answer({**call, "policy": policy, "case": case}) == answer(
                {**call, "policy": other, "case": case}
            )
    assert same > 5


def test_two_policies_of_the_same_rules_say_which_they_are() -> None:
    again = {**FULL, "version": 3}
    assert read(FULL)[0].sentences != read(again)[0].sentences
    assert read(FULL)[1:] == read(again)[1:]
