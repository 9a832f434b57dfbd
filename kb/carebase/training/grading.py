"""Grading: an answer and its question give a share of the points, exactly.

`widgets/carebase_widgets/static/grading.js` follows the same rules; `tests/vectors/quiz-*.jsonl`
and random cases prove it.

An answer is a list of texts: the ids of the chosen answers, the ids of the steps in the order
given, `term=definition` for each pair, or the one text that was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from carebase.training.number import Quantity
from carebase.training.question import CHOICES, Kind, Question

NOTHING = Fraction(0)
ALL = Fraction(1)

# Typed signs that mean the same to everybody but a computer.
_SAME = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_ENDING = re.compile(r"[.!?… ]+\Z")


@dataclass(frozen=True, slots=True)
class Key:
    """What is right in a question: all that grading needs of it, and no word of it.

    `right` are the ids of right answers, of the steps in order, or `term=definition`; of a blank
    the texts that fill it. `partial`: parts of the points are given for parts of the answer.
    """

    kind: Kind
    right: tuple[str, ...] = ()
    quantity: Quantity | None = None
    partial: bool = False

    def plain(self) -> dict[str, Any]:
        """Give the key as JSON, for the browser and for the private folder."""
        data: dict[str, Any] = {"kind": self.kind, "right": list(self.right)}
        if self.partial:
            data["partial"] = True
        if self.quantity:
            data["number"] = [
                *self.quantity.value.as_integer_ratio(),
                *self.quantity.tolerance.as_integer_ratio(),
            ]
            data["unit"] = self.quantity.unit
        return data


def read_key(data: Mapping[str, Any]) -> Key:
    """Read what `plain` wrote."""
    quantity = None
    if number := data.get("number"):
        value, tolerance = Fraction(number[0], number[1]), Fraction(number[2], number[3])
        quantity = Quantity(value, tolerance, data.get("unit", ""))
    return Key(data["kind"], tuple(data["right"]), quantity, data.get("partial", False))


def key_of(question: Question) -> Key:
    """Give what is right in a question."""
    match question.kind:
        case "blank":
            right = question.blanks
        case "number":
            right = ()
        case "ordering":
            right = tuple(answer.id for answer in question.answers)
        case "matching":
            right = tuple(f"{answer.id}={answer.other_id}" for answer in question.answers)
        case _:
            right = tuple(answer.id for answer in question.answers if answer.right)
    return Key(question.kind, right, question.quantity, question.partial)


def grade(key: Key, given: Sequence[str]) -> Fraction:
    """Give the share of a question's points, from 0 to 1, that an answer reaches."""
    if key.kind in CHOICES:
        return _chosen(key, frozenset(given))
    if key.kind in ("ordering", "matching"):
        return _placed(key, given)
    text = given[0] if given else ""
    if key.kind == "number":
        return ALL if key.quantity and key.quantity.accepts(text) else NOTHING
    return ALL if any(said(text) == said(one) for one in key.right) else NOTHING


def _chosen(key: Key, given: frozenset[str]) -> Fraction:
    right = frozenset(key.right)
    if not key.partial:
        return ALL if given == right else NOTHING
    # A wrong answer takes away what a right one gives, so that ticking all gives nothing more.
    return max(NOTHING, Fraction(len(given & right) - len(given - right), len(right)))


def _placed(key: Key, given: Sequence[str]) -> Fraction:
    if key.kind == "ordering":
        hits = sum(one == other for one, other in zip(key.right, given, strict=False))
        whole = tuple(given) == key.right
    else:
        hits = len(set(given) & set(key.right))
        whole = set(given) == set(key.right)
    if not key.partial:
        return ALL if whole else NOTHING
    # More than there is to place cannot be an answer of the page.
    return Fraction(hits, len(key.right)) if len(given) <= len(key.right) else NOTHING


def said(text: str) -> str:
    """Give what a typed text says, whatever its spaces, small letters and final full stop."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_SAME).split())
    # Through the capitals, so that STRASSE says Straße.
    return _ENDING.sub("", plain).upper().lower() or plain


@dataclass(frozen=True, slots=True)
class Score:
    """The points reached and those of all questions asked; never rounded but to be shown."""

    reached: Fraction = NOTHING
    possible: Fraction = NOTHING

    @property
    def share(self) -> Fraction:
        """The part that was reached; all of it where nothing was asked."""
        return self.reached / self.possible if self.possible else ALL

    def passes(self, mark: int) -> bool:
        """Tell whether the share is at least `mark` per cent."""
        return self.share * 100 >= mark

    @property
    def percent(self) -> str:
        """The share for reading, with one decimal where there is one: `62.5`."""
        return rounded(self.share * 100, 1)


def total(parts: Iterable[tuple[Fraction, Fraction]]) -> Score:
    """Add up questions: the points of each, and the share of them that was reached."""
    reached = possible = NOTHING
    for points, share in parts:
        reached += points * share
        possible += points
    return Score(reached, possible)


def rounded(number: Fraction, places: int) -> str:
    """Write a number that is not negative with at most so many decimals, halves rounded up."""
    scale = 10**places
    whole, rest = divmod((2 * number.numerator * scale + number.denominator) //
                         (2 * number.denominator), scale)  # fmt: skip
    decimals = f"{rest:0{places}d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)
