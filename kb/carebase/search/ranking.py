"""How much a page says to a query. The same as in `finder.js`."""

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
        *,
        sums: bool,
    ) -> None:
        """Add one way in which the page says an idea.

        `parts` are its words, each with its rarity and places; `length` is that of the page beside
        the average. The best way counts, and with `sums` what is added counts besides.
        """
        score = 0.0
        for rarity, places in parts:
            count = len(places)
            score += rarity * count / (count + _K1 * (1 - _B + _B * length))
            for place in places:
                self.places.append((place.at, idea))
                own = self.sections.setdefault(place.section, {})
                own[idea] = max(own.get(idea, 0.0), weight * rarity)
        everywhere = [place for _, places in parts for place in places]
        more = _EARLY if any(place.at < _HEAD for place in everywhere) else 0.0
        more += _TITLE if any(place.in_title for place in everywhere) else 0.0
        score *= weight * (1 + more) / len(parts)
        before = self.ideas.get(idea, 0.0)
        self.ideas[idea] = before + score if sums else max(before, score)

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
