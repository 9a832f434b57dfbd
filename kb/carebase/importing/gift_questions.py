"""GIFT questions as questions of a quiz, each in the words of `docs/handbook/quizzes.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from carebase.articles.lines import read_lines
from carebase.errors import Problem
from carebase.importing.gift_text import GiftText, one_row
from carebase.importing.slugs import slug_of
from carebase.training.gift.model import Choice, GiftQuestion, Rich, Span
from carebase.training.gift.write import write_gift
from carebase.training.naming import make_id, with_id
from carebase.training.reading import read_quiz
from carebase.training.syntax import Notes

_HUNDRED = Fraction(100)
_LONGEST_ID = 40


class Questions:
    """Writes the questions of one file; what Markdown cannot hold is told with its line."""

    def __init__(
        self, file: str, page: str, left: list[Problem], taken: dict[str, str], level: int = 2
    ) -> None:
        self.file = file
        self.page = page
        self.left = left
        self.taken = taken
        self.level = level
        self.text = GiftText(file, left)

    def tell(self, line: int, code: str, message: str, found: str = "", hint: str = "") -> None:
        """Note what a question loses."""
        self.left.append(
            Problem(self.file, line, 1, code, message, found, hint=hint, severity="warning")
        )

    def write(self, question: GiftQuestion) -> str:
        """Give the Markdown of a question, or nothing where a quiz cannot ask it."""
        before = len(self.left)
        written = "\n".join(self._rows(question)).rstrip()
        notes = Notes(self.file)
        quiz = read_quiz(read_lines(written).lines, {}, notes)
        if notes.problems or len(quiz.questions) != 1:
            del self.left[before:]
            why = notes.problems[0].message if notes.problems else "it is more than one question"
            self.tell(
                question.line, "gift-kept-as-text",
                f"A quiz cannot ask this question: {why[:1].lower()}{why[1:].rstrip('.')}. It is an"
                " exercise with its GIFT in it.",
                f"`{' '.join(question.stem.split())[:60]}`", "ask it in another way",
            )  # fmt: skip
            return ""
        name = self._id(question)
        if not name:
            name = make_id(quiz.questions[0], self.page, set(self.taken))
        self.taken[name] = quiz.questions[0].version
        first, _, rest = written.partition("\n")
        if question.tags or question.id:
            self.tell(
                question.line, "gift-marks", "The number and the tags of a question stay behind.",
                " ".join(f"`{one}`" for one in (question.id, *question.tags) if one),
            )  # fmt: skip
        return f"{with_id(first, name)}\n{rest}".rstrip()

    def as_exercise(self, question: GiftQuestion) -> str:
        """Give an open question, or one that a quiz cannot ask, as an exercise."""
        is_open = question.kind == "essay"
        title = one_row(self.text.line(Rich(question.title or "", "plain"), question.line))
        body = "\n\n".join(self.text.blocks(Rich(question.stem, question.before.format),
                                            question.line))  # fmt: skip
        if not is_open:
            body = f"```gift\n{write_gift([question]).strip()}\n```"
        elif question.general is not None:
            feedback = "\n\n".join(self.text.blocks(question.general, question.line))
            body += f"\n\n**Explanation:** {feedback}"
        if is_open and (question.tags or question.id):
            self.tell(
                question.line, "gift-marks", "The number and the tags of a question stay behind.",
                " ".join(f"`{one}`" for one in (question.id, *question.tags) if one),
            )  # fmt: skip
        return f"/// exercise{f' | {title}' if title else ''}\n\n{body}\n\n///"

    def _id(self, question: GiftQuestion) -> str:
        if not question.title:
            return ""
        plain = slug_of(question.title).encode("ascii", "ignore").decode()
        plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
        if not plain:
            return ""
        stem = (plain if plain[0].isalpha() else f"q-{plain}")[: _LONGEST_ID - 4].rstrip("-")
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}-{number}", number + 1
        if question.title != name:
            self.tell(
                question.line, "gift-title", "The title of the question is its id now.",
                f"`{question.title[:60]}`, now `#{name}`",
            )  # fmt: skip
        return name

    def _rows(self, question: GiftQuestion) -> Iterator[str]:
        line = question.line
        blocks = self.text.blocks(question.before, line)
        gap = self._gap(question)
        more: Sequence[str]
        if gap and question.after:
            # The sentence with the gap is the last of what stands before it.
            *more, head = blocks or [""]
            after = self.text.line(Rich(question.after, question.before.format), line)
            space = "" if after[:1] in ".,;:!?)" else " "
            head = f"{one_row(head)} {gap}{space}{after}".strip()
        else:
            head, *more = blocks or [""]
            head = f"{one_row(head)} {gap}".strip()
            if question.after:
                after = self.text.line(Rich(question.after, question.before.format), line)
                head = f"{head} \\_\\_\\_\\_\\_ {after}".strip()
        yield f"{'#' * self.level} {head}{self._settings(question)}"
        yield ""
        for block in more:
            yield from (block, "")
        yield from self._answers(question)
        if general := self.text.blocks(question.general, line):
            yield ""
            yield "Explanation: " + "\n\n".join(general)

    def _settings(self, question: GiftQuestion) -> str:
        if question.kind == "true-false":
            return " {type=true-false}"
        if question.kind == "choice":
            ticked = [one for one in question.choices if _is_ticked(one, question.choices)]
            if len(ticked) > 1:
                weighted = not any(one.right for one in question.choices)
                lax = not any((one.weight or 0) <= -_HUNDRED for one in question.choices)
                return " {type=several partial}" if weighted and lax else " {type=several}"
        return ""

    def _gap(self, question: GiftQuestion) -> str:
        if question.kind == "short":
            right = [one for one in question.choices if one.weight in (None, _HUNDRED)]
            right = right or [max(question.choices, key=lambda one: one.weight or 0)]
            return f"[[{'|'.join(self.text.plain(one.text) for one in right)}]]"
        if question.kind == "number":
            best = self._best(question)
            return f"[[= {_span(best.number)}]]" if best.number else "[[=]]"
        return ""

    def _best(self, question: GiftQuestion) -> Choice:
        numbers = [one for one in question.choices if one.number and one.right]
        return max(numbers or question.choices, key=lambda one: (
            _HUNDRED if one.weight is None else one.weight
        ))  # fmt: skip

    def _answers(self, question: GiftQuestion) -> Iterator[str]:
        if question.kind == "true-false":
            for is_true in (True, False):
                right = is_true == question.is_true
                yield f"- [{'x' if right else ' '}] {is_true}"
                yield from self._quoted(
                    question.correct if right else question.wrong, question.line
                )
        elif question.kind == "matching":
            yield from self._pairs(question)
        elif question.kind == "choice":
            yield from self._choices(question)
        else:
            yield from self._typed(question)

    def _choices(self, question: GiftQuestion) -> Iterator[str]:
        ticked = [one for one in question.choices if _is_ticked(one, question.choices)]
        equal = len({one.weight for one in ticked}) == 1
        if len([one for one in question.choices if one.right]) > 1:
            self.tell(
                question.line, "gift-any-right",
                "In GIFT any one of the right answers does; here all of them have to be ticked.",
                f"{len(ticked)} answers with `=`", "make a question with one right answer of it",
            )  # fmt: skip
        for choice in question.choices:
            is_ticked = choice in ticked
            yield f"- [{'x' if is_ticked else ' '}] {self.text.line(choice.text, choice.line)}"
            yield from self._quoted(choice.feedback, choice.line)
            share = Fraction(100, len(ticked)) if ticked else _HUNDRED
            wanted = share if is_ticked else None
            if choice.weight and not (
                (is_ticked and equal and len(ticked) > 1)
                or (is_ticked and choice.weight == wanted)
                or (not is_ticked and (choice.weight == -_HUNDRED or _near(choice.weight, -share)))
            ):
                self._weight(choice, "right" if is_ticked else "wrong")

    def _weight(self, choice: Choice, now: str) -> None:
        self.tell(
            choice.line, "gift-weight",
            f"The answer counted {_decimal(choice.weight or Fraction(0))} % of the points; here it"
            f" is {now}.",
            f"`{self.text.plain(choice.text)[:60]}`",
        )  # fmt: skip

    def _typed(self, question: GiftQuestion) -> Iterator[str]:
        best = self._best(question) if question.kind == "number" else None
        for choice in question.choices:
            is_right = choice is best if best else choice.weight in (None, _HUNDRED)
            if is_right and choice.feedback is None:
                continue
            said = _span(choice.number) if choice.number else self.text.plain(choice.text)
            said = self.text.writer.escape(said, set()) if not choice.number else said
            yield f"- [{'x' if is_right else ' '}] {said}"
            yield from self._quoted(choice.feedback, choice.line)
            if said == "\\*":
                self.tell(
                    choice.line, "gift-any-answer",
                    "In GIFT `*` stands for every other answer; here it is the sign alone.",
                    hint="say it in the explanation",
                )  # fmt: skip
            elif not is_right and choice.weight:
                self._weight(choice, "wrong")

    def _pairs(self, question: GiftQuestion) -> Iterator[str]:
        for pair in question.pairs:
            term = self.text.line(pair.term, pair.line)
            answer = self.text.line(Rich(pair.answer), pair.line)
            if term:
                yield f"- {term} -> {answer}"
            else:
                self.tell(
                    pair.line, "gift-extra-answer",
                    "An answer that belongs to no term stays behind.", f"`{answer[:60]}`",
                )  # fmt: skip

    def _quoted(self, feedback: Rich | None, line: int) -> Iterator[str]:
        blocks = self.text.blocks(feedback, line)
        for row in "\n\n".join(blocks).split("\n") if blocks else ():
            yield f"  > {row}".rstrip()


def _is_ticked(choice: Choice, choices: Sequence[Choice]) -> bool:
    if any(one.right for one in choices):
        return choice.right
    return (choice.weight or 0) > 0


def _near(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) < Fraction(1, 100)


def _span(span: Span) -> str:
    value, tolerance = (span.low + span.high) / 2, (span.high - span.low) / 2
    return _decimal(value) + (f" ± {_decimal(tolerance)}" if tolerance else "")


def _decimal(number: Fraction) -> str:
    return f"{float(number):.12f}".rstrip("0").rstrip(".")
