"""`/requests/{token}/files/{id}`: what a customer sent, by the secret address of its request.

It is sent as an attachment and nothing else: no browser shows it or runs anything in it here.
"""

from __future__ import annotations

import re
from functools import partial

import anyio.to_thread
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from carebase.endpoint.pages import page
from carebase.endpoint.secret import hash_token
from carebase.endpoint.service import Service, service_of
from carebase.files.folder import Folder
from carebase.i18n import text
from carebase.markup import element
from carebase.store import Store
from carebase.store.files import StoredFile

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_ID = re.compile(r"[0-9a-f-]{36}")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
}


class RequestFileRoute(HTTPEndpoint):
    """One file of a customer."""

    async def get(self, request: Request) -> Response:
        """Send the file, to be saved; a page says so where it is not here."""
        service = service_of(request)
        token, file_id = request.path_params["token"], request.path_params["file"]
        if _TOKEN.fullmatch(token) and _ID.fullmatch(file_id) and service.store.folder:
            look_up = partial(_look_up, service.store, hash_token(token), file_id)
            found = await anyio.to_thread.run_sync(look_up)
            folder: Folder = service.store.folder
            if found is not None and folder.place(found.stored).is_file():
                return FileResponse(
                    folder.place(found.stored),
                    media_type=found.type,
                    filename=found.name,
                    content_disposition_type="attachment",
                    headers=_HEADERS,
                )
        return _nothing(service)


def _look_up(store: Store, token_hash: str, file_id: str) -> StoredFile | None:
    submission = store.find_by_token(token_hash)
    return store.find_file(submission.id, file_id) if submission else None


def _nothing(service: Service) -> Response:
    language = service.private.language
    return page(
        service,
        text(language, "page.no_file"),
        element("p", None, text(language, "page.no_file_text")),
        status=404,
        headers={key: _HEADERS[key] for key in ("Referrer-Policy", "X-Robots-Tag")},
    )
