"""What a GIFT file holds: categories, descriptions and questions, each with its line."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

# What stands on a page around a text that goes before questions.
DESCRIPTION = '<div class="description" markdown>'

Kind = Literal[
    "category", "description", "essay", "true-false", "choice", "short", "number", "matching"
]


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and how it is written: `moodle` (text with HTML), `html`, `plain` or `markdown`."""

    text: str
    format: str = "moodle"


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers that are right: both ends belong to them."""

    low: Fraction
    high: Fraction
    # Whether it was written with its two ends, or as a number and what it may differ by.
    by_ends: bool = False
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `weight` is per cent of the points, None where none is written.

    `number` is what a numeric answer means; without it `*` stands for any other answer.
    """

    right: bool
    text: Rich
    weight: Fraction | None = None
    feedback: Rich | None = None
    number: Span | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A term and what belongs to it; without a term it is an answer that belongs to none."""

    term: Rich
    answer: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class GiftQuestion:
    """One entry of a file.

    `before` and `after` are the text around the answers; `after` is empty where they stand at the
    end. `wrong` and `correct` are the feedback of a question that is true or false.
    """

    kind: Kind
    before: Rich
    after: str = ""
    title: str | None = None
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    is_true: bool = False
    wrong: Rich | None = None
    correct: Rich | None = None
    general: Rich | None = None
    is_single_number: bool = False
    id: str | None = None
    tags: tuple[str, ...] = ()
    line: int = 0

    @property
    def stem(self) -> str:
        """The text with five low lines where the answers stand in it."""
        if not self.after:
            return self.before.text
        return f"{self.before.text} _____ {self.after}".strip()
