"""`/v1/uploads`: a file of a form, sent before the form, in pieces, and on from where it broke off.

The way is that of the IETF's "Resumable Uploads for HTTP" (draft-ietf-httpbis-resumable-upload),
as far as it is needed: a POST makes it known, a PATCH at an offset brings a piece, a HEAD tells how
much has come, a DELETE gives it up. The address of an upload is a secret that its sender alone has.
"""

from __future__ import annotations

import re
from functools import partial

import anyio.to_thread
from jsonschema_rs import Draft202012Validator
from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.counting import counted
from carebase.endpoint import arrivals
from carebase.endpoint import body as bodies
from carebase.endpoint.arrivals import Arrival
from carebase.endpoint.challenge import read_proof
from carebase.endpoint.limits import refusal
from carebase.endpoint.origins import check_origin
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.proof import unproven
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.setting import REQUIRED
from carebase.endpoint.upload_protocol import COMPLETE, LENGTH, NEW_SCHEMA, OFFSET, PARTIAL, PIECE
from carebase.forms.errors import FieldError
from carebase.forms.field import FormField
from carebase.i18n import languages
from carebase.store import TooMany, Unproven
from carebase.store.challenges import Proof
from carebase.store.files import Upload

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_NEW = Draft202012Validator(NEW_SCHEMA)
_OFFSET = re.compile(r"\d{1,15}")


class UploadsRoute(HTTPEndpoint):
    """Files that are about to come."""

    async def post(self, request: Request) -> Response:
        """Make a file known that is about to be sent; answered with where to send it."""
        data = await bodies.read_bytes(request)
        service = service_of(request)
        check_origin(request, service.settings)
        given = bodies.parse_json(data, request)
        for error in _NEW.iter_errors(given):
            name = str((error.instance_path or [""])[0])
            raise Refusal(422, "The upload cannot be made.", [FieldError(name, error.message)])
        language = _language(service, given.get("_lang"))
        checker = service.private.checker(given["form"], language)
        if checker is None:
            told = FieldError("form", f"There is no form `{given['form'][:100]}`.")
            raise Refusal(422, "The upload cannot be made.", [told])
        field = arrivals.file_field(checker.form, given["field"])
        if field is None:
            told = FieldError("field", f"The form takes no files as `{given['field'][:100]}`.")
            raise Refusal(422, "The upload cannot be made.", [told])
        proof = _proof(service, checker.form.id, given.get("_proof", ""))
        name, size = given["name"], int(given["size"])
        try:
            made = await arrivals.let_in(request, checker.form, field, name, size, language, proof)
        except Unproven as told_of:
            raise unproven(told_of, language) from None
        except TooMany as told_of:
            raise refusal(told_of) from None
        except SQLAlchemyError as error:
            raise _not_stored(error) from None
        address = service.address_of(request, f"v1/uploads/{made.token}")
        return JSONResponse(
            {"id": made.token, "piece": PIECE}, 201, {"Location": address, OFFSET: "0"}
        )


class UploadRoute(HTTPEndpoint):
    """A file that is on its way."""

    async def head(self, request: Request) -> Response:
        """Tell how much has come."""
        service, upload, _ = await _find(request)
        return Response(status_code=204, headers=await _state(service, upload))

    async def patch(self, request: Request) -> Response:
        """Take in a piece; with the last one the file is cleaned and kept, or refused."""
        data = await bodies.read_bytes(request, PIECE)
        service = service_of(request)
        check_origin(request, service.settings)
        kind = bodies.kind_of(request)
        if kind != PARTIAL:
            raise Refusal(415, f"Send a piece of a file as {PARTIAL}.")
        offset = request.headers.get(OFFSET, "")
        if not _OFFSET.fullmatch(offset):
            raise Refusal(400, f"The header {OFFSET} must tell where the piece begins, in bytes.")
        start = int(offset)
        service, upload, field = await _find(request)
        language = _language(service, request.query_params.get("lang"))
        folder = arrivals.folder_of(service, field, language)
        if start + len(data) > upload.announced:
            raise Refusal(422, f"The file was announced with {counted(upload.announced, 'byte')}.")
        if upload.kept is None:
            try:
                have = await anyio.to_thread.run_sync(
                    partial(arrivals.append, folder, upload, start, data)
                )
            except OSError as error:
                log.error("A file could not be written: %s", error.strerror)
                raise Refusal(
                    503, "The file could not be stored.", headers={"Retry-After": "5"}
                ) from None
        else:
            have = upload.announced
        if have != start + len(data):
            raise Refusal(
                409,
                f"The next piece begins at byte {have:,}.",
                headers=await _state(service, upload),
            )
        if have == upload.announced and upload.kept is None:
            arrival = Arrival(request.path_params["token"], upload)
            try:
                await arrivals.complete(service, field, arrival, language)
            except SQLAlchemyError as error:
                raise _not_stored(error) from None
            upload = await arrivals.find(service, arrival.token) or upload
        return Response(status_code=204, headers=await _state(service, upload))

    async def delete(self, request: Request) -> Response:
        """Give a file up; what has come of it is deleted."""
        check_origin(request, service_of(request).settings)
        service, _, _ = await _find(request)
        await arrivals.cancel(service, request.path_params["token"])
        return Response(status_code=204)


async def _find(request: Request) -> tuple[Service, Upload, FormField]:
    service = service_of(request)
    token = request.path_params["token"]
    upload = await arrivals.find(service, token) if TOKEN.fullmatch(token) else None
    checker = service.private.checker(upload.form, "") if upload else None
    field = arrivals.file_field(checker.form, upload.field) if upload and checker else None
    if upload is None or field is None:
        raise Refusal(404, "There is no such upload, or it has expired.")
    return service, upload, field


async def _state(service: Service, upload: Upload) -> dict[str, str]:
    folder = service.store.folder
    have = 0
    if folder is not None:
        have = await anyio.to_thread.run_sync(partial(arrivals.received, folder, upload))
    return {
        OFFSET: str(have),
        LENGTH: str(upload.announced),
        COMPLETE: "?1" if upload.kept else "?0",
        "Cache-Control": "no-store",
    }


def _proof(service: Service, form: str, sent: str) -> Proof | None:
    """Judge the proof of work, where nothing is taken without one."""
    if service.settings.challenge != REQUIRED:
        return None
    proof = read_proof(service.secret, sent, form, service.now())
    return Proof(proof.flaw, proof.challenge, proof.expires, needed=True)


def _language(service: Service, named: object) -> str:
    known = isinstance(named, str) and named.split("-")[0].lower() in languages()
    return str(named) if known else service.private.language


def _not_stored(error: SQLAlchemyError) -> Refusal:
    log.error("A file could not be stored", exc_info=error)
    return Refusal(503, "The file could not be stored.", headers={"Retry-After": "5"})
