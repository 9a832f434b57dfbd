"""`/requests/{token}`: what a customer sees of a request, by its secret address alone."""

from __future__ import annotations

import re
from functools import partial

import anyio.to_thread
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from carebase.endpoint.pages import page, page_address
from carebase.endpoint.secret import hash_token
from carebase.endpoint.service import Service, service_of
from carebase.forms.asked import Asked
from carebase.i18n import date_text, text
from carebase.markup import Child, element
from carebase.store import Store, Submission

# States that a customer is told of, and those in which what was promised has been kept.
_TOLD = ("working", "answered", "done")
_ENDED = ("answered", "done")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
# The address must not leave the page: neither to other sites nor into an archive.
_SECRET_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


class RequestRoute(HTTPEndpoint):
    """One request of a customer."""

    async def get(self, request: Request) -> Response:
        """Show the reference number, the state and what happens next; never what was written."""
        service = service_of(request)
        token = request.path_params["token"]
        found = None
        if _TOKEN.fullmatch(token):
            found = await anyio.to_thread.run_sync(partial(_find, service.store, token))
        if found is None:
            language = service.private.language
            return page(
                service,
                text(language, "page.no_request"),
                element("p", None, text(language, "page.no_request_text")),
                status=404,
                headers=_SECRET_HEADERS,
            )
        return _status_page(service, *found)


def _find(store: Store, token: str) -> tuple[Submission, Asked] | None:
    """Find a request and what its form asked and promised when it was sent."""
    submission = store.find_by_token(hash_token(token))
    if submission is None:
        return None
    version = store.find_form(submission.form, submission.form_version)
    return submission, Asked(version.definition if version else {})


def _status_page(service: Service, submission: Submission, asked: Asked) -> Response:
    language = submission.language or service.private.language
    zone = service.private.zone
    moment = submission.received_at.astimezone(zone)
    if submission.state in _TOLD:
        title = text(language, f"state.{submission.state}")
    else:
        # Who looks at the quarantine is our affair: the request is with us, and that is said.
        title = text(language, "sent.title")
    if submission.state in _ENDED:
        following: list[Child] = [
            element("p", None, text(language, f"state.{submission.state}_text"))
        ]
    else:
        following = [
            element("p", {"class": "cb-promise"}, asked.promise) if asked.promise else None,
            element("p", {"class": "cb-after"}, asked.after) if asked.after else None,
            _read_on(service, submission.form, language),
        ]
    if not any(following):
        following = [element("p", None, text(language, "page.nothing"))]
    return page(
        service,
        title,
        element(
            "p",
            {"class": "cb-reference"},
            text(language, "sent.reference"),
            " ",
            element("strong", None, submission.ref),
        ),
        element("p", None, text(language, "sent.keep")),
        element("p", None, text(language, "page.about", form=asked.title)) if asked.title else None,
        element(
            "p",
            None,
            text(
                language,
                "page.received",
                date=date_text(language, moment.date()),
                time=f"{moment:%H:%M}",
                zone=zone.key.replace("_", " "),
            ),
        ),
        element("h2", None, text(language, "page.next")),
        following,
        element("p", {"class": "cb-secret"}, text(language, "page.secret")),
        language=language,
        back=submission.page,
        headers=_SECRET_HEADERS,
    )


def _read_on(service: Service, form_id: str, language: str) -> Child:
    address = page_address(service, service.private.after.get(form_id, ""))
    if not address:
        return None
    link = element("a", {"href": address}, text(language, "sent.next"))
    return element("p", {"class": "cb-after"}, link)
