"""How much a page says to a query. The same as in `ranking.js`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import pow as power
from typing import NamedTuple

# BM25 (Robertson and Zaragoza, 2009), on the fields of a page taken together,
_K1, _B = 3.0, 0.85
# and what more a word counts among the first of a page, and in its title when all of the query is.
_HEAD, _EARLY, _TITLE = 40, 0.3, 1.5
# What more the whole page counts whose title is the query.
_NAMED = 0.6
# How much a page counts by the share of what was asked that it holds,
_COVERAGE = 0.4
# and how much more when so many words of it hold them together,
_NEAR, _NEARNESS = 15, 0.75
# and when neighbours of the query stand so near each other.
_BESIDE, _BESIDES = 2, 0.4


class Place(NamedTuple):
    """Where a word stands: counted in words of its page, and by section."""

    at: int
    section: int
    in_title: bool


@dataclass(slots=True)
class Told:
    """How a page says an idea: what it counts in text, and where it stands besides."""

    score: float = 0.0
    is_early: bool = False
    is_title: bool = False

    @property
    def in_text(self) -> float:
        """What it counts without the title."""
        return self.score * (1 + _EARLY * self.is_early)


@dataclass(slots=True)
class Answer:
    """What a page says to a query: how it tells each idea that it holds, and where each stands."""

    ideas: dict[int, Told] = field(default_factory=dict)
    places: list[tuple[int, int]] = field(default_factory=list)
    sections: dict[int, dict[int, float]] = field(default_factory=dict)

    def add(
        self,
        idea: int,
        parts: Sequence[tuple[float, Sequence[Place]]],
        weight: float,
        length: float,
    ) -> None:
        """Add one way in which the page says an idea; the best way counts.

        `parts` are its words, each with its rarity and places; `length` is that of the page beside
        the average.
        """
        score = sum(rarity * _share(len(places), length) for rarity, places in parts)
        told = self.ideas.setdefault(idea, Told())
        told.score = max(told.score, weight * score / len(parts))
        for rarity, places in parts:
            self._note(idea, places, weight * rarity)

    def add_compounds(
        self,
        idea: int,
        compounds: Sequence[tuple[float, Sequence[Place]]],
        rarity: float,
        length: float,
    ) -> None:
        """Add the compounds of an idea that the page holds, besides its best way.

        All of them are as one word (Pirkola, 1998), so that a page does not answer better by
        holding many different ones. Each has its weight and places; `rarity` is that of all.
        """
        score = rarity * _share(sum(weight * len(places) for weight, places in compounds), length)
        self.ideas.setdefault(idea, Told()).score += score
        for weight, places in compounds:
            self._note(idea, places, weight * rarity)

    def _note(self, idea: int, places: Sequence[Place], value: float) -> None:
        told = self.ideas[idea]
        before = -1
        for at, section, in_title in places:
            if at < _HEAD:
                told.is_early = True
            if in_title:
                told.is_title = True
            self.places.append((at, idea))
            # Places stand section by section.
            if section != before:
                own = self.sections.setdefault(section, {})
                own[idea] = max(own.get(idea, 0.0), value)
                before = section

    def score(self, asked: int, title: int) -> float:
        """Give the score of the page, of so many words in its title, for so many ideas."""
        named = self._named()
        more = 1 + _NAMED * named / asked * min(1, named / max(1, title))
        if asked > 1:
            places = sorted(self.places)
            more *= 1 + _NEARNESS * (_together(places) / asked) ** 2
            more *= 1 + _BESIDES * _besides(places) / (asked - 1)
        return sum(self.parts(asked).values()) * power(len(self.ideas) / asked, _COVERAGE) * more

    def _named(self) -> int:
        """Count the ideas that stand in the title."""
        return sum(told.is_title for told in self.ideas.values())

    def parts(self, asked: int) -> dict[int, float]:
        """Give what each idea adds; one in the title more, by how much of the query is there."""
        title = _TITLE * (self._named() / asked) ** 2
        return {
            idea: told.in_text + told.score * title * told.is_title
            for idea, told in self.ideas.items()
        }

    def best_section(self, count: int) -> int | None:
        """Give the number of the section that says most to the query, the first of equals."""
        return max(
            range(count), key=lambda at: sum(self.sections.get(at, {}).values()), default=None
        )


def _share(count: float, length: float) -> float:
    """Give what part of its rarity a word adds that stands so often on a page."""
    return count / (count + _K1 * (1 - _B + _B * length))


def _besides(places: Sequence[tuple[int, int]]) -> int:
    """Count the neighbours of the query that stand in their order beside each other."""
    return len(
        {
            idea
            for (at, idea), (other_at, other) in pairwise(places)
            if other == idea + 1 and 0 < other_at - at <= _BESIDE
        }
    )


def _together(places: Sequence[tuple[int, int]]) -> int:
    """Count how many ideas stand near each other at best.

    Of each place is given where it is, and its idea.
    """
    within: Counter[int] = Counter()
    first = most = 0
    for at, idea in places:
        within[idea] += 1
        while at - places[first][0] > _NEAR:
            left = places[first][1]
            within[left] -= 1
            if not within[left]:
                del within[left]
            first += 1
        most = max(most, len(within))
    return most
