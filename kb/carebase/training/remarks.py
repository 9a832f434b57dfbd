"""What a writer says about answers: the feedback of each, and the explanation of the question.

`asked.js` says the same of a question that is checked in the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from carebase.training.grading import Key, said
from carebase.training.number import Quantity
from carebase.training.question import Question

# Writes a piece of Markdown, of any length, as HTML.
Write = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Remark:
    """Feedback as HTML. `about` is the id of an answer, or what somebody may have typed."""

    about: str
    html: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """All that is said about the answers to one question, as HTML."""

    feedback: tuple[Remark, ...] = ()
    explanation: str = ""

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "feedback": [[one.about, one.html] for one in self.feedback],
            "explanation": self.explanation,
        }

    def on(self, key: Key, given: Sequence[str]) -> list[str]:
        """Give the feedback of an answer, in the order in which it was written."""
        return [one.html for one in self.feedback if _means(one.about, key, given)]


def read_remarks(data: Mapping[str, Any]) -> Remarks:
    """Read what `plain` wrote."""
    feedback = tuple(Remark(about, html) for about, html in data["feedback"])
    return Remarks(feedback, data["explanation"])


def remarks_of(question: Question, write: Write) -> Remarks:
    """Give what is said about a question; `write` makes HTML of what its writer wrote."""
    is_typed = question.kind in ("blank", "number")
    return Remarks(
        tuple(
            Remark(answer.text if is_typed else answer.id, write(answer.feedback))
            for answer in question.answers
            if answer.feedback
        ),
        write(question.explanation) if question.explanation else "",
    )


def _means(about: str, key: Key, given: Sequence[str]) -> bool:
    match key.kind:
        case "blank":
            return said(about) == said(given[0] if given else "")
        case "number":
            unit = key.quantity.unit if key.quantity else ""
            theirs = _numbers(given[0] if given else "", unit)
            return any(one in theirs for one in _numbers(about, unit))
        case "ordering":
            # Steps are all in the answer: what is said about one is said of its place.
            return _place(about, given) != _place(about, key.right)
        case _:
            return any(one == about or one.startswith(f"{about}=") for one in given)


def _numbers(text: str, unit: str) -> tuple[Fraction, ...]:
    return Quantity(Fraction(0), unit=unit).read(text)


def _place(one: str, steps: Sequence[str]) -> int:
    return steps.index(one) if one in steps else -1
