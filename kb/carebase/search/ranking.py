"""How much a page says to a query. The same as in `ranking.js`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import pow as power
from math import prod
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
# More than any query has ideas.
_IDEAS = 1 << 20


class Posting(NamedTuple):
    """Where a word stands in a field of a section: its places there, and where that begins.

    Both are counted in words, of the field and of the page.
    """

    start: int
    section: int
    in_title: bool
    places: Sequence[int]


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
    """What a page says to a query: how it tells each idea that it holds, and where each stands.

    A place and the idea that stands there are one number, so that they are sorted soon. `postings`
    are given with what they count in their section.
    """

    ideas: dict[int, Told] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    postings: list[tuple[int, float, Sequence[Posting]]] = field(default_factory=list)

    def add(
        self,
        idea: int,
        parts: Sequence[tuple[float, Sequence[Posting]]],
        weight: float,
        length: float,
    ) -> None:
        """Add one way in which the page says an idea; the best way counts.

        `parts` are its words, each with its rarity and postings; `length` is that of the page
        beside the average.
        """
        score = 0.0
        for rarity, postings in parts:
            score += rarity * _share(self._note(idea, postings, weight * rarity), length)
        told = self.ideas[idea]
        told.score = max(told.score, weight * score / len(parts))

    def add_compounds(
        self,
        idea: int,
        compounds: Sequence[tuple[float, Sequence[Posting]]],
        rarity: float,
        length: float,
    ) -> None:
        """Add the compounds of an idea that the page holds, besides its best way.

        All of them are as one word (Pirkola, 1998), so that a page does not answer better by
        holding many different ones. Each has its weight and postings; `rarity` is that of all.
        """
        count = 0.0
        for weight, postings in compounds:
            count += weight * self._note(idea, postings, weight * rarity)
        self.ideas[idea].score += rarity * _share(count, length)

    def _note(self, idea: int, postings: Sequence[Posting], value: float) -> int:
        """Note where an idea stands, and give at how many places."""
        told = self.ideas.get(idea)
        if told is None:
            told = self.ideas[idea] = Told()
        before = len(self.places)
        for start, _, in_title, places in postings:
            if start + places[0] < _HEAD:
                told.is_early = True
            if in_title:
                told.is_title = True
            self.places += [(start + at) * _IDEAS + idea for at in places]
        self.postings.append((idea, value, postings))
        return len(self.places) - before

    def score(self, asked: int, title: int) -> float:
        """Give the score of the page, of so many words in its title, for so many ideas."""
        return sum(self.parts(asked).values()) * prod(self.factors(asked, title).values())

    def factors(self, asked: int, title: int) -> dict[str, float]:
        """Give by what the sum of its ideas is multiplied, each with the name of what it is for."""
        named = self._named()
        factors = {
            "held": power(len(self.ideas) / asked, _COVERAGE),
            "title": 1 + _NAMED * named / asked * min(1, named / max(1, title)),
        }
        if asked > 1:
            places = sorted(self.places)
            factors["near"] = 1 + _NEARNESS * (_together(places) / asked) ** 2
            factors["in order"] = 1 + _BESIDES * _besides(places) / (asked - 1)
        return factors

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
        values: dict[tuple[int, int], float] = {}
        for idea, value, postings in self.postings:
            for posting in postings:
                one = posting.section, idea
                values[one] = max(values.get(one, 0.0), value)
        sums: dict[int, float] = defaultdict(float)
        for (section, _), value in values.items():
            sums[section] += value
        return max(range(count), key=sums.__getitem__, default=None)


def _share(count: float, length: float) -> float:
    """Give what part of its rarity a word adds that stands so often on a page."""
    return count / (count + _K1 * (1 - _B + _B * length))


def _besides(places: Sequence[int]) -> int:
    """Count the neighbours of the query that stand in their order beside each other."""
    found = set()
    for one, other in pairwise(places):
        # The next idea, at most so many places on.
        if other - one <= _IDEAS * _BESIDE + 1 and (other - one) % _IDEAS == 1 and other - one > 1:
            found.add(other % _IDEAS)
    return len(found)


def _together(places: Sequence[int]) -> int:
    """Count how many ideas stand near each other at best."""
    within: dict[int, int] = {}
    first = most = 0
    for one in places:
        idea = one % _IDEAS
        within[idea] = within.get(idea, 0) + 1
        while one // _IDEAS - places[first] // _IDEAS > _NEAR:
            left = places[first] % _IDEAS
            if within[left] == 1:
                del within[left]
            else:
                within[left] -= 1
            first += 1
        most = max(most, len(within))
    return most
