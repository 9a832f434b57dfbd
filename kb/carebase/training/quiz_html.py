"""A quiz as HTML that can be read, answered on paper and printed without JavaScript."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from carebase.forms import controls
from carebase.i18n import count_text, text
from carebase.markup import Child, Markup, Value, element, join
from carebase.training.grading import key_of, rounded
from carebase.training.question import CHOICES, Answer, Fragment, Question, Quiz
from carebase.training.sealing import seal

QUIZ_WORDS = ("quiz.", "number.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quiz stands: its course, if it counts for one, and whether that is graded.

    `sealed`: what is right is to be seen by whoever checks an answer, and by no glance at the page.
    `attempts` holds for questions that do not say themselves how often they may be answered.
    `endpoint` is the base address of the service that grades, as seen from the page.
    """

    language: str = "en"
    course: str = ""
    graded: bool = False
    sealed: bool = False
    attempts: int | None = None
    endpoint: str | None = None
    # The one that the block names.
    product: str = ""


def render_quiz(quiz: Quiz, pieces: Mapping[Fragment, Markup], place: Place) -> Markup:
    """Write the questions of a block; `pieces` is the HTML of each piece of Markdown in them.

    Of a graded course nothing is written that tells a right answer from a wrong one.
    """
    root: dict[str, Value] = {
        "class": "cb-widget cb-quiz",
        "data-carebase": "quiz",
        "data-product": place.product or None,
        "data-course": place.course or None,
        # What a search would find here are answers, right and wrong ones.
        "data-search-exclude": True,
        "data-pagefind-ignore": True,
        "data-draw": quiz.draw,
        "data-graded": place.graded or None,
        "data-sealed": place.sealed or None,
        "data-endpoint": place.endpoint if place.graded and place.course else None,
        "data-together": (quiz.together and place.graded) or None,
    }
    return element(
        "carebase-quiz",
        root,
        [_Writer(question, pieces, place).write() for question in quiz.questions],
        element("p", {"class": "cb-note"}, text(place.language, "quiz.sealed"))
        if place.sealed
        else None,
        controls.words(place.language, QUIZ_WORDS),
    )


class _Writer:
    """Writes one question."""

    def __init__(self, question: Question, pieces: Mapping[Fragment, Markup], place: Place) -> None:
        self.question = question
        self.pieces = pieces
        self.place = place
        self.id = question.id or f"question-{question.version}"

    def say(self, key: str, **values: object) -> str:
        return text(self.place.language, f"quiz.{key}", **values)

    def piece(self, written: str, *, block: bool = False) -> Markup:
        return self.pieces.get(Fragment(written, block), Markup()) if written else Markup()

    def write(self) -> Markup:
        question = self.question
        attributes: dict[str, Value] = {
            "class": "cb-quiz__question",
            "id": self.id,
            "data-question": self.id,
            "data-kind": question.kind,
            "data-version": question.version,
            "data-points": _pair(question.points),
            "data-attempts": question.attempts or self.place.attempts,
            "data-sealed": self.sealed(),
            "aria-describedby": f"{self.id}-about",
        }
        return element(
            "fieldset",
            attributes,
            element("legend", {"class": "cb-label"}, self.piece(question.text)),
            element("div", {"class": "cb-quiz__more"}, self.piece(question.more, block=True))
            if question.more
            else None,
            element("p", {"class": "cb-help", "id": f"{self.id}-about"}, self.about()),
            self.controls(),
            [self.hint(number, hint) for number, hint in enumerate(question.hints, 1)],
            self.later() if self.place.graded or self.place.sealed else self.solution(),
        )

    def about(self) -> str:
        points = self.question.points
        shown = rounded(points, 2)
        said = [
            self.say("points.one")
            if points == 1
            else self.say("points.many", count=localised(shown, self.place.language))
        ]
        if attempts := self.question.attempts or self.place.attempts:
            said.append(count_text(self.place.language, "quiz.tries", attempts))
        if self.question.kind in ("several", "ordering", "matching"):
            said.append(self.say(f"how.{self.question.kind}"))
        return " · ".join(said)

    def controls(self) -> Markup:
        match self.question.kind:
            case "ordering":
                return self.steps()
            case "matching":
                return element("div", {"class": "cb-pairs"}, [*map(self.pair, self.question.shown)])
            case "blank" | "number":
                return self.line()
            case _:
                return element(
                    "div", {"class": "cb-choices"}, [*map(self.choice, self.question.shown)]
                )

    def choice(self, answer: Answer) -> Markup:
        box = element(
            "input",
            {
                "type": "checkbox" if self.question.kind == "several" else "radio",
                "name": self.id,
                "value": answer.id,
            },
        )
        return element(
            "label", {"class": "cb-choice"}, box, element("span", None, self.piece(answer.text))
        )

    def line(self) -> Markup:
        target = f"{self.id}-answer"
        unit = self.question.quantity.unit if self.question.quantity else ""
        control: dict[str, Value] = {
            "class": "cb-input",
            "type": "text",
            "id": target,
            "name": self.id,
            "autocomplete": "off",
            "autocapitalize": "off",
            "spellcheck": "false",
            "inputmode": "decimal" if self.question.quantity else None,
            "aria-describedby": f"{target}-after" if unit or self.question.after else None,
        }
        after = join(
            unit, " " if unit and self.question.after else "", self.piece(self.question.after)
        )
        return element(
            "p",
            {"class": "cb-gap"},
            element("label", {"for": target}, self.say("answer")),
            " ",
            element("input", control),
            element("span", {"id": f"{target}-after", "class": "cb-gap__after"}, after)
            if after
            else None,
        )

    def steps(self) -> Markup:
        return element(
            "ol",
            {"class": "cb-steps-to-order"},
            [
                element(
                    "li",
                    {"data-item": answer.id},
                    element("span", {"class": "cb-item"}, self.piece(answer.text)),
                )
                for answer in self.question.shown
            ],
        )

    def pair(self, answer: Answer) -> Markup:
        target = f"{self.id}-{answer.id}"
        options = [element("option", {"value": ""}, text(self.place.language, "form.choose"))]
        options += [
            element("option", {"value": code}, _plain(self.piece(other)))
            for code, other in self.question.definitions
        ]
        control: dict[str, Value] = {"class": "cb-input", "id": target, "data-term": answer.id}
        return element(
            "div",
            {"class": "cb-pair"},
            element("label", {"for": target}, self.piece(answer.text)),
            element("select", control, options),
        )

    def hint(self, number: int, written: str) -> Markup:
        return element(
            "details",
            {"class": "cb-hint"},
            element("summary", None, self.say("hint", number=number)),
            self.piece(written, block=True),
        )

    def sealed(self) -> str | None:
        """The solution, for the browser to open."""
        if not self.place.sealed:
            return None
        return seal(self.solution(), self.id, self.question.version)

    def later(self) -> Markup:
        """What stands where the solution would: why it cannot be opened here."""
        is_graded = self.place.course and self.place.endpoint is not None
        kind = "sealed_script" if self.place.sealed else "graded" if is_graded else "ungraded"
        said = self.say(kind)
        return element("p", {"class": "cb-note cb-later"}, said)

    def solution(self) -> Markup:
        """What is right, with the feedback of each answer: closed until it is asked for."""
        key = key_of(self.question).plain()
        return element(
            "details",
            {"class": "cb-solution", "data-key": json.dumps(key, separators=(",", ":"))},
            element("summary", None, self.say("show")),
            self.right(),
            element(
                "div",
                {"class": "cb-explanation"},
                self.piece(self.question.explanation, block=True),
            )
            if self.question.explanation
            else None,
        )

    def right(self) -> Markup:
        question = self.question
        match question.kind:
            case "ordering":
                steps = (self._entry(answer, answer.text) for answer in question.answers)
                return element("ol", None, list(steps))
            case "matching":
                return element("ul", None, [self._match(answer) for answer in question.answers])
            case "blank":
                said = element("p", None, element("strong", None, " / ".join(question.blanks)))
            case "number":
                written = question.quantity.written if question.quantity else ""
                said = element("p", None, element("strong", None, written))
            case _:
                said = Markup()
        others = [self._entry(answer, answer.text) for answer in question.answers]
        return join(said, element("ul", None, others) if others else None)

    def _entry(self, answer: Answer, written: str) -> Markup:
        is_marked = self.question.kind in CHOICES or self.question.kind in ("blank", "number")
        word = self.say("word.right" if answer.right else "word.wrong")
        return element(
            "li",
            {
                "data-answer": answer.id,
                "data-text": answer.text if not _is_choice(self.question) else None,
            },
            [element("strong", None, word), " "] if is_marked else None,
            self.piece(written),
            self._feedback(answer),
        )

    def _match(self, answer: Answer) -> Markup:
        return element(
            "li",
            {"data-answer": answer.id},
            self.piece(answer.text),
            " → ",
            self.piece(answer.other),
            self._feedback(answer),
        )

    def _feedback(self, answer: Answer) -> Child:
        if not answer.feedback:
            return None
        said = self.piece(answer.feedback, block=True)
        return element("div", {"class": "cb-feedback-text"}, said)


def _is_choice(question: Question) -> bool:
    return question.kind in CHOICES or question.kind in ("ordering", "matching")


def _pair(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def localised(number: str, language: str) -> str:
    """Write a number with the decimal mark of a language."""
    return number.replace(".", text(language, "number.mark"))


def _plain(fragment: Markup) -> str:
    """Give the text of a fragment: an option of a list holds no markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", fragment))
