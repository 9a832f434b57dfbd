"""Questions made of what stands in a quiz, with everything that is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from carebase.counting import counted
from carebase.training.number import Quantity, read_quantity
from carebase.training.question import CHOICES, PARTIAL, Answer, Kind, Question, Quiz
from carebase.training.syntax import Draft, Item, Notes, Row, arrows, column_of, take_apart
from carebase.training.words import words

_GAP = re.compile(r"\[\[(?P<inner>.*?)\]\]")
_TRUE_FALSE = frozenset(
    ("true false", "wahr falsch", "richtig falsch", "verdadero falso", "vrai faux")
)
_FITS: Mapping[str, frozenset[Kind]] = {
    "box": CHOICES,
    "step": frozenset(("ordering",)),
    "pair": frozenset(("matching",)),
    "blank": frozenset(("blank",)),
    "number": frozenset(("number",)),
}


def read_quiz(rows: Iterable[Row], options: Mapping[str, Any], notes: Notes) -> Quiz:
    """Read the questions between the first and the last line of a quiz block.

    `options` are those of the block that were read without a problem; they hold for each question
    that does not say otherwise. A question with errors is told of and left out.
    """
    drafts = take_apart(rows, notes)
    questions = [_Reader(draft, options, notes).read() for draft in drafts]
    good = tuple(one for one in questions if one)
    together = options.get("together", False)
    return Quiz(good, options.get("draw"), written=len(drafts), together=together)


class _Reader:
    def __init__(self, draft: Draft, options: Mapping[str, Any], notes: Notes) -> None:
        self.draft = draft
        self.notes = notes
        self.values = {**options, **draft.settings.values}
        self.good = True

    def bad(self, row: Row, column: int, code: str, message: str, **more: Any) -> None:
        self.good = False
        self.notes.at(row, column, code, message, **more)

    def here(self, code: str, message: str, **more: Any) -> None:
        self.bad(self.draft.row, self.draft.column, code, message, **more)

    def read(self) -> Question | None:
        draft = self.draft
        gaps = list(_GAP.finditer(draft.text))
        if len(gaps) > 1:
            self.here(
                "question-gap",
                "A question has one gap.",
                found=f"{len(gaps)} gaps",
                hint="make a question of each",
            )
            return None
        if any(_GAP.search(line) for line in draft.body):
            self.here(
                "question-gap",
                "A gap stands in the text below the question.",
                hint="put the sentence with the gap into the heading",
            )
            return None
        question = self._gap(gaps[0]) if gaps else self._list()
        if not draft.text:
            self.here("question-text", "The heading of this question has no text.")
        if question is None or not self.good:
            return None
        self._check_settings(question)
        return question if self.good else None

    def _make(self, kind: Kind, **more: Any) -> Question:
        draft, values = self.draft, self.values
        made = Question(
            draft.settings.id,
            kind,
            draft.text,
            more="\n".join(draft.body).strip(),
            hints=tuple(hint.strip() for hint in draft.hints if hint.strip()),
            explanation="\n".join(draft.explanation).strip(),
            line=draft.row.number,
            column=draft.column,
        )
        names = ("points", "attempts", "partial", "shuffle")
        kept = {name: values[name] for name in names if name in values}
        if kind not in PARTIAL:
            kept.pop("partial", None)
        return replace(made, **kept, **more)

    def _gap(self, gap: re.Match[str]) -> Question | None:
        draft = self.draft
        inner = gap["inner"].strip()
        column = column_of(draft.row, gap[0])
        around: dict[str, Any] = {
            "text": draft.text[: gap.start()].rstrip(),
            "after": draft.text[gap.end() :].strip(),
        }
        if draft.shape in ("step", "pair"):
            self.here(
                "question-two-kinds",
                "The question has a gap and a list of answers.",
                found=f"`{gap[0]}` and, on line {draft.items[0].row.number}, a list",
                hint="make two questions of it",
            )
            return None
        around["answers"] = tuple(self._answers())
        if inner.startswith("="):
            quantity = read_quantity(inner[1:])
            if isinstance(quantity, Quantity):
                return self._make("number", quantity=quantity, **around)
            self.bad(
                draft.row,
                column,
                "question-number",
                "The number of this gap cannot be read.",
                found=f"`{gap[0]}`",
                allowed="`[[= 9]]`, `[[= 9.5 bar]]`, `[[= 9 ± 0.5 bar]]`",
                hint=quantity,
            )
            return None
        texts = tuple(text.strip() for text in inner.split("|"))
        if not all(texts):
            self.bad(
                draft.row,
                column,
                "question-blank-empty",
                "The gap has an empty answer." if any(texts) else "The gap has no answer.",
                found=f"`{gap[0]}`",
                allowed="`[[answer]]`, or several as `[[answer|other answer]]`",
            )
            return None
        return self._make("blank", blanks=texts, **around)

    def _list(self) -> Question | None:
        draft = self.draft
        if not draft.items:
            self.here(
                "question-no-answers",
                "The question has no answers.",
                allowed="a list `- [x]` and `- [ ]`, a numbered list to put in order, a list"
                " `- term -> definition`, or a gap `[[answer]]` in the heading",
            )
            return None
        if draft.shape == "pair":
            return self._pairs()
        answers = tuple(self._answers())
        if len(answers) < 2:
            self.here(
                "question-one-answer",
                "The question has one answer only, so there is nothing to choose."
                if draft.shape == "box"
                else "The question has one step only, so there is nothing to put in order.",
                found=f"`{draft.items[0].row.text.strip()[:60]}`",
                allowed="two or more",
                hint="each answer begins with `- [ ]`, and a right one with `- [x]`"
                if draft.shape == "box"
                else "",
            )
            return None
        if draft.shape == "step":
            return self._make("ordering", answers=answers)
        return self._choice(answers)

    def _answers(self) -> Iterable[Answer]:
        seen: dict[str, Item] = {}
        for item in self.draft.items:
            answer = Answer(item.text, item.ticked, item.feedback, item.other, line=item.row.number)
            if not item.text:
                self.bad(
                    item.row,
                    column_of(item.row),
                    "question-answer-empty",
                    "This answer has no text.",
                    found=f"`{item.row.text.strip()}`",
                )
            elif answer.id in seen:
                self.bad(
                    item.row,
                    column_of(item.row, item.text),
                    "question-answer-twice",
                    "The same answer stands twice in this question.",
                    found=f"`{item.text[:60]}` again; first on line {seen[answer.id].row.number}",
                    hint="delete one of them, or say what makes them different",
                )
            seen.setdefault(answer.id, item)
            yield answer

    def _choice(self, answers: tuple[Answer, ...]) -> Question | None:
        right = [answer for answer in answers if answer.right]
        asked = self.values.get("type")
        if not right:
            self.here(
                "question-no-right-answer",
                "No answer of this question is marked as right.",
                found=f"{counted(len(answers), 'answer')} with `[ ]`",
                hint="write `[x]` before the right one",
            )
            return None
        if asked in ("single", "true-false") and len(right) > 1:
            item = next(one for one in self.draft.items if one.row.number == right[1].line)
            self.bad(
                item.row,
                column_of(item.row),
                "question-two-right",
                f"The question asks for one answer (`type={asked}`), and two are marked as right.",
                found=f"`[x]` on line {right[0].line} and here",
                hint="write `[ ]` before one of them, or `type=several`",
            )
            return None
        said = " ".join(words(answer.text) for answer in answers)
        kind: Kind = "several" if len(right) > 1 else "single"
        if asked == "several" or (asked is None and kind == "several"):
            kind = "several"
        elif asked == "true-false" or said in _TRUE_FALSE:
            kind = "true-false"
            if len(answers) != 2:
                self.here(
                    "question-type",
                    "A question that is true or false has two answers.",
                    found=counted(len(answers), "answer"),
                    hint="delete `type=true-false`",
                )
                return None
        return self._make(kind, answers=answers)

    def _pairs(self) -> Question | None:
        answers = tuple(self._answers())
        for item in self.draft.items:
            if not item.other or arrows(item.row.inner) > 1:
                self.bad(
                    item.row,
                    column_of(item.row),
                    "question-pair",
                    "A pair is a term, one arrow and a definition.",
                    found=f"`{item.row.text.strip()[:60]}`",
                    allowed="`- term -> definition`",
                )
        if len({answer.other_id for answer in answers}) < 2:
            self.here(
                "question-one-answer",
                "There is one definition only, so there is nothing to match.",
                allowed="two or more",
            )
        return self._make("matching", answers=answers)

    def _check_settings(self, question: Question) -> None:
        own = self.draft.settings.values
        asked = self.values.get("type")
        shape = question.kind if question.kind in ("blank", "number") else self.draft.shape
        if asked is not None and asked not in _FITS[shape]:
            self.here(
                "question-type",
                f"The question is written as another type than `{asked}`.",
                found=f"`{question.kind}`, by the way its answers are written",
                allowed=", ".join(sorted(_FITS[shape])),
                hint="delete `type`, or write the answers as this type asks for",
            )
        if own.get("partial") and question.kind not in PARTIAL:
            self.here(
                "question-setting",
                f"A question of the type `{question.kind}` is right or wrong, never in part.",
                found="`partial`",
                hint="delete it",
            )
