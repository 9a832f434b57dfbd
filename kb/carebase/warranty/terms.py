"""The terms of a policy as plain English sentences, for the page that customers read.

The sentences say what the rules of the coverage contract do with the policy, and nothing more.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from carebase.warranty.policy import (
    Coverage,
    Delayed,
    Length,
    NotifyWithin,
    Policy,
    StartKind,
)

Subject = Literal["scope", "coverage", "replacement", "repair", "claims", "exclusion"]

_DAYS: dict[StartKind, str] = {
    "made": "manufacture",
    "shipped": "shipping",
    "purchased": "purchase",
    "delivered": "delivery",
    "registered": "registration",
}
_BUYERS = {
    "consumer": "consumers",
    "business": "businesses",
    "both": "consumers and businesses",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ENDS = "It ends when the unit gets a new owner."
_STAYS = "It goes on with a new owner."


@dataclass(frozen=True, slots=True)
class Term:
    """One heading of the terms page with its sentences; the anchor is unique in the policy."""

    subject: Subject
    id: str
    anchor: str
    heading: str
    sentences: tuple[str, ...]


def write_terms(policy: Policy) -> list[Term]:
    """Give the terms in the order of the page: scope, coverages, then what holds for all.

    The anchor of a coverage or exclusion is the fragment of its clause, so that ``terms.md#motor``
    leads to it; of several that name one fragment the first has it.
    """
    found = list(_list_sentences(policy))
    fragments = [clause.partition("#")[2] if clause else "" for _, _, clause, _ in found]
    # What a clause points to comes first in line for its anchor, wherever it stands on the page.
    anchors = {fragment: place for place, fragment in reversed([*enumerate(fragments)]) if fragment}
    places = {place: anchor for anchor, place in anchors.items()}
    terms = []
    for place, (subject, name, _, sentences) in enumerate(found):
        anchor = places.get(place) or _find_free(name, anchors)
        anchors[anchor] = place
        terms.append(Term(subject, name, anchor, _write_heading(name), tuple(sentences)))
    return terms


def _list_sentences(
    policy: Policy,
) -> Iterator[tuple[Subject, str, str | None, list[str]]]:
    yield "scope", "scope", None, [f"This promise is made to {_BUYERS[policy.valid_for]}."]
    for coverage in policy.coverages:
        yield "coverage", coverage.id, coverage.clause, _describe(policy, coverage)
    yield "replacement", "replacement", None, [_describe_replacement(policy)]
    if policy.repair:
        days = _count(policy.repair.own_cover_days, "days")
        sentence = (
            f"A repaired component is covered for at least {days} from the end of its repair, "
            "if its coverage was in force when the repair began."
        )
        yield "repair", "repair", None, [sentence]
    if policy.claims:
        words = _write_words(policy.claims.coverage)
        times = "once" if policy.claims.max == 1 else f"{policy.claims.max} times"
        sentence = f"The coverage of {words} can be claimed {times}; then it is used up."
        yield "claims", "claims", None, [sentence]
    for exclusion in policy.exclusions:
        sentence = f"The promise can be withdrawn for this reason: {_write_words(exclusion.id)}."
        yield "exclusion", exclusion.id, exclusion.clause, [sentence]


def _describe(policy: Policy, coverage: Coverage) -> list[str]:
    length, more = coverage.length, coverage.on_registration
    lengths = [length, more.length] if more else [length]
    sentences = [f"Covered {_write_length(length)}.", _write_start(policy)]
    if any(each.unit for each in lengths):
        counted = "counted" if policy.count_first_day else "covered but not counted"
        sentences.append(f"The day on which it begins is {counted}.")
    if more:
        within = _count(more.within_days, "days")
        when = f"within {within} after it" if more.within_days else "on it"
        sentences.append(
            f"If the unit is registered before that day or {when}, the coverage is instead "
            f"{_write_length(more.length)}."
        )
    if coverage.pause_in_repair and not all(each.lifetime for each in lengths):
        sentences.append("The days that the unit is in repair are added at the end.")
    owner = _write_transfer(coverage, length)
    sentences.append(owner)
    if more and _write_transfer(coverage, more.length) != owner:
        sentences.append(f"Once it is registered in time: {_write_transfer(coverage, more.length)}")
    if coverage.usage:
        limits = " or ".join(
            f"{_write_number(limit)} {_write_words(unit)}" for unit, limit in coverage.usage.items()
        )
        sentences.append(f"It ends earlier with a reading above {limits}.")
    return sentences


def _write_length(length: Length) -> str:
    if length.unit:
        return f"for {_count(length.amount, length.unit)}"
    if length.until:
        return f"until the end of {_write_date(length.until)}"
    if length.lifetime == "first_owner":
        return "for as long as the first owner keeps the unit"
    return "for as long as the unit exists"


def _write_start(policy: Policy) -> str:
    entries = []
    for entry in policy.start:
        if isinstance(entry, Delayed) and entry.plus_days:
            entries.append(f"{_count(entry.plus_days, 'days')} after {_DAYS[entry.of]}")
        else:
            kind = entry.of if isinstance(entry, Delayed) else entry
            entries.append(f"on the day of {_DAYS[kind]}")
    return f"It begins {'; if that is not known, '.join(entries)}."


def _write_transfer(coverage: Coverage, length: Length) -> str:
    rule = coverage.transfer
    if rule is False or length.lifetime == "first_owner":
        return _ENDS
    if isinstance(rule, NotifyWithin):
        if not rule.notify_within_days:
            return "It goes on with a new owner only if we are told on the day of the transfer."
        days = _count(rule.notify_within_days, "days")
        return f"It goes on with a new owner only if we are told within {days} of the transfer."
    return _STAYS


def _describe_replacement(policy: Policy) -> str:
    rule = policy.replacement
    if rule and rule.rule == "max_remainder":
        days = _count(rule.days or 0, "days")
        return f"What is in force on the day of a replacement lasts at least {days} from then on."
    if rule and rule.rule == "restart":
        return (
            "The full time of what is in force on the day of a replacement begins again; it never "
            "ends earlier than before."
        )
    return "A replacement keeps the time of the unit that it replaces."


def _find_free(name: str, taken: Collection[str]) -> str:
    number, anchor = 2, name
    while anchor in taken:
        anchor, number = f"{name}-{number}", number + 1
    return anchor


def _write_heading(name: str) -> str:
    words = _write_words(name)
    return words[:1].upper() + words[1:]


def _write_words(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


def _count(amount: int, unit: str) -> str:
    return f"{amount} {unit[:-1] if amount == 1 else unit}"


def _write_number(number: float) -> str:
    return f"{int(number):,}" if number.is_integer() else repr(number)


def _write_date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
