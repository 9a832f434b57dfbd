"""What was counted, summed up so that writers see where to begin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from carebase.signals.signal import (
    ESCALATED,
    LEFT,
    NOT_SOLVED,
    SEARCH,
    SENT,
    SOLVED,
    SUGGESTION,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a signal came in a time; its keys are those of `Signal`."""

    kind: str
    subject: str
    part: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class FailedSearch:
    """Words that found nothing; none where they were not kept."""

    query: str
    language: str
    count: int


@dataclass(slots=True)
class Results:
    """How the paths to an outcome, or all those of a page, have ended."""

    solved: int = 0
    not_solved: int = 0
    escalated: int = 0

    @property
    def total(self) -> int:
        """All that were counted."""
        return self.solved + self.not_solved + self.escalated

    @property
    def share_solved(self) -> float:
        """The part of all that was solved, 0 to 1."""
        return self.solved / self.total

    def add(self, result: str, count: int) -> None:
        """Add what was counted under a result."""
        if result == SOLVED:
            self.solved += count
        elif result == NOT_SOLVED:
            self.not_solved += count
        elif result == ESCALATED:
            self.escalated += count

    def as_dict(self) -> dict[str, Any]:
        """Give it for programs."""
        return {
            "solved": self.solved,
            "not_solved": self.not_solved,
            "escalated": self.escalated,
            "share_solved": round(self.share_solved, 3),
        }


@dataclass(frozen=True, slots=True)
class PageOutcomes:
    """A troubleshooter: its results in all, and those of each outcome by the heading's id."""

    page: str
    results: Results
    nodes: Mapping[str, Results]


@dataclass(frozen=True, slots=True)
class Suggested:
    """A form from which an offered article was opened: how often it was left then, and sent."""

    form: str
    left: int
    sent: int

    @property
    def share_left(self) -> float:
        """The part of all that was left without being sent, 0 to 1."""
        return self.left / (self.left + self.sent)


@dataclass(frozen=True, slots=True)
class Tally:
    """What writers can act on: failed searches, troubleshooters, articles offered on forms.

    The most frequent comes first.
    """

    searches: list[FailedSearch] = field(default_factory=list)
    pages: list[PageOutcomes] = field(default_factory=list)
    forms: list[Suggested] = field(default_factory=list)


def tally(rows: Iterable[Counted]) -> Tally:
    """Sum up what was counted, over days and by page."""
    searches: Counter[tuple[str, str]] = Counter()
    nodes: dict[str, dict[str, Results]] = defaultdict(lambda: defaultdict(Results))
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.kind == SEARCH:
            searches[row.subject, row.value] += row.count
        elif row.kind == SUGGESTION:
            forms[row.subject][row.value] += row.count
        else:
            nodes[row.subject][row.part].add(row.value, row.count)
    pages = [PageOutcomes(page, _sum(of.values()), _ordered(of)) for page, of in nodes.items()]
    return Tally(
        [
            FailedSearch(query, language, count)
            for (query, language), count in sorted(
                searches.items(), key=lambda item: (-item[1], item[0])
            )
        ],
        sorted(
            (one for one in pages if one.results.total),
            key=lambda one: (-one.results.total, one.page),
        ),
        [
            Suggested(form, ends[LEFT], ends[SENT])
            for form, ends in sorted(forms.items(), key=lambda item: (-item[1].total(), item[0]))
        ],
    )


def _sum(results: Iterable[Results]) -> Results:
    whole = Results()
    for one in results:
        whole.add(SOLVED, one.solved)
        whole.add(NOT_SOLVED, one.not_solved)
        whole.add(ESCALATED, one.escalated)
    return whole


def _ordered(nodes: Mapping[str, Results]) -> dict[str, Results]:
    return dict(sorted(nodes.items(), key=lambda item: (-item[1].total, item[0])))
