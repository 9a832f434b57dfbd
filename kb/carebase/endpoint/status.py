"""The page of a request: what became of it, what happens next, and what was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from carebase.endpoint import further
from carebase.endpoint.pages import page, page_address
from carebase.endpoint.promises import promise_of
from carebase.endpoint.service import Service
from carebase.forms.asked import Asked
from carebase.i18n import date_text, text
from carebase.inbox.entry import Entry
from carebase.inbox.message import OUT, Message
from carebase.inbox.states import QUARANTINED, RECEIVED, TAKEN_BACK
from carebase.markup import Child, element
from carebase.store import Submission
from carebase.store.files import StoredFile

# The address must not leave the page: neither to other sites nor into an archive.
SECRET_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
_STAGES = (RECEIVED, "working", "answered", "done")
# States in which what was promised has been kept.
_ENDED = ("answered", "done", TAKEN_BACK)
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])")


@dataclass(frozen=True, slots=True)
class Request:
    """A request with what its form asked then and what was written since."""

    submission: Submission
    asked: Asked
    messages: Sequence[Message] = ()
    files: Sequence[StoredFile] = ()

    @property
    def state(self) -> str:
        """The state that its customer is told.

        Who looks at the quarantine is our affair: the request is with us, and that is said.
        """
        state = self.submission.state
        return RECEIVED if state == QUARANTINED else state

    def language(self, service: Service) -> str:
        """The language in which it was sent, else that of the site."""
        return self.submission.language or service.private.language


def status_page(
    service: Service,
    request: Request,
    action: str,
    *,
    notice: str = "",
    written: str = "",
    error: str = "",
    failure: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """Write the page. `action` is its own address, `notice` what has just gone well.

    Where a message could not be taken, `written` is its text, `error` what is wrong with it and
    `failure` what went wrong besides.
    """
    language = request.language(service)
    submission = request.submission
    title = text(language, "sent.title")
    if request.state != RECEIVED:
        title = text(language, f"state.{request.state}")
    elif submission.reopened_at:
        title = text(language, "status.again")
    about = request.asked.title
    return page(
        service,
        title,
        element("p", {"class": "cb-callout", "role": "alert"}, failure) if failure else None,
        further.summary(language, error),
        element("p", {"class": "cb-sent", "role": "status"}, notice) if notice else None,
        element(
            "p",
            {"class": "cb-reference"},
            text(language, "sent.reference"),
            " ",
            element("strong", None, submission.ref),
        ),
        element("p", None, text(language, "sent.keep")),
        None if request.state == TAKEN_BACK else _stages(request.state, language),
        element("p", None, text(language, "page.about", form=about)) if about else None,
        element("p", None, _when(service, "page.received", submission.received_at, language)),
        element("h2", None, text(language, "page.next")),
        _following(service, request, language),
        _files(request, action, language),
        _conversation(service, request, language),
        element("h2", {"id": "write"}, text(language, "status.write")),
        further.render(action, language, written, error),
        _ways(request.state, action, language),
        element("p", {"class": "cb-secret"}, text(language, "page.secret")),
        language=language,
        status=status,
        back=submission.page,
        headers={**SECRET_HEADERS, **(headers or {})},
    )


def erased_request(service: Service, at: datetime, language: str) -> Response:
    """Write the page for a request that was erased; 410, as it does not come back."""
    day = date_text(language, at.astimezone(service.private.zone).date())
    return page(
        service,
        text(language, "page.erased"),
        element("p", None, text(language, "page.erased_text", date=day)),
        language=language,
        status=410,
        headers=SECRET_HEADERS,
    )


def no_request(service: Service) -> Response:
    """Write the page for an address that opens nothing."""
    language = service.private.language
    return page(
        service,
        text(language, "page.no_request"),
        element("p", None, text(language, "page.no_request_text")),
        status=404,
        headers=SECRET_HEADERS,
    )


def _ways(state: str, action: str, language: str) -> list[Child]:
    """Lead to where a request is taken back or erased; each asks once more before it does so."""
    ways = ["erase"] if state in ("done", TAKEN_BACK) else ["take_back", "erase"]
    links = [
        element("a", {"href": f"{action}/{way.replace('_', '-')}"}, text(language, f"status.{way}"))
        for way in ways
    ]
    title = element("h2", None, text(language, "status.ways"))
    return [title, element("p", {"class": "cb-ways"}, links)]


def _stages(state: str, language: str) -> Child:
    reached = _STAGES.index(state) if state in _STAGES else 0
    items = []
    for number, stage in enumerate(_STAGES):
        attributes = (
            {"class": "cb-stage"} if number > reached else {"class": "cb-stage cb-stage--past"}
        )
        if number == reached:
            attributes["aria-current"] = "step"
        items.append(element("li", attributes, text(language, f"stage.{stage}")))
    return element(
        "ol", {"class": "cb-stages", "aria-label": text(language, "status.stages")}, items
    )


def _following(service: Service, request: Request, language: str) -> list[Child]:
    if request.state in _ENDED:
        answered = any(one.direction == OUT for one in request.messages)
        below = request.state == "answered" and answered
        key = "status.answer_below" if below else f"state.{request.state}_text"
        return [element("p", None, text(language, key))]
    asked = request.asked
    promise = promise_of(service, request.submission, asked.promise, language)
    following = [
        element("p", {"class": "cb-promise"}, promise) if promise else None,
        _due(service, request, language),
        element("p", {"class": "cb-after"}, asked.after) if asked.after else None,
        _read_on(service, request.submission.form, language),
    ]
    if not any(following):
        following = [element("p", None, text(language, "page.nothing"))]
    return following


def _due(service: Service, request: Request, language: str) -> Child:
    zone = service.private.zone
    received = request.submission.received_at.astimezone(zone)
    entry = Entry(request.submission, request.asked, received, service.private.today(service.now()))
    due = entry.promised
    if due is None:
        return None
    key = "status.late" if due < entry.today else "status.due"
    return element("p", {"class": "cb-due"}, text(language, key, date=date_text(language, due)))


def _files(request: Request, action: str, language: str) -> list[Child]:
    """Write what the customer has sent, each to be saved."""
    if not request.files:
        return []
    items = [
        element(
            "li",
            None,
            element("a", {"href": f"{action}/files/{one.id}", "download": one.name}, one.name),
        )
        for one in request.files
    ]
    title = element("h2", {"id": "files"}, text(language, "page.files"))
    return [title, element("ul", {"class": "cb-own-files"}, items)]


def _conversation(service: Service, request: Request, language: str) -> list[Child]:
    if not request.messages:
        return []
    items = [
        element(
            "li",
            {"class": "cb-message cb-message--ours" if one.direction == OUT else "cb-message"},
            element(
                "p",
                {"class": "cb-message__head"},
                _when(
                    service,
                    "status.we" if one.direction == OUT else "status.you",
                    one.at,
                    language,
                ),
            ),
            [_paragraph(part, linked=one.direction == OUT) for part in one.text.split("\n\n")],
        )
        for one in request.messages
    ]
    title = element("h2", {"id": "messages"}, text(language, "status.messages"))
    return [title, element("ol", {"class": "cb-messages"}, items)]


def _paragraph(said: str, *, linked: bool) -> Child:
    """Write a part of a message; addresses are links only in what we have written ourselves."""
    if not said.strip():
        return None
    parts: list[Child] = []
    for number, line in enumerate(said.strip("\n").split("\n")):
        parts += [element("br")] if number else []
        pieces = _LINK.split(line) if linked else [line]
        for place, piece in enumerate(pieces):
            attributes = {"href": piece, "rel": "noreferrer"}
            parts.append(element("a", attributes, piece) if place % 2 else piece)
    return element("p", None, parts)


def _when(service: Service, key: str, at: datetime, language: str) -> str:
    zone = service.private.zone
    moment = at.astimezone(zone)
    return text(
        language,
        key,
        site=service.private.name,
        date=date_text(language, moment.date()),
        time=f"{moment:%H:%M}",
        zone=zone.key.replace("_", " "),
    )


def _read_on(service: Service, form_id: str, language: str) -> Child:
    address = page_address(service, service.private.after.get(form_id, ""))
    if not address:
        return None
    link = element("a", {"href": address}, text(language, "sent.next"))
    return element("p", {"class": "cb-after"}, link)
