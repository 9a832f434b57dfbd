"""What goes wrong, told to programs: RFC 9457, one shape for every error."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from carebase.forms.errors import FieldError

log = logging.getLogger("carebase.endpoint")

MEDIA_TYPE = "application/problem+json"

# RFC 9110 renamed these; older Pythons have the older names.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
}


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """A request that is answered with an error; `errors` name the fields that are at fault."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def problem(refusal: Refusal) -> Response:
    """Write a refusal as problem details."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(refusal.status) or HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "errors": [{"field": name, "message": message} for name, message in refusal.errors],
    }
    return JSONResponse(content, refusal.status, refusal.headers, MEDIA_TYPE)


def from_http(error: HTTPException) -> Refusal:
    """Give the refusal for what the router itself refuses."""
    detail = _DETAILS.get(error.status_code, error.detail)
    return Refusal(error.status_code, detail, headers=error.headers)


def failure() -> Refusal:
    """Give the refusal for a fault of our own; what it was goes to the log, never to the sender."""
    return Refusal(
        500,
        "Something failed on our side. Sending the same again does no harm.",
        headers={"X-Content-Type-Options": "nosniff"},
    )
