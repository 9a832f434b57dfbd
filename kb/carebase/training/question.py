"""What a quiz is made of: questions with their answers, hints, feedback and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carebase.training.number import Quantity
from carebase.training.words import digest, mix, words

Kind = Literal["single", "several", "true-false", "blank", "number", "ordering", "matching"]
KINDS: tuple[Kind, ...] = (
    *("single", "several", "true-false", "blank"),
    *("number", "ordering", "matching"),
)
CHOICES: frozenset[Kind] = frozenset(("single", "several", "true-false"))
# Kinds that can be partly right.
PARTIAL: frozenset[Kind] = frozenset(("several", "ordering", "matching"))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose, one step to put in order, or one pair to match.

    `text` is Markdown of one line; of a pair it is the term and `other` its definition.
    `feedback` is Markdown of any length.
    """

    text: str
    right: bool = False
    feedback: str = ""
    other: str = ""
    line: int = 0

    @property
    def id(self) -> str:
        """What stands for the answer in pages and stored progress: made of its words alone."""
        return digest(self.text)

    @property
    def other_id(self) -> str:
        """The same for the definition of a pair."""
        return digest(self.other)


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `text` is Markdown of one line, for a gap the words before it, and `after` those behind it.
    `more` is what stands between the question and its answers. `blanks` are the texts that fill
    a gap rightly, `quantity` the number that does. `attempts` is None where there is no limit.
    `line` and `column` are those of its heading.
    """

    id: str
    kind: Kind
    text: str
    answers: tuple[Answer, ...] = ()
    after: str = ""
    more: str = ""
    blanks: tuple[str, ...] = ()
    quantity: Quantity | None = None
    hints: tuple[str, ...] = ()
    explanation: str = ""
    points: Fraction = Fraction(1)
    attempts: int | None = None
    partial: bool = False
    shuffle: bool = True
    line: int = 0
    column: int = 1

    @property
    def version(self) -> str:
        """A digest of the words that a learner answers, whatever their order and what is right.

        While it stays the same, an answer given earlier is an answer to this question.
        """
        asked = () if self.kind in ("blank", "number") else self.answers
        answers = sorted({digest(answer.text) for answer in asked})
        others = sorted({digest(answer.other) for answer in asked if answer.other})
        unit = self.quantity.unit if self.quantity else ""
        return digest("\n".join((words(self.text), words(self.after), *answers, *others, unit)))

    @property
    def shown(self) -> tuple[Answer, ...]:
        """The answers in the order of the page.

        It is drawn by the question's id and the answers' words, never by what is right. Steps to
        put in order, and pairs, never stand as they belong: where chance would have it so, the
        first one goes last. In a graded course that would tell, and is refused (`is_mixed`).
        """
        if not self.is_shuffled:
            return self.answers
        return tuple(self._turned(mix(self.id, self.answers, lambda one: one.id)))

    @property
    def definitions(self) -> tuple[tuple[str, str], ...]:
        """Id and text of each definition of a matching question, in the order of the page."""
        others = {answer.other_id: answer.other for answer in self.answers}
        drawn = mix(self.id, list(others.items()), lambda one: one[0])
        if [text for _, text in drawn] == [answer.other for answer in self.answers]:
            drawn = [*drawn[1:], drawn[0]]
        return tuple(drawn)

    @property
    def is_shuffled(self) -> bool:
        """Whether the answers of the page stand in another order than in the source."""
        if self.kind in ("matching", "true-false"):
            return False
        return self.shuffle or self.kind == "ordering"

    @property
    def is_mixed(self) -> bool:
        """Whether chance alone keeps the steps, or pairs, out of the right order."""
        if self.kind == "ordering":
            return mix(self.id, self.answers, lambda one: one.id) != list(self.answers)
        if self.kind == "matching":
            others = list({answer.other_id: answer.other for answer in self.answers})
            return mix(self.id, others, str) != [answer.other_id for answer in self.answers]
        return True

    def _turned(self, drawn: list[Answer]) -> list[Answer]:
        is_right = self.kind == "ordering" and tuple(drawn) == self.answers
        return [*drawn[1:], drawn[0]] if is_right else drawn


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of Markdown in a quiz; `block` where it may be longer than one line."""

    text: str
    block: bool = False


@dataclass(frozen=True, slots=True)
class Quiz:
    """The questions of one `/// quiz` block; `draw` of them are asked, or all.

    `written` is how many there are, those with errors too. `together`: all are sent at once to
    the service that grades them.
    """

    questions: tuple[Question, ...] = ()
    draw: int | None = None
    written: int = 0
    together: bool = False

    def fragments(self) -> Iterator[Fragment]:
        """Give every piece of Markdown, each text once, in an order that never changes."""
        seen: set[Fragment] = set()
        for question in self.questions:
            for fragment in _fragments(question):
                if fragment.text and fragment not in seen:
                    seen.add(fragment)
                    yield fragment


def _fragments(question: Question) -> Iterator[Fragment]:
    yield Fragment(question.text)
    yield Fragment(question.after)
    yield Fragment(question.more, block=True)
    for answer in question.answers:
        yield Fragment(answer.text)
        yield Fragment(answer.other)
        yield Fragment(answer.feedback, block=True)
    for hint in question.hints:
        yield Fragment(hint, block=True)
    yield Fragment(question.explanation, block=True)
