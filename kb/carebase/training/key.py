"""The key of a graded course: what its questions ask for, in the private folder and nowhere else.

It is the file `courses/<id>.json` there. Everything else that a build writes is the same whatever
is right; which courses have a key stands in `site.json`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from carebase.marks import without_markup
from carebase.training.asked import Asked
from carebase.training.course import Course
from carebase.training.drawing import drawn
from carebase.training.grading import Key, Score, key_of, read_key, total
from carebase.training.remarks import Remarks, read_remarks

NOTHING_SAID = Remarks()
# How many of the signs of an attempt's secret draw its questions.
SEED = 16


@dataclass(frozen=True, slots=True)
class QuestionKey:
    """A question as it is graded.

    `version` is that of its words (`Question.version`), `quiz` and `draw` say to which pool it
    belongs and how many of that are asked, `attempts` is None where there is no limit.
    """

    id: str
    version: str
    text: str
    key: Key
    points: Fraction = Fraction(1)
    attempts: int | None = None
    quiz: int = 0
    draw: int | None = None
    remarks: Remarks = NOTHING_SAID

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "id": self.id,
            "version": self.version,
            "text": self.text,
            "points": f"{self.points.numerator}/{self.points.denominator}",
            "attempts": self.attempts,
            "quiz": self.quiz,
            "draw": self.draw,
            "key": self.key.plain(),
            "remarks": self.remarks.plain(),
        }


@dataclass(frozen=True)
class CourseKey:
    """All that the endpoint needs to grade a course; `mark` is in per cent.

    `summary`, `months` (how long a certificate holds) and `named` (the version, where the course
    names one) stand on certificates.
    """

    id: str
    title: str
    mark: int
    certificate: bool = False
    retention: str | None = None
    questions: tuple[QuestionKey, ...] = ()
    summary: str = ""
    months: int | None = None
    named: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, QuestionKey]:
        """The questions by their ids."""
        return {question.id: question for question in self.questions}

    @cached_property
    def version(self) -> str:
        """Eight signs for what is asked and what it counts, whatever is right."""
        parts = [f"{self.mark}"]
        parts += [
            f"{one.id} {one.version} {one.points} {one.attempts} {one.quiz} {one.draw}"
            for one in self.questions
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]

    def asked(self, attempt: str) -> list[QuestionKey]:
        """Give the questions that a learner is asked: of a pool, those drawn by the attempt."""
        seed = attempt[:SEED]
        pools: dict[int, list[QuestionKey]] = {}
        for question in self.questions:
            pools.setdefault(question.quiz, []).append(question)
        found = []
        for pool in pools.values():
            draw = pool[0].draw
            names = [question.id for question in pool]
            chosen = drawn(names, draw, seed) if draw and draw < len(pool) else names
            found += [question for question in pool if question.id in chosen]
        return found

    def score(self, shares: Mapping[str, Fraction], attempt: str) -> Score:
        """Add up what was reached of the points of all questions that are asked."""
        return total((one.points, shares.get(one.id, Fraction(0))) for one in self.asked(attempt))

    def plain(self) -> dict[str, Any]:
        """Give the key as JSON."""
        return {
            "id": self.id,
            "title": self.title,
            "version": self.version,
            "mark": self.mark,
            "certificate": self.certificate,
            "retention": self.retention,
            "summary": self.summary,
            "months": self.months,
            "named": self.named,
            "questions": [question.plain() for question in self.questions],
        }


def make_key(
    course: Course, asked: Sequence[Asked], remarks: Mapping[str, Mapping[str, Any]]
) -> CourseKey:
    """Make the key of a course; `remarks` by the ids of its questions, as `Remarks.plain`."""
    pools: dict[int, int] = {}
    return CourseKey(
        course.id,
        course.title,
        course.pass_mark,
        course.certificate,
        course.retention,
        tuple(
            QuestionKey(
                one.question.id,
                one.question.version,
                without_markup(one.question.text),
                key_of(one.question),
                one.question.points,
                one.question.attempts or course.attempts,
                # Counted within the course: another course's quizzes change nothing here.
                pools.setdefault(one.quiz, len(pools)),
                one.draw,
                read_remarks(remarks[one.question.id])
                if one.question.id in remarks
                else NOTHING_SAID,
            )
            for one in asked
            if one.question.id
        ),
        course.summary,
        course.certificate_months,
        course.version,
    )


def read_course_key(data: Mapping[str, Any]) -> CourseKey:
    """Read what `plain` wrote; raises KeyError, TypeError or ValueError for anything else."""
    return CourseKey(
        data["id"],
        data["title"],
        data["mark"],
        data["certificate"],
        data["retention"],
        tuple(
            QuestionKey(
                one["id"],
                one["version"],
                one["text"],
                read_key(one["key"]),
                Fraction(one["points"]),
                one["attempts"],
                one["quiz"],
                one["draw"],
                read_remarks(one["remarks"]),
            )
            for one in data["questions"]
        ),
        data.get("summary", ""),
        data.get("months"),
        data.get("named", ""),
    )
