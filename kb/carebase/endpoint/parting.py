"""`/requests/{token}/take-back` and `/erase`: a page that asks, and a button that does it."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from carebase.endpoint import body as bodies
from carebase.endpoint.erasing import confirm_form, erased_page, erasure_letters
from carebase.endpoint.pages import page
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.requests import check_own_page, find_request, missing
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.status import SECRET_HEADERS, Request
from carebase.i18n import text
from carebase.markup import element
from carebase.store.erasure import PAGE
from carebase.store.letters import NewLetter

TAKEN_BACK = "taken-back"


class _PartingRoute(HTTPEndpoint):
    """A page of a request that asks, and its button, which ends the request."""

    # As the keys of its words begin.
    what = ""

    async def get(self, request: HttpRequest) -> Response:
        """Ask; nothing is changed."""
        found = await find_request(request)
        return _ask(request, found, self.what) if found else await missing(request)

    async def post(self, request: HttpRequest) -> Response:
        """Do it, tell those who answer, and say so."""
        await bodies.read_bytes(request)
        check_own_page(request)
        found = await find_request(request)
        if found is None:
            return await missing(request)
        service = service_of(request)
        letters = self.letters(service, found)
        try:
            await asyncio.wrap_future(self.change(service, found, letters))
        except SQLAlchemyError as error:
            log.error("A request could not be ended: %s", self.what, exc_info=error)
            raise _not_now() from None
        service.sending.worker.wake({letter.kind for letter in letters})
        return self.done(request, found)

    def letters(self, service: Service, found: Request) -> tuple[NewLetter, ...]:
        """Give what those who answer are told."""
        raise NotImplementedError

    def change(
        self, service: Service, found: Request, letters: tuple[NewLetter, ...]
    ) -> Future[Any]:
        """Have it stored, together with the letters."""
        raise NotImplementedError

    def done(self, request: HttpRequest, found: Request) -> Response:
        """Answer once it is stored."""
        raise NotImplementedError


class TakeBackRoute(_PartingRoute):
    """Taking a request back."""

    what = "take_back"

    def letters(self, service: Service, found: Request) -> tuple[NewLetter, ...]:
        """Tell that nothing more is to be done."""
        submission = found.submission
        checker = service.private.checker(submission.form, submission.language)
        if checker is None:
            return ()
        return service.sending.letters_for_event(checker.form, submission.values, TAKEN_BACK)

    def change(
        self, service: Service, found: Request, letters: tuple[NewLetter, ...]
    ) -> Future[Any]:
        """Note that it is taken back."""
        return service.store.take_back(found.submission.id, service.now(), letters)

    def done(self, request: HttpRequest, found: Request) -> Response:
        """Lead to the page of the request."""
        return RedirectResponse(f"{_path(request)}?{TAKEN_BACK}", 303, SECRET_HEADERS)


class EraseRoute(_PartingRoute):
    """Erasing a request with all that belongs to it."""

    what = "erase"

    def letters(self, service: Service, found: Request) -> tuple[NewLetter, ...]:
        """Tell that it is erased, by its number alone."""
        return erasure_letters(service, found.submission, found.asked)

    def change(
        self, service: Service, found: Request, letters: tuple[NewLetter, ...]
    ) -> Future[Any]:
        """Erase it for good."""
        return service.store.erase([found.submission.id], PAGE, service.now(), letters)

    def done(self, request: HttpRequest, found: Request) -> Response:
        """Say so on a page: that of the request is gone."""
        service = service_of(request)
        service.clearing.soon()
        return erased_page(service, found.language(service), 1, found.submission.page)


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
        confirm_form(
            f"{_path(request)}/{what.replace('_', '-')}", text(language, confirm), danger=erases
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
