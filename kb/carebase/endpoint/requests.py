"""`/requests/{token}`: what a customer sees of a request, and writes to it, by its secret address.

Whoever has the address may see and write; there are no cookies that a page of another site could
ride on, and no other site knows the address.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from carebase.endpoint import body as bodies
from carebase.endpoint import further
from carebase.endpoint.body import MULTIPART, URLENCODED
from carebase.endpoint.limits import form_meters, refusal, repeats_meter
from carebase.endpoint.origins import check_origin
from carebase.endpoint.pages import reader_language
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.secret import hash_token
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.status import (
    SECRET_HEADERS,
    Request,
    erased_request,
    no_request,
    status_page,
)
from carebase.forms.asked import Asked
from carebase.forms.suspicion import repeatable, suspect
from carebase.forms.validation import Checked
from carebase.i18n import text
from carebase.store import Store, TooMany
from carebase.store.ids import new_id
from carebase.store.letters import NewLetter
from carebase.store.messages import NewMessage, Taken

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_SENT = "sent"
_TAKEN_BACK = "taken-back"


class RequestRoute(HTTPEndpoint):
    """One request of a customer."""

    async def get(self, request: HttpRequest) -> Response:
        """Show the reference number, the state, what happens next and what was written since."""
        service = service_of(request)
        found = await find_request(request)
        if found is None:
            return await missing(request)
        sent = _SENT in request.query_params
        notice = text(found.language(service), "status.sent") if sent else ""
        if _TAKEN_BACK in request.query_params and found.state == _TAKEN_BACK:
            notice = text(found.language(service), "status.taken_back")
        return status_page(service, found, _path(request), notice=notice)

    async def post(self, request: HttpRequest) -> Response:
        """Take in a further message; answered by the way back to the page once it is stored."""
        try:
            return await self._take(request)
        except Refusal as refused:
            headers = {**SECRET_HEADERS, **refused.headers}
            raise Refusal(refused.status, refused.detail, refused.errors, headers) from None

    async def _take(self, request: HttpRequest) -> Response:
        service = service_of(request)
        data = await bodies.read_bytes(request)
        check_own_page(request)
        found = await find_request(request)
        if found is None:
            return await missing(request)
        body = await bodies.parse(data, request)
        if not body.plain:
            raise Refusal(415, f"Send the message as {URLENCODED} or {MULTIPART}.")
        language = found.language(service)
        checker = further.checker(language)
        given = checker.read(body.pairs)
        checked = checker.check(given, service.private.latest_today(service.now()), language)
        again = partial(
            status_page, service, found, _path(request), written=str(given.get(further.FIELD, ""))
        )
        if checked.errors:
            return again(error=checked.errors[0].message, status=422)
        try:
            taken = await self._store(request, found, checked, further.once_of(body.pairs))
        except TooMany as told:
            refused = refusal(told)
            failure = text(language, "page.busy_text")
            return again(failure=failure, status=refused.status, headers=refused.headers)
        except SQLAlchemyError as error:
            log.error("A message could not be stored", exc_info=error)
            failure = text(language, "page.not_stored")
            return again(failure=failure, status=503, headers={"Retry-After": "5"})
        if taken is None:
            return await missing(request)
        # Whoever reloads the page that follows sends nothing again.
        return RedirectResponse(f"{_path(request)}?{_SENT}", 303, SECRET_HEADERS)

    async def _store(
        self, request: HttpRequest, found: Request, checked: Checked, once: str
    ) -> Taken | None:
        service = service_of(request)
        form = further.checker(found.language(service)).form
        new = NewMessage(
            id=new_id(),
            submission_id=found.submission.id,
            text=checked.values[further.FIELD],
            at=service.now(),
            once=once,
            reasons=suspect(form, checked),
            meters=form_meters(request, further.METER),
            repeats=repeats_meter(service, further.METER, repeatable(form, checked)),
            letters=_letters(service, found),
        )
        taken = await asyncio.wrap_future(service.store.take_message(new))
        service.sending.worker.wake({letter.kind for letter in new.letters})
        return taken


async def missing(request: HttpRequest) -> Response:
    """Tell that there is no such request; of one that was erased, since when."""
    service = service_of(request)
    token = request.path_params["token"]
    erased = None
    if _TOKEN.fullmatch(token):
        look = partial(service.store.find_erased, hash_token(token))
        erased = await anyio.to_thread.run_sync(look)
    if erased is None:
        return no_request(service)
    return erased_request(service, erased, reader_language(request))


async def find_request(request: HttpRequest) -> Request | None:
    token = request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        return None
    store = service_of(request).store
    return await anyio.to_thread.run_sync(partial(_look_up, store, hash_token(token)))


def _look_up(store: Store, token_hash: str) -> Request | None:
    """Find a request and what its form asked and promised when it was sent."""
    submission = store.find_by_token(token_hash)
    if submission is None:
        return None
    version = store.find_form(submission.form, submission.form_version)
    asked = Asked(version.definition if version else {})
    files = store.find_files(submission.id)
    return Request(submission, asked, store.find_messages(submission.id), files)


def _letters(service: Service, found: Request) -> tuple[NewLetter, ...]:
    """Give the letters to those whom the form notifies now; a form that is gone notifies nobody."""
    submission = found.submission
    checker = service.private.checker(submission.form, submission.language)
    if checker is None:
        return ()
    return service.sending.letters_for_message(checker.form, submission.values)


def _path(request: HttpRequest) -> str:
    """Give our own address, within which the browser stays on the host that it knows."""
    return f"{request.scope.get('root_path', '')}/requests/{request.path_params['token']}"


def check_own_page(request: HttpRequest) -> None:
    """Refuse what another page than one of ours has sent, where ours has a secret address.

    Our page has no referrer, so browsers name its origin `null`; most say beside that whether it
    is one of ours. For those that say nothing the secret in the address is proof enough.
    """
    hidden = request.headers.get("origin") == "null" and "sec-fetch-site" not in request.headers
    if not hidden:
        check_origin(request, service_of(request).settings)
