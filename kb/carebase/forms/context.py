"""What a page sends along with a form: how its reader came there, and what they were reading.

A troubleshooter fills it in for any form, and the page of a finished course for the form of that.
It is stored beside the answers under these names, which no field of a form can have, and shown
after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carebase.i18n import text

SYMPTOM = "_symptom"
OUTCOME = "_outcome"
PATH = "_path"
PRODUCT = "_product"
REVISION = "_revision"
COURSE = "_course"
COURSE_VERSION = "_course_version"
# In per cent, as `62.5`, and in points, as `5/8`.
SCORE = "_score"
POINTS = "_points"
PASSED = "_passed"
GRADING = "_grading"
ATTEMPT = "_attempt"

# What the page of a finished course tells, which only the form that sends its result has.
OF_COURSES = frozenset({COURSE, COURSE_VERSION, SCORE, POINTS, PASSED, GRADING, ATTEMPT})
COMPLETION_FORM = "course-completion"

GRADED = "graded"
SELF_CHECK = "self-check"

# In characters. A path beyond it is cut by the page, at its beginning.
LONGEST_PATH = 10_000

CONTEXT_SCHEMAS: Mapping[str, dict[str, Any]] = {
    SYMPTOM: {
        "title": "What the customer chose first in a troubleshooter",
        "type": "string",
        "maxLength": 500,
    },
    OUTCOME: {
        "title": "The outcome of the troubleshooter from which the form was opened",
        "type": "string",
        "maxLength": 500,
    },
    PATH: {
        "title": "The path taken: a line for each answer, question and answer with a tab between",
        "type": "string",
        "maxLength": LONGEST_PATH,
    },
    PRODUCT: {
        "title": "The product that the page is about, of a form that does not ask for one",
        "type": "string",
        "maxLength": 64,
    },
    REVISION: {
        "title": "The revision of the page it was sent from, as git names its source",
        "type": "string",
        "maxLength": 64,
    },
    COURSE: {
        "title": "The id of the course that was finished",
        "description": "Of a graded one it is refused without an attempt that is stored.",
        "type": "string",
        "maxLength": 255,
    },
    COURSE_VERSION: {
        "title": "The version of that course",
        "description": "Of a graded course the stored one takes its place.",
        "type": "string",
        "maxLength": 64,
    },
    SCORE: {
        "title": "The score in per cent, as `62.5`",
        "description": "Of a graded course the stored one takes its place.",
        "type": "string",
        "pattern": r"^([0-9]{1,3}(\.[0-9])?)?$",
    },
    POINTS: {
        "title": "The points reached and those of all questions asked, as `5/8`",
        "description": "Of a graded course the stored ones take their place.",
        "type": "string",
        "pattern": r"^([0-9]{1,9}(\.[0-9]{1,2})?/[0-9]{1,9}(\.[0-9]{1,2})?)?$",
    },
    PASSED: {
        "title": "Whether the course is passed",
        "description": "Of a graded course the stored result takes its place.",
        "enum": ["yes", "no", ""],
    },
    GRADING: {
        "title": "Who says what was reached: the endpoint, or the learner's browser",
        "description": "Whatever is sent, the endpoint writes which of them it is.",
        "enum": [GRADED, SELF_CHECK, ""],
    },
    ATTEMPT: {
        "title": "The secret of the attempt at a graded course",
        "description": "It is not stored: what the attempt has reached takes its place, with the"
        " eight signs that stand for it. One that is not stored for the course is refused.",
        "type": "string",
        "maxLength": 64,
    },
}


def has_context(form_id: str, name: str) -> bool:
    """Tell whether a page may send such a text along with a form."""
    return form_id == COMPLETION_FORM or name not in OF_COURSES


def clean_context(name: str, value: str) -> str:
    """Give a text of the page as it is stored: on one line each, without stray white space."""
    lines = value.replace("\r\n", "\n").split("\n") if name == PATH else [value]
    parts = (line.split("\t") if name == PATH else [line] for line in lines)
    cleaned = ("\t".join(" ".join(part.split()) for part in row).strip() for row in parts)
    return "\n".join(line for line in cleaned if line)


def label_of(name: str, language: str) -> str:
    """Give the words for one of them, for those who read it."""
    return text(language, f"along.{name.removeprefix('_')}")


def show(name: str, value: str, language: str) -> str:
    """Give one of them as people read it."""
    match name:
        case "_path":
            return show_path(value)
        case "_score":
            mark = text(language, "number.mark")
            return text(language, "course.score", percent=value.replace(".", mark))
        case "_points":
            reached, _, possible = value.replace(".", text(language, "number.mark")).partition("/")
            key = f"course.points.{'one' if possible == '1' else 'many'}"
            return text(language, key, reached=reached, possible=possible)
        case "_passed":
            return text(language, "course.passed" if value == "yes" else "course.not_passed")
        case "_grading":
            said = "graded" if value == GRADED else "self_check"
            return text(language, f"along.{said}")
    return value


def show_path(path: str) -> str:
    """Give a path for people: `What is wrong? → It leaks`, a line for each answer."""
    return path.replace("\t", " → ")
