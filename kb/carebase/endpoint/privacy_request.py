"""`/v1/privacy/requests`: asking for the mail whose link opens what is held about somebody.

Whoever asks learns nothing: the answer is the same for every address, and nothing is looked up
for it.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.endpoint import body as bodies
from carebase.endpoint.forms import language_of
from carebase.endpoint.limits import form_meters, mailbox_meter, refusal
from carebase.endpoint.origins import check_origin
from carebase.endpoint.pages import page, page_address, page_of, wants_page
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.service import Service, service_of
from carebase.forms.privacy import EMAIL, KIND, METER, privacy_form, render_privacy_request
from carebase.forms.validation import Checker
from carebase.i18n import text
from carebase.markup import Child, element
from carebase.outbox.addresses import is_answerable, to_wire
from carebase.outbox.privacy import GOOD_FOR, LANGUAGE, WISH
from carebase.store import TooMany
from carebase.store.letters import PRIVACY, NewLetter


class PrivacyRequestRoute(HTTPEndpoint):
    """Where somebody asks for the link."""

    async def post(self, request: Request) -> Response:
        """Have a mail sent to the address; answered alike for every address."""
        service = service_of(request)
        data = await bodies.read_bytes(request)
        check_origin(request, service.settings)
        body = await bodies.parse(data, request)
        given = privacy_checker("en").read(body.pairs) if body.plain else body.json
        language = language_of(service, given)
        as_page = body.plain and wants_page(request)
        if not service.sending.leads_by_mail:
            return _no_mail(service, language, as_page)
        checked = privacy_checker(language).check(
            given, service.private.latest_today(service.now()), language
        )
        if checked.errors:
            if as_page:
                return _form_again(request, given, language, dict(checked.errors))
            raise Refusal(422, "Some answers cannot be taken as they are.", checked.errors)
        address = to_wire(checked.values[EMAIL])
        content = {WISH: checked.values[KIND], LANGUAGE: language}
        # A program behind an address could answer the mail, and so on without end.
        sound = is_answerable(address) and not checked.trap
        await self._put(request, NewLetter(PRIVACY, address, content=content) if sound else None)
        if as_page:
            return page(
                service,
                text(language, "privacy.sent"),
                element("p", {"role": "status"}, text(language, "privacy.sent_text")),
                language=language,
                status=202,
                back=checked.page or page_of(request),
            )
        return JSONResponse(
            {
                "message": text(language, "privacy.sent_text"),
                "good_for_hours": int(GOOD_FOR.total_seconds() // 3600),
            },
            202,
            {"Cache-Control": "no-store"},
        )

    async def _put(self, request: Request, letter: NewLetter | None) -> None:
        service = service_of(request)
        meters = form_meters(request, METER)
        mailbox = mailbox_meter(service, letter.key) if letter else None
        try:
            await asyncio.wrap_future(
                service.store.put_if_allowed(letter, service.now(), meters, mailbox)
            )
        except TooMany as told:
            raise refusal(told) from None
        except SQLAlchemyError as error:
            log.error("A request about privacy could not be stored", exc_info=error)
            raise Refusal(
                503, "It could not be stored. Please ask again.", headers={"Retry-After": "5"}
            ) from None
        service.sending.worker.wake({PRIVACY})


@cache
def privacy_checker(language: str) -> Checker:
    """Give what checks the form by which somebody asks."""
    return Checker(privacy_form(language))


def _form_again(
    request: Request, given: dict[str, Any], language: str, errors: dict[str, str]
) -> Response:
    service = service_of(request)
    return page(
        service,
        text(language, "page.again"),
        render_privacy_request(
            endpoint=request.scope.get("root_path", "") + "/",
            language=language,
            page=str(given.get("_page", "")),
            values=given,
            errors=errors,
        ),
        language=language,
        status=422,
        back=str(given.get("_page") or page_of(request)),
    )


def _no_mail(service: Service, language: str, as_page: bool) -> Response:
    if not as_page:
        raise Refusal(503, "This endpoint sends no mail that could lead anybody to their data.")
    return page(
        service,
        text(language, "privacy.no_mail"),
        element(
            "p", None, text(language, "privacy.no_mail_text"), " ", _contact(service, language)
        ),
        language=language,
        status=503,
    )


def _contact(service: Service, language: str) -> Child:
    address = page_address(service, service.private.links.get("contact", ""))
    return element("a", {"href": address}, text(language, "form.contact")) if address else None
