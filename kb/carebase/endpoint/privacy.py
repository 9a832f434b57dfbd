"""`/privacy/{key}`: what is held about somebody, shown and erased.

Its address is in a mail (`carebase.endpoint.privacy_request`) and opens what is held for a day.
Opening it changes nothing, as programs that check mails open links too; erasing is a POST of it.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from carebase.endpoint import body as bodies
from carebase.endpoint import held
from carebase.endpoint.erasing import confirm_form, erased_page, erasure_letters
from carebase.endpoint.key import Key
from carebase.endpoint.pages import page, reader_language
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.requests import check_own_page
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.status import SECRET_HEADERS
from carebase.i18n import count_text, text
from carebase.markup import Child, element
from carebase.store.holdings import Holding

_KEY = re.compile(r"[A-Za-z0-9_-]{40,600}")
_FILE = "data.json"


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
        letters = {
            one.submission.id: erasure_letters(service, one.submission, one.asked, one.mentioned)
            for one in found
        }
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
        return erased_page(service, language, number)


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
        confirm_form(_path(request), text(language, "privacy.confirm"), danger=True),
    )


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
