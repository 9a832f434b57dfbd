"""`/requests/{token}/take-back` and `/erase`: a page that asks, and a button that does it."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from carebase.endpoint import body as bodies
from carebase.endpoint.pages import page
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.requests import check_own_page, find_request, missing
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.status import SECRET_HEADERS, Request
from carebase.i18n import count_text, text
from carebase.markup import element
from carebase.store.erasure import PAGE
from carebase.store.letters import NewLetter

TAKEN_BACK = "taken-back"


class TakeBackRoute(HTTPEndpoint):
    """Taking a request back."""

    async def get(self, request: HttpRequest) -> Response:
        """Ask; nothing is changed."""
        found = await find_request(request)
        return _ask(request, found, "take_back") if found else await missing(request)

    async def post(self, request: HttpRequest) -> Response:
        """Take it back, and lead to its page."""
        await bodies.read_bytes(request)
        check_own_page(request)
        found = await find_request(request)
        if found is None:
            return await missing(request)
        service = service_of(request)
        letters = _letters(service, found, "taken-back")
        try:
            await asyncio.wrap_future(
                service.store.take_back(found.submission.id, service.now(), letters)
            )
        except SQLAlchemyError as error:
            log.error("A request could not be taken back", exc_info=error)
            raise _not_now() from None
        service.sending.worker.wake({letter.kind for letter in letters})
        return RedirectResponse(f"{_path(request)}?{TAKEN_BACK}", 303, SECRET_HEADERS)


class EraseRoute(HTTPEndpoint):
    """Erasing a request with all that belongs to it."""

    async def get(self, request: HttpRequest) -> Response:
        """Ask; nothing is changed."""
        found = await find_request(request)
        return _ask(request, found, "erase") if found else await missing(request)

    async def post(self, request: HttpRequest) -> Response:
        """Erase it for good."""
        await bodies.read_bytes(request)
        check_own_page(request)
        found = await find_request(request)
        if found is None:
            return await missing(request)
        service, submission = service_of(request), found.submission
        checker = service.private.checker(submission.form, submission.language)
        letters = service.sending.letters_for_erasure(
            checker.form if checker else None,
            submission.ref,
            found.asked.title or submission.form,
        )
        try:
            await asyncio.wrap_future(
                service.store.erase([submission.id], PAGE, service.now(), letters)
            )
        except SQLAlchemyError as error:
            log.error("A request could not be erased", exc_info=error)
            raise _not_now() from None
        service.clearing.soon()
        service.sending.worker.wake({letter.kind for letter in letters})
        language = found.language(service)
        return page(
            service,
            text(language, "privacy.erased"),
            element("p", {"role": "status"}, count_text(language, "privacy.erased_text", 1)),
            element("p", None, text(language, "privacy.stays")),
            language=language,
            back=submission.page,
            headers=SECRET_HEADERS,
        )


def _letters(service: Service, found: Request, event: str) -> tuple[NewLetter, ...]:
    submission = found.submission
    checker = service.private.checker(submission.form, submission.language)
    if checker is None:
        return ()
    return service.sending.letters_for_event(checker.form, submission.values, event)


def _ask(request: HttpRequest, found: Request, what: str) -> Response:
    service = service_of(request)
    language = found.language(service)
    erases = what == "erase"
    confirm = "privacy.confirm" if erases else "status.take_back_confirm"
    return page(
        service,
        text(language, f"status.{what}_ask"),
        element(
            "p",
            {"class": "cb-reference"},
            text(language, "sent.reference"),
            " ",
            element("strong", None, found.submission.ref),
        ),
        element("p", None, text(language, f"status.{what}_text")),
        element("p", None, text(language, "privacy.stays")) if erases else None,
        element(
            "form",
            {"method": "post", "action": f"{_path(request)}/{what.replace('_', '-')}"},
            element(
                "div",
                {"class": "cb-send"},
                element(
                    "button",
                    {"class": "cb-button" + " cb-button--danger" * erases, "type": "submit"},
                    text(language, confirm),
                ),
            ),
        ),
        element(
            "p",
            None,
            element("a", {"href": _path(request)}, text(language, "status.keep_it")),
        ),
        language=language,
        back=found.submission.page,
        headers=SECRET_HEADERS,
    )


def _not_now() -> Refusal:
    return Refusal(
        503,
        "It could not be done just now. Please try again.",
        headers={"Retry-After": "5", **SECRET_HEADERS},
    )


def _path(request: HttpRequest) -> str:
    return f"{request.scope.get('root_path', '')}/requests/{request.path_params['token']}"
