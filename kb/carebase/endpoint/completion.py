"""What a form says of a finished course: told by the learner's browser, or as it was graded.

The browser of a graded course sends the secret of its attempt. Only what is stored of that counts,
and the secret is stored nowhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from carebase.endpoint.service import Service
from carebase.endpoint.standing import find_standing
from carebase.forms.context import (
    ATTEMPT,
    COURSE,
    COURSE_VERSION,
    GRADED,
    GRADING,
    PASSED,
    POINTS,
    SCORE,
    SELF_CHECK,
)
from carebase.forms.errors import FieldError
from carebase.forms.validation import Checked
from carebase.i18n import text
from carebase.store.attempts import Attempt
from carebase.training.grading import rounded
from carebase.training.results import sign_of

_TOLD = (COURSE_VERSION, SCORE, POINTS, PASSED, GRADING, ATTEMPT)


async def with_result(
    service: Service, checked: Checked, language: str
) -> tuple[Checked, str | None]:
    """Put the stored result in the place of what a browser says; give the attempt's id as well.

    A course that nobody graded keeps what was told, and says that it was. `Checked.errors` says
    where there is no such attempt at the course.
    """
    values = checked.values
    course, secret = values.get(COURSE, ""), values.get(ATTEMPT, "")
    told = {name: value for name, value in values.items() if name not in _TOLD}
    private = service.private
    is_graded = course in private.keys or course in private.keyless
    if not secret and not is_graded:
        if not course:
            return replace(checked, values=told), None
        kept = {name: value for name, value in values.items() if name not in (GRADING, ATTEMPT)}
        return replace(checked, values={**kept, GRADING: SELF_CHECK}), None
    standing = await find_standing(service, secret) if secret else None
    attempt = standing.attempt if standing else None
    if attempt is None or attempt.course != course:
        error = FieldError(ATTEMPT, text(language, "error.attempt"))
        return replace(checked, values={}, errors=(error,)), None
    key = private.keys.get(course)
    version = (key.named if key else "") or attempt.course_version
    return replace(checked, values={**told, **_stored(attempt, version)}), attempt.id


def _stored(attempt: Attempt, version: str) -> dict[str, Any]:
    score = attempt.score
    return {
        COURSE_VERSION: version,
        SCORE: score.percent,
        POINTS: f"{rounded(score.reached, 2)}/{rounded(score.possible, 2)}",
        PASSED: "yes" if attempt.passed else "no",
        GRADING: GRADED,
        ATTEMPT: sign_of(attempt.id),
    }
