"""How much a page says to a query. The same as in `ranking.js`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import pow as power
from typing import NamedTuple

# BM25 (Robertson and Zaragoza, 2009), on the fields of a page taken together,
_K1, _B = 3.0, 0.75
# and what more a word counts among the first of a page, and in its title.
_HEAD, _EARLY, _TITLE = 20, 0.2, 0.65
# How much a page counts by the share of what was asked that it holds,
_COVERAGE = 0.5
# and how much more when so many words of it hold them together.
_NEAR, _NEARNESS = 30, 0.5


class Place(NamedTuple):
    """Where a word stands: counted in words of its page, and by section."""

    at: int
    section: int
    in_title: bool


@dataclass(slots=True)
class Answer:
    """What a page says to a query: the score of each idea that it holds, and where each stands."""

    ideas: dict[int, float] = field(default_factory=dict)
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
        score = 0.0
        for rarity, places in parts:
            score += rarity * _share(len(places), length)
            self._note(idea, places, weight * rarity)
        everywhere = [place for _, places in parts for place in places]
        score *= weight * (1 + _EARLY * _is_early(everywhere) + _TITLE * _is_title(everywhere))
        self.ideas[idea] = max(self.ideas.get(idea, 0.0), score / len(parts))

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
        early = max(weight * _is_early(places) for weight, places in compounds)
        title = max(weight * _is_title(places) for weight, places in compounds)
        for weight, places in compounds:
            self._note(idea, places, weight * rarity)
        more = score * (1 + _EARLY * early + _TITLE * title)
        self.ideas[idea] = self.ideas.get(idea, 0.0) + more

    def _note(self, idea: int, places: Sequence[Place], value: float) -> None:
        for place in places:
            self.places.append((place.at, idea))
            own = self.sections.setdefault(place.section, {})
            own[idea] = max(own.get(idea, 0.0), value)

    def score(self, asked: int) -> float:
        """Give the score of the page for a query of so many ideas."""
        near = 1 + _NEARNESS * (self.together() / asked) ** 2 if asked > 1 else 1.0
        return sum(self.ideas.values()) * power(len(self.ideas) / asked, _COVERAGE) * near

    def together(self) -> int:
        """Count how many ideas stand near each other at best."""
        places = sorted(self.places)
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

    def best_section(self, count: int) -> int | None:
        """Give the number of the section that says most to the query, the first of equals."""
        return max(
            range(count), key=lambda at: sum(self.sections.get(at, {}).values()), default=None
        )


def _share(count: float, length: float) -> float:
    """Give what part of its rarity a word adds that stands so often on a page."""
    return count / (count + _K1 * (1 - _B + _B * length))


def _is_early(places: Sequence[Place]) -> bool:
    return any(place.at < _HEAD for place in places)


def _is_title(places: Sequence[Place]) -> bool:
    return any(place.in_title for place in places)
