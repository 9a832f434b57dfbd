"""The terms of a policy as plain sentences, for the page that customers read.

The sentences say what the rules of the coverage contract do with the policy, and nothing more;
policies that differ in what they do never have the same sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from carebase.i18n import date_text
from carebase.warranty.policy import Coverage, Delayed, Length, NotifyWithin, Policy
from carebase.warranty.words import (
    Say,
    TermsWords,
    in_language,
    speaker,
    strings,
    write_words,
)

Subject = Literal["scope", "start", "coverage", "replacement", "repair", "claims", "exclusion"]
Found = tuple[Subject, str, str | None, list[str]]


@dataclass(frozen=True, slots=True)
class Term:
    """One heading of the terms page with its sentences; the anchor is unique in the policy."""

    subject: Subject
    id: str
    anchor: str
    heading: str
    sentences: tuple[str, ...]


def write_terms(
    policy: Policy,
    language: str = "en",
    own: TermsWords | None = None,
    names: Mapping[str, str] | None = None,
) -> list[Term]:
    """Give the terms in the order of the page: scope, start, coverages, what holds for all.

    The anchor of a coverage or exclusion is the fragment of its clause, so that ``terms.md#motor``
    leads to it; of several that name one fragment the first has it. `own` are the words of the
    site, `names` those of coverages that are components.
    """
    writer = _Writer(policy, language, own or TermsWords(), names or {})
    found = list(writer.terms())
    fragments = [clause.partition("#")[2] if clause else "" for _, _, clause, _ in found]
    # What a clause points to comes first in line for its anchor, wherever it stands on the page.
    anchors = {fragment: place for place, fragment in reversed([*enumerate(fragments)]) if fragment}
    places = {place: anchor for anchor, place in anchors.items()}
    terms = []
    for place, (subject, name, _, sentences) in enumerate(found):
        anchor = places.get(place) or _find_free(name, anchors)
        anchors[anchor] = place
        terms.append(Term(subject, name, anchor, writer.name(name), tuple(sentences)))
    return terms


def _find_free(name: str, taken: Collection[str]) -> str:
    number, anchor = 2, name
    while anchor in taken:
        anchor, number = f"{name}-{number}", number + 1
    return anchor


class _Writer:
    """Writes the sentences of one policy in one language."""

    def __init__(
        self, policy: Policy, language: str, own: TermsWords, names: Mapping[str, str]
    ) -> None:
        self.policy = policy
        self.language = language
        self.own = own
        self.names = names
        self.say: Say = speaker(language)

    def name(self, name: str) -> str:
        """Name a coverage, an exclusion or a rule: its component, or its id in words."""
        words = write_words(name)
        return self.names.get(name) or words[:1].upper() + words[1:]

    def terms(self) -> Iterator[Found]:
        """Give subject, id, clause and sentences of each term."""
        policy, say = self.policy, self.say
        version = say("version", id=policy.id, version=policy.version)
        yield "scope", "scope", None, [version, say(f"scope.{policy.valid_for}")]
        yield "start", "start", None, list(self._start())
        for coverage in policy.coverages:
            yield "coverage", coverage.id, coverage.clause, list(self._describe(coverage))
        yield "replacement", "replacement", None, [self._replacement()]
        if policy.repair:
            sentence = say("repair", policy.repair.own_cover_days)
            yield "repair", "repair", None, [sentence]
        if policy.claims:
            part = self.name(policy.claims.coverage)
            yield "claims", "claims", None, [say("claims", policy.claims.max, part=part)]
        for exclusion in policy.exclusions:
            sentence = self._exclude(exclusion.id)
            yield "exclusion", exclusion.id, exclusion.clause, [sentence]

    def _describe(self, coverage: Coverage) -> Iterator[str]:
        say = self.say
        length, more = coverage.length, coverage.on_registration
        lengths = [length, more.length] if more else [length]
        yield say("covered", length=self._length(length))
        if more:
            within = say("within", more.within_days)
            yield say("registered", within=within, length=self._length(more.length))
        if coverage.pause_in_repair and not all(each.lifetime for each in lengths):
            yield say("pause")
        owner = self._transfer(coverage, length)
        yield owner
        if more and (other := self._transfer(coverage, more.length)) != owner:
            yield say("transfer.registered", sentence=other)
        if coverage.usage:
            limits = (
                f"{self._number(limit)} {self._unit(unit)}"
                for unit, limit in coverage.usage.items()
            )
            yield say("usage", limits=say("usage.or").join(limits))

    def _length(self, length: Length) -> str:
        if length.unit:
            return self.say(f"length.{length.unit}", length.amount)
        if length.until:
            return self.say("length.until", date=date_text(self.language, length.until))
        return self.say(f"length.{length.lifetime}")

    def _start(self) -> Iterator[str]:
        entries = [
            self.say(f"begins.after.{entry.of}", entry.plus_days)
            if isinstance(entry, Delayed)
            else self.say(f"begins.on.{entry}")
            for entry in self.policy.start
        ]
        yield self.say("begins", when=self.say("begins.else").join(entries))
        lengths = [each.length for each in self.policy.coverages]
        more = [each.on_registration for each in self.policy.coverages]
        lengths += [each.length for each in more if each]
        if any(length.unit for length in lengths):
            yield self.say("counted.yes" if self.policy.count_first_day else "counted.no")

    def _transfer(self, coverage: Coverage, length: Length) -> str:
        rule = coverage.transfer
        if rule is False or length.lifetime == "first_owner":
            return self.say("transfer.ends")
        if isinstance(rule, NotifyWithin):
            return self.say("transfer.told", rule.notify_within_days)
        return self.say("transfer.stays")

    def _replacement(self) -> str:
        rule = self.policy.replacement
        if rule and rule.rule == "max_remainder":
            return self.say("replacement.max_remainder", rule.days or 0)
        return self.say(f"replacement.{rule.rule if rule else 'inherit'}")

    def _exclude(self, name: str) -> str:
        if name in self.own.exclusions:
            return in_language(self.own.exclusions[name], self.language)
        if f"exclusion.{name}" in strings(self.language):
            return self.say(f"exclusion.{name}")
        return self.say("exclusion", reason=write_words(name))

    def _unit(self, name: str) -> str:
        if name in self.own.units:
            return in_language(self.own.units[name], self.language)
        known = f"unit.{name}"
        return self.say(known) if known in strings(self.language) else write_words(name)

    def _number(self, number: float) -> str:
        group, point = self.say("number.group"), self.say("number.point")
        written = f"{int(number):,}" if number.is_integer() else repr(number)
        return written.translate({ord(","): group, ord("."): point})
