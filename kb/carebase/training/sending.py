"""Answers as a browser sends them to be graded: read, checked against the key, and graded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from carebase.forms.errors import FieldError
from carebase.i18n import text
from carebase.training.grading import grade
from carebase.training.key import CourseKey, QuestionKey

# What a browser makes by chance: 24 bytes as base64url.
SECRET = re.compile(r"[A-Za-z0-9_-]{32}")
MOST_ANSWERS = 500
MOST_PARTS = 100
LONGEST = 500
_KEYS = frozenset(("attempt", "answers", "_lang"))
_ANSWER = frozenset(("question", "version", "given"))


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to a question of the course, graded."""

    question: QuestionKey
    given: tuple[str, ...]
    share: Fraction


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: the learner's secret, and answers; without any it asks how things stand."""

    attempt: str
    answers: tuple[Given, ...]


def read_sent(data: Any, key: CourseKey, language: str) -> Sent | list[FieldError]:
    """Read what was sent; give everything that is wrong with it where something is."""
    if not isinstance(data, dict):
        return [FieldError("", "Answers are one JSON object with `attempt` and `answers`.")]
    errors = [
        FieldError(name, "Only `attempt`, `answers` and `_lang` are taken.")
        for name in data
        if name not in _KEYS
    ]
    attempt, answers = data.get("attempt"), data.get("answers")
    if not isinstance(attempt, str) or not SECRET.fullmatch(attempt):
        errors.append(
            FieldError("attempt", "An attempt is named by 32 letters, digits, `-` and `_`.")
        )
        attempt = ""
    if not isinstance(answers, list) or len(answers) > MOST_ANSWERS:
        errors.append(FieldError("answers", f"Answers are a list of up to {MOST_ANSWERS}."))
        return errors
    asked = {question.id: question for question in key.asked(attempt)}
    read = [_read(one, key, asked, language) for one in answers]
    errors += [one for one in read if isinstance(one, FieldError)]
    found = tuple(one for one in read if isinstance(one, Given))
    errors += _twice(found)
    return errors or Sent(attempt, found)


def _read(
    one: Any, key: CourseKey, asked: Mapping[str, QuestionKey], language: str
) -> Given | FieldError:
    if not isinstance(one, dict) or set(one) != _ANSWER:
        return FieldError("answers", "An answer has `question`, `version` and `given`.")
    name, given = one["question"], one["given"]
    if not isinstance(name, str) or name not in key.by_id:
        return FieldError("answers", f"There is no question `{str(name)[:60]}` in this course.")
    question = key.by_id[name]
    if question.version != one["version"]:
        return FieldError(name, text(language, "quiz.updated"))
    if name not in asked:
        return FieldError(name, "This question is not among those drawn for this attempt.")
    if (
        not isinstance(given, list)
        or not 0 < len(given) <= MOST_PARTS
        or not all(isinstance(part, str) and len(part) <= LONGEST for part in given)
    ):
        return FieldError(
            name,
            f"`given` is a list of 1 to {MOST_PARTS} texts of up to {LONGEST} characters.",
        )
    return Given(question, tuple(given), grade(question.key, given))


def _twice(found: tuple[Given, ...]) -> Iterator[FieldError]:
    names = [one.question.id for one in found]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield FieldError(name, "A question is answered once in what is sent at once.")
