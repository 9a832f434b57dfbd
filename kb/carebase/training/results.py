"""What learners reached in a graded course, and how each question was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from carebase.training.grading import ALL, Score

# Of an attempt's id, by chance: enough to tell learners apart in a list.
_SIGNS = 8


def sign_of(attempt_id: str) -> str:
    """Give what stands for an attempt in lists."""
    return attempt_id[-_SIGNS:]


@dataclass(frozen=True, slots=True)
class Taken:
    """An attempt: `learner` stands for who made it and names nobody.

    `answers` has the shares that each question got, one after the other. `ref` is the reference
    number of the submission by which the learner told of it, `name` what was written there.
    """

    learner: str
    started_at: datetime
    changed_at: datetime
    score: Score
    passed_at: datetime | None
    answers: Mapping[str, Sequence[Fraction]]
    ref: str = ""
    name: str = ""

    @property
    def passed(self) -> bool:
        """Whether the points are enough."""
        return self.passed_at is not None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """How a question went: `learners` answered it, `tries` times in all.

    `first` of them were right at once, `right` in the end; `share` is the mean of what their last
    answers reached.
    """

    question: str
    learners: int
    tries: int
    first: int
    right: int
    share: Fraction


def by_question(attempts: Iterable[Taken]) -> list[QuestionResult]:
    """Add up the answers to each question, those that went worst first."""
    answers: dict[str, list[Sequence[Fraction]]] = {}
    for attempt in attempts:
        for question, shares in attempt.answers.items():
            if shares:
                answers.setdefault(question, []).append(shares)
    found = [
        QuestionResult(
            question,
            len(all_),
            sum(map(len, all_)),
            sum(shares[0] == ALL for shares in all_),
            sum(shares[-1] == ALL for shares in all_),
            sum((shares[-1] for shares in all_), Fraction(0)) / len(all_),
        )
        for question, all_ in answers.items()
    ]
    return sorted(found, key=lambda one: (one.share, one.question))
