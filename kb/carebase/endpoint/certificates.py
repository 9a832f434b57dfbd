"""`/v1/courses/{id}/certificates`: a signed certificate for whoever has passed a graded course.

Nothing is stored: the learner's name is in the answer and nowhere else, and the same attempt with
the same name gives the same certificate again.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC
from typing import Any
from urllib.parse import urljoin

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.badges.credential import Issuer, Taught, make_credential, write_time
from carebase.endpoint import body as bodies
from carebase.endpoint.origins import check_origin
from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.signing import Signer
from carebase.endpoint.standing import find_standing
from carebase.forms.errors import FieldError
from carebase.store.attempts import Attempt
from carebase.training.key import CourseKey
from carebase.training.sending import SECRET

LONGEST_NAME = 80
_KEYS = frozenset(("attempt", "name", "_lang"))
_CANNOT = "No certificate can be made of this."


class CertificateRoute(HTTPEndpoint):
    """The certificates of one graded course."""

    async def post(self, request: Request) -> Response:
        """Sign the certificate of a passed attempt."""
        service = service_of(request)
        data = await bodies.read_bytes(request)
        check_origin(request, service.settings)
        key = service.private.keys.get(request.path_params["id"])
        if key is None or not key.certificate:
            course = request.path_params["id"][:100]
            raise Refusal(404, f"There is no graded course `{course}` that gives a certificate.")
        signer = service.signer
        if signer.key is None:
            # What is wrong on the server is for its operator, who reads it in the log.
            raise Refusal(503, "Certificates cannot be signed at the moment.")
        secret, name = _read(bodies.parse_json(data, request))
        standing = await find_standing(service, secret)
        attempt = standing.attempt if standing else None
        if attempt is None or attempt.course != key.id or not attempt.passed:
            told = FieldError("attempt", "There is no passed attempt of this name.")
            raise Refusal(422, _CANNOT, [told])
        return JSONResponse(
            _signed(service, key, signer, attempt, name), headers={"Cache-Control": "no-store"}
        )


def _read(data: Any) -> tuple[str, str]:
    if not isinstance(data, dict):
        told = FieldError("", "A certificate is asked for by an object with `attempt` and `name`.")
        raise Refusal(422, _CANNOT, [told])
    errors = [
        FieldError(name, "Only `attempt`, `name` and `_lang` are taken.")
        for name in data
        if name not in _KEYS
    ]
    attempt, name = data.get("attempt"), data.get("name")
    if not isinstance(attempt, str) or not SECRET.fullmatch(attempt):
        errors.append(
            FieldError("attempt", "An attempt is named by 32 letters, digits, `-` and `_`.")
        )
    name = " ".join(unicodedata.normalize("NFC", name).split()) if isinstance(name, str) else ""
    if not 0 < len(name) <= LONGEST_NAME or not _is_shown(name):
        errors.append(FieldError("name", f"A name has 1 to {LONGEST_NAME} letters."))
    if errors:
        raise Refusal(422, _CANNOT, errors)
    return str(attempt), name


def _is_shown(name: str) -> bool:
    """Tell whether a name holds nothing that is not seen, or that turns what is seen around."""
    return not any(unicodedata.category(sign)[0] == "C" for sign in name)


def _signed(
    service: Service, key: CourseKey, signer: Signer, attempt: Attempt, name: str
) -> dict[str, Any]:
    private = service.private
    issuer = Issuer(private.name, private.url)
    passed = (attempt.passed_at or attempt.changed_at).astimezone(UTC)
    course = Taught(
        key.title,
        key.summary,
        key.named or attempt.course_version,
        urljoin(private.url, f"courses/{key.id}/"),
        attempt.mark,
        key.months,
    )
    document = make_credential(
        issuer, course, uuid=attempt.id, name=name, percent=attempt.score.percent, passed=passed
    )
    return signer.sign(document, issuer.method(signer.public), write_time(passed))
