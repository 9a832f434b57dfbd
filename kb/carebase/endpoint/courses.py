"""`/v1/courses/{id}/attempts`: answers to the questions of a graded course, and the result."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.endpoint import body as bodies
from carebase.endpoint.forms import language_of
from carebase.endpoint.limits import answer_meters, refusal, start_meters
from carebase.endpoint.once import hash_of, key_of
from carebase.endpoint.origins import check_origin
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.secret import hash_token
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.standing import find_standing
from carebase.forms.errors import FieldError
from carebase.i18n import text
from carebase.store import KeyReused, TooMany
from carebase.store.attempts import (
    Answered,
    NewAnswer,
    NewAnswers,
    OtherCourse,
    Standing,
    UsedUp,
)
from carebase.store.ids import new_id
from carebase.training.grading import ALL, Score
from carebase.training.key import CourseKey, QuestionKey
from carebase.training.sending import Sent, read_sent

_CANNOT = "Some answers cannot be taken as they are."


class AttemptRoute(HTTPEndpoint):
    """The attempts at one graded course."""

    async def post(self, request: Request) -> Response:
        """Grade answers and store them; without any, tell how the attempt stands."""
        service = service_of(request)
        data = await bodies.read_bytes(request)
        check_origin(request, service.settings)
        key = _key(service, request.path_params["id"])
        given = bodies.parse_json(data, request)
        language = language_of(service, given)
        sent = read_sent(given, key, language)
        if not isinstance(sent, Sent):
            raise Refusal(422, _CANNOT, sent)
        once = key_of(request) or new_id()
        headers = {"Cache-Control": "no-store"}
        if not sent.answers:
            standing = await find_standing(service, sent.attempt)
            return JSONResponse(_result(key, sent, standing), headers=headers)
        try:
            standing = await _store(request, service, key, sent, given, once)
        except KeyReused:
            raise Refusal(
                422, "This Idempotency-Key has already been used with other answers."
            ) from None
        except OtherCourse:
            told = FieldError("attempt", "This attempt is one at another course.")
            raise Refusal(422, _CANNOT, [told]) from None
        except UsedUp as told:
            said = text(language, "quiz.used_up")
            errors = [FieldError(name, said) for name in told.questions]
            raise Refusal(422, _CANNOT, errors) from None
        except TooMany as told:
            raise refusal(told) from None
        except SQLAlchemyError as error:
            log.error("Answers to %s could not be stored", key.id, exc_info=error)
            raise Refusal(
                503,
                "The answers could not be stored. Please send them again.",
                headers={"Retry-After": "5"},
            ) from None
        return JSONResponse(_result(key, sent, standing), 201, headers)


def _key(service: Service, course: str) -> CourseKey:
    private = service.private
    key = private.keys.get(course)
    if key is None and course in private.keyless:
        raise Refusal(503, f"The course `{course}` cannot be graded: its key is not on the server.")
    if key is None:
        raise Refusal(404, f"There is no graded course `{course[:100]}`.")
    return key


async def _store(
    request: Request, service: Service, key: CourseKey, sent: Sent, given: Any, once: str
) -> Standing:
    token_hash = hash_token(sent.attempt)
    future = service.store.take_answers(
        NewAnswers(
            token_hash=token_hash,
            course=key.id,
            course_version=key.version,
            mark=key.mark,
            answers=tuple(
                NewAnswer(
                    one.question.id,
                    one.question.version,
                    one.given,
                    one.share,
                    one.question.attempts,
                )
                for one in sent.answers
            ),
            at=service.now(),
            weigh=partial(key.score, attempt=sent.attempt),
            key=once,
            body_hash=hash_of(given),
            meters=answer_meters(request, token_hash),
            starting=start_meters(request, key.id),
        )
    )
    return await asyncio.wrap_future(future)


def _result(key: CourseKey, sent: Sent, standing: Standing | None) -> dict[str, Any]:
    """Write what became of the answers that were sent, or of all where none were."""
    answers = standing.answers if standing and standing.attempt.course == key.id else {}
    # As the course counts today: it may have changed since.
    asked = key.asked(sent.attempt)
    score = key.score({name: one.share for name, one in answers.items()}, sent.attempt)
    sent_ids = {one.question.id for one in sent.answers} or set(answers)
    shown = [question for question in asked if question.id in sent_ids and question.id in answers]
    return {
        "course": key.id,
        "results": [_said(question, answers[question.id]) for question in shown],
        "answered": sum(question.id in answers for question in asked),
        "asked": len(asked),
        "score": _score(score),
        "mark": key.mark,
        "passed": score.passes(key.mark),
    }


def _said(question: QuestionKey, answered: Answered) -> dict[str, Any]:
    is_right = answered.share == ALL
    left = None
    if question.attempts is not None:
        used = answered.attempts if answered.version == question.version else 0
        left = max(0, question.attempts - used)
    # Whoever may answer again is not told yet.
    is_over = is_right or left == 0
    remarks = question.remarks
    return {
        "question": question.id,
        "version": answered.version,
        "right": is_right,
        "share": _written(answered.share),
        "points": _written(question.points),
        "attempts": answered.attempts,
        "left": left,
        "feedback": remarks.on(question.key, answered.given),
        "explanation": remarks.explanation if is_over else "",
    }


def _score(score: Score) -> dict[str, str]:
    return {
        "reached": _written(score.reached),
        "possible": _written(score.possible),
        "percent": score.percent,
    }


def _written(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"
