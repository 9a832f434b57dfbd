"""`/v1/privacy/requests` and `/privacy/{key}`: what is held about somebody, shown and erased.

Whoever asks learns nothing: the answer is the same for every address, and nothing is looked up
for it. The mail goes to the address alone, and its link opens what is held for a day. Opening it
changes nothing, as programs that check mails open links too; erasing is a POST of that page.
"""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from typing import Any

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.endpoint import body as bodies
from carebase.endpoint import held
from carebase.endpoint.forms import language_of
from carebase.endpoint.key import Key
from carebase.endpoint.limits import form_meters, mailbox_meter, refusal
from carebase.endpoint.origins import check_origin
from carebase.endpoint.pages import page, page_address, page_of, reader_language, wants_page
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.requests import check_own_page
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.status import SECRET_HEADERS
from carebase.forms.privacy import EMAIL, KIND, METER, privacy_form, render_privacy_request
from carebase.forms.validation import Checker
from carebase.i18n import count_text, text
from carebase.markup import Child, element
from carebase.outbox.addresses import is_answerable, to_wire
from carebase.outbox.privacy import GOOD_FOR, LANGUAGE, WISH
from carebase.store import TooMany
from carebase.store.holdings import Holding
from carebase.store.letters import PRIVACY, NewLetter

_KEY = re.compile(r"[A-Za-z0-9_-]{40,600}")
_FILE = "data.json"


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


class PrivacyRoute(HTTPEndpoint):
    """What is held about the owner of the address for which the key was made."""

    async def get(self, request: Request) -> Response:
        """Show it; nothing is changed."""
        service = service_of(request)
        key = _key_of(request)
        if key is None:
            return _gone(request)
        found = await _look_up(service, key)
        language = _language(request, found)
        if not found:
            return _nothing(service, key, language)
        return page(
            service,
            text(language, "privacy.title"),
            element(
                "p", None, count_text(language, "privacy.held", len(found), address=key.address)
            ),
            element(
                "p",
                {"class": "cb-ways"},
                element(
                    "a", {"href": f"{_path(request)}/{_FILE}"}, text(language, "privacy.download")
                ),
                element("a", {"href": "#erase"}, text(language, "privacy.jump")),
            ),
            [
                held.render(service, one, language, request.scope.get("root_path", ""))
                for one in found
            ],
            _erase_form(request, language),
            language=language,
            headers=SECRET_HEADERS,
        )

    async def post(self, request: Request) -> Response:
        """Erase it, for good."""
        service = service_of(request)
        await bodies.read_bytes(request)
        check_own_page(request)
        key = _key_of(request)
        if key is None:
            return _gone(request)
        found = await _look_up(service, key)
        language = _language(request, found)
        if not found:
            return _nothing(service, key, language)
        letters = {one.submission.id: _told(service, one) for one in found}
        try:
            erased = await asyncio.wrap_future(
                service.store.erase_holdings(key.address, service.now(), letters)
            )
        except SQLAlchemyError as error:
            log.error("What is held could not be erased", exc_info=error)
            raise Refusal(
                503, "It could not be erased. Please try again.", headers={"Retry-After": "5"}
            ) from None
        service.clearing.soon()
        service.sending.worker.wake({letter.kind for one in letters.values() for letter in one})
        number = len(erased.refs) + erased.trimmed
        return page(
            service,
            text(language, "privacy.erased"),
            element("p", {"role": "status"}, count_text(language, "privacy.erased_text", number)),
            element("p", None, text(language, "privacy.stays")),
            language=language,
            headers=SECRET_HEADERS,
        )


class PrivacyFileRoute(HTTPEndpoint):
    """The same as a file to keep or to take elsewhere (GDPR, Article 20)."""

    async def get(self, request: Request) -> Response:
        """Give it as JSON."""
        service = service_of(request)
        key = _key_of(request)
        if key is None:
            return _gone(request)
        found = await _look_up(service, key)
        content: dict[str, Any] = {
            "site": service.private.name,
            "address": key.address,
            "at": service.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
            "held": [held.as_dict(one) for one in found],
        }
        return Response(
            json.dumps(content, ensure_ascii=False, indent=1),
            media_type="application/json",
            headers={
                **SECRET_HEADERS,
                "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="{_FILE}"',
            },
        )


@cache
def privacy_checker(language: str) -> Checker:
    """Give what checks the form by which somebody asks."""
    return Checker(privacy_form(language))


def _key_of(request: Request) -> Key | None:
    sealed = request.path_params["key"]
    if not _KEY.fullmatch(sealed):
        return None
    service = service_of(request)
    return Key.unseal(service.secret, sealed, service.now())


async def _look_up(service: Service, key: Key) -> list[Holding]:
    try:
        return await anyio.to_thread.run_sync(service.store.find_holdings, key.address)
    except SQLAlchemyError as error:
        log.error("What is held could not be looked up", exc_info=error)
        raise Refusal(
            503, "It cannot be looked up at the moment.", headers={"Retry-After": "5"}
        ) from None


def _told(service: Service, one: Holding) -> tuple[NewLetter, ...]:
    submission = one.submission
    checker = service.private.checker(submission.form, submission.language)
    title = one.asked.title or submission.form
    form = checker.form if checker else None
    return service.sending.letters_for_erasure(form, submission.ref, title, one.mentioned)


def _language(request: Request, found: list[Holding]) -> str:
    """Give the language in which the newest of it was sent, else that of the reader."""
    newest = found[0].submission.language if found else ""
    return newest or reader_language(request)


def _erase_form(request: Request, language: str) -> Child:
    return element(
        "section",
        {"class": "cb-held cb-verdict-panel"},
        element("h2", {"id": "erase"}, text(language, "privacy.erase")),
        element("p", None, text(language, "privacy.erase_text")),
        element("p", None, text(language, "privacy.stays")),
        element(
            "form",
            {"method": "post", "action": _path(request)},
            element(
                "div",
                {"class": "cb-send"},
                element(
                    "button",
                    {"class": "cb-button cb-button--danger", "type": "submit"},
                    text(language, "privacy.confirm"),
                ),
            ),
        ),
    )


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


def _gone(request: Request) -> Response:
    service = service_of(request)
    language = reader_language(request)
    return page(
        service,
        text(language, "privacy.gone"),
        element("p", None, text(language, "privacy.gone_text")),
        language=language,
        status=404,
        headers=SECRET_HEADERS,
    )


def _nothing(service: Service, key: Key, language: str) -> Response:
    return page(
        service,
        text(language, "privacy.none", address=key.address),
        element("p", None, text(language, "privacy.none_text")),
        language=language,
        headers=SECRET_HEADERS,
    )


def _path(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/privacy/{request.path_params['key']}"
