"""`/v1/forms/{id}`: what a form asks, and taking in what a customer sends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from carebase.endpoint import body as bodies
from carebase.endpoint import plain_files
from carebase.endpoint.arrivals import cancel, find_kept, find_names
from carebase.endpoint.body import MULTIPART, Body
from carebase.endpoint.challenge import read_proof
from carebase.endpoint.completion import with_result
from carebase.endpoint.limits import form_meters, refusal, repeats_meter
from carebase.endpoint.once import SAME_FOR, hash_of, key_of, key_of_plain, without_files
from carebase.endpoint.origins import check_origin
from carebase.endpoint.pages import page, page_of, wants_page
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.promises import promise_of
from carebase.endpoint.proof import unproven
from carebase.endpoint.secret import hash_token
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.setting import OFF, REQUIRED
from carebase.forms import form_schema
from carebase.forms.errors import FieldError
from carebase.forms.form import Form
from carebase.forms.html import render_form
from carebase.forms.suspicion import repeatable, suspect
from carebase.forms.validation import Checked, Checker
from carebase.i18n import languages, text
from carebase.markup import element
from carebase.store import Accepted, KeyReused, NewSubmission, Proof, TooMany, Unproven, UploadGone
from carebase.store.files import Kept, Wanted
from carebase.store.ids import new_id
from carebase.warranty.registration import read_registration

_TITLES = {422: "page.again", 429: "page.busy"}


class FormRoute(HTTPEndpoint):
    """One form of the site."""

    async def get(self, request: Request) -> Response:
        """Give the form's JSON Schema, in the language of `?lang=`, else in that of the site."""
        language = language_of(service_of(request), {"_lang": request.query_params.get("lang")})
        checker = _checker(request, language)
        form = checker.form
        schema = form_schema(form, checker.products)
        schema["x-version"] = form.version
        if form.promise:
            schema["x-promise"] = form.promise
        return JSONResponse(
            schema, media_type="application/schema+json", headers={"Cache-Control": "no-cache"}
        )

    async def post(self, request: Request) -> Response:
        """Take in a submission: answered only once it is stored."""
        service = service_of(request)
        body, flaws = await _read(request)
        checker = _checker(request)
        given = checker.read(body.pairs) if body.plain else body.json
        language = language_of(service, given)
        checker = _checker(request, language)
        checked = checker.check(given, service.private.latest_today(service.now()), language)
        attempt = None
        if flaws:
            others = (
                one for one in checked.errors if one.field not in {bad.field for bad in flaws}
            )
            checked = replace(checked, errors=(*others, *flaws))
        if not checked.errors:
            checked, attempt = await with_result(service, checked, language)
        if checked.errors:
            return await self._refuse(request, checker.form, body, given, checked.errors, language)
        checked, uploads, kept = await _with_names(service, checker.form, checked)
        try:
            accepted = await self._store(
                request, checker.form, checked, body, given, language, attempt, uploads, kept
            )
        except UploadGone as told:
            gone = FieldError(told.field, text(language, "error.file_gone"))
            return await self._refuse(request, checker.form, body, given, [gone], language)
        except KeyReused:
            raise Refusal(
                422, "This Idempotency-Key has already been used with other answers."
            ) from None
        except Unproven as told:
            raise unproven(told, language) from None
        except TooMany as told:
            return await self._too_many(request, checker.form, body, given, language, refusal(told))
        except SQLAlchemyError as error:
            log.error("A submission of %s could not be stored", checker.form.id, exc_info=error)
            return await self._not_stored(request, checker.form, body, given, language)
        if accepted.again and body.plain:
            await _let_go(service, kept)
        promise = promise_of(service, accepted.submission, checker.form.promise, language)
        return self._confirm(request, promise, body, accepted)

    async def _store(
        self,
        request: Request,
        form: Form,
        checked: Checked,
        body: Body,
        given: Any,
        language: str,
        attempt: str | None,
        uploads: tuple[Wanted, ...],
        kept: Mapping[str, Kept],
    ) -> Accepted:
        service = service_of(request)
        submission_id = new_id()
        private, now = service.private, service.now()
        key, since = key_of(request), None
        if key is None and body.plain:
            key = key_of_plain(request, form, given, checked.values, kept)
            since = now - SAME_FOR
        if service.secret.is_canary(key):
            letters = service.sending.letters_for_canary(form, checked.values)
        else:
            letters = service.sending.letters_for(form, checked.values)
        reasons, proof = suspect(form, checked), _proof(service, form, checked, body)
        if proof and proof.flaw and not proof.needed:
            reasons, proof = (*reasons, proof.flaw), None
        future = service.store.accept(
            NewSubmission(
                id=submission_id,
                form=form.id,
                form_version=form.version,
                values=checked.values,
                token_hash=hash_token(service.secret.token_of(submission_id)),
                received_at=now,
                body_hash=hash_of(without_files(form, given)),
                language=language,
                page=checked.page or page_of(request),
                key=key,
                key_since=since,
                reasons=reasons,
                proof=proof,
                meters=form_meters(request, form.id),
                repeats=repeats_meter(service, form.id, repeatable(form, checked)),
                letters=letters,
                registration=read_registration(
                    form, checked.values, private.catalog, private.today(now)
                ),
                attempt=attempt,
                uploads=uploads,
            )
        )
        accepted = await asyncio.wrap_future(future)
        service.sending.worker.wake({letter.kind for letter in letters})
        return accepted

    def _confirm(self, request: Request, promise: str, body: Body, accepted: Accepted) -> Response:
        service = service_of(request)
        stored = accepted.submission
        token = service.secret.token_behind(stored.id, stored.token_hash)
        # What was stored under a secret that is gone has no address that is known here.
        token = token or service.secret.token_of(stored.id)
        if body.plain and wants_page(request):
            # Within our own address: the browser stays on the host on which it sent the form.
            path = f"{request.scope.get('root_path', '')}/requests/{token}"
            return RedirectResponse(path, 303)
        return JSONResponse(
            {
                "ref": accepted.submission.ref,
                "status_url": service.address_of(request, f"requests/{token}"),
                "promise": promise,
            },
            201,
        )

    async def _refuse(
        self,
        request: Request,
        form: Form,
        body: Body,
        given: Any,
        errors: Sequence[FieldError],
        language: str,
    ) -> Response:
        if body.plain and wants_page(request):
            return await _form_again(request, form, given, language, "page.not_sent", 422, errors)
        raise Refusal(422, "Some answers cannot be taken as they are.", errors)

    async def _too_many(
        self,
        request: Request,
        form: Form,
        body: Body,
        given: Any,
        language: str,
        refused: Refusal,
    ) -> Response:
        if body.plain and wants_page(request):
            return await _form_again(
                request,
                form,
                given,
                language,
                "page.busy_text",
                refused.status,
                headers=refused.headers,
            )
        raise refused

    async def _not_stored(
        self, request: Request, form: Form, body: Body, given: Any, language: str
    ) -> Response:
        if body.plain and wants_page(request):
            return await _form_again(
                request,
                form,
                given,
                language,
                "page.not_stored",
                503,
                headers={"Retry-After": "5"},
            )
        raise Refusal(
            503,
            "The answers could not be stored. Please send them again.",
            headers={"Retry-After": "5"},
        )


def _checker(request: Request, language: str = "") -> Checker:
    form_id = request.path_params["id"]
    private = service_of(request).private
    checker = private.checker(form_id, language or private.language)
    if checker is None:
        raise Refusal(404, f"There is no form `{form_id[:100]}`.")
    return checker


async def _form_again(
    request: Request,
    form: Form,
    given: Mapping[str, Any],
    language: str,
    notice: str,
    status: int,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Show a form with the answers as they came, to be corrected and sent once more."""
    service = service_of(request)
    root = request.scope.get("root_path", "") + "/"
    contact = service.private.catalog.contact
    return page(
        service,
        text(language, _TITLES.get(status, "page.failed")),
        element("p", {"class": "cb-notice", "role": "alert"}, text(language, notice)),
        render_form(
            form,
            endpoint=root,
            language=language,
            context={"page": str(given.get("_page", ""))},
            products=service.private.product_names,
            values=given,
            errors=dict(errors),
            heading=2,
            emergency=contact.emergency if contact else None,
            files=await find_names(service, _tokens(form, given)),
        ),
        language=language,
        status=status,
        back=str(given.get("_page") or page_of(request)),
        headers=headers,
    )


def _proof(service: Service, form: Form, checked: Checked, body: Body) -> Proof | None:
    """Judge the proof of work, where one is asked for; a plain form cannot have any."""
    asked = service.settings.challenge
    # A declaration with legal effect costs nothing and is never held back.
    if asked == OFF or form.receipt:
        return None
    proof = read_proof(service.secret, checked.proof, form.id, service.now())
    return replace(proof, needed=asked == REQUIRED and not body.plain)


async def _read(request: Request) -> tuple[Body, tuple[FieldError, ...]]:
    """Read what was sent; give what is wrong with the files of a plain form beside it."""
    service = service_of(request)
    if bodies.kind_of(request) == MULTIPART:
        check_origin(request, service.settings)
        checker = _checker(request)
        if checker.form.takes_files:
            texts, files = await plain_files.receive(request, checker.form)
            language = language_of(service, dict(texts))
            try:
                received = await plain_files.take_in(request, checker.form, texts, files, language)
            except TooMany as told:
                raise refusal(told) from None
            except SQLAlchemyError as error:
                log.error("A file could not be stored", exc_info=error)
                raise Refusal(503, "The file could not be stored.") from None
            return received.body, received.errors
    data = await bodies.read_bytes(request)
    check_origin(request, service.settings)
    _checker(request)
    return await bodies.parse(data, request), ()


def _tokens(form: Form, given: Any) -> list[str]:
    """Give the ids of all files that a form names."""
    if not isinstance(given, dict):
        return []
    named = (given.get(field.id) for field in form.fields if field.type == "file")
    return [one for several in named if isinstance(several, list) for one in several]


async def _with_names(
    service: Service, form: Form, checked: Checked
) -> tuple[Checked, tuple[Wanted, ...], Mapping[str, Kept]]:
    """Put the names of the files in the place of their ids; give what the form lays claim to.

    Gives what is known of those that are here too, by their ids.
    """
    kept = await find_kept(service, _tokens(form, checked.values))
    wanted: list[Wanted] = []
    values = dict(checked.values)
    for field in form.fields:
        if field.type == "file" and field.id in values:
            tokens = values[field.id]
            wanted += [Wanted(field.id, hash_token(token)) for token in tokens]
            # One that is not here makes the whole be refused, or was stored with an earlier try.
            values[field.id] = [kept[token].name for token in tokens if token in kept]
    return replace(checked, values=values), tuple(wanted), kept


async def _let_go(service: Service, kept: Mapping[str, Kept]) -> None:
    """Forget files that came once more, with a form whose first sending brought them already."""
    # Nobody waits for it: what is left is forgotten after a day, as any file without a form.
    with contextlib.suppress(SQLAlchemyError, OSError):
        for token in kept:
            await cancel(service, token)


def language_of(service: Service, given: Any) -> str:
    """Give the language of the page that the form stood on, else that of the site."""
    named = given.get("_lang") if isinstance(given, dict) else None
    known = isinstance(named, str) and named.split("-")[0].lower() in languages()
    return str(named) if known else service.private.language
