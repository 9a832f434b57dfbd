"""`/v1/reminders.ics`: what is due on a product and when its cover ends, to subscribe to."""

from __future__ import annotations

import hashlib
from datetime import date
from urllib.parse import urlsplit

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from carebase.endpoint.calendar import write_calendar
from carebase.endpoint.pages import page, page_of, wants_page
from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import Service, service_of
from carebase.forms.errors import FieldError
from carebase.i18n import code_of, languages, text
from carebase.markup import element
from carebase.warranty.dates import read_day
from carebase.warranty.reminders import reminders
from carebase.warranty.request import Asked, read_request

_HOST = "carebase"


class RemindersRoute(HTTPEndpoint):
    """A calendar made of a product and a day of purchase: nothing else is asked or stored."""

    async def get(self, request: Request) -> Response:
        """Give the calendar; the same address always gives the same one until the next build."""
        service = service_of(request)
        language = _language(service, request.query_params.get("lang", ""))
        try:
            content, name = _calendar(service, request, language)
        except Refusal as refused:
            if not wants_page(request):
                raise
            said = element("p", {"class": "cb-notice", "role": "alert"}, refused.detail)
            title = text(language, "page.again")
            back = page_of(request)
            return page(service, title, said, language=language, status=refused.status, back=back)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {
            "ETag": tag,
            "Cache-Control": "public, max-age=3600",
            "Content-Language": language,
            "Content-Security-Policy": "default-src 'none'",
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
        return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def _language(service: Service, named: str) -> str:
    known = named.split("-")[0].lower() in languages()
    return code_of(named if known else service.private.language)


def _calendar(service: Service, request: Request, language: str) -> tuple[bytes, str]:
    """Write the calendar that is asked for; a `Refusal` says in one sentence what hinders."""
    query = request.query_params
    given = {"product": query.get("product", ""), "bought": query.get("bought", "").strip()}
    private = service.private
    now = service.now()
    asked = read_request(
        given,
        private.catalog,
        private.today(now),
        private.latest_today(now),
        language,
        by_form=True,
    )
    if not isinstance(asked, Asked):
        name, said = asked[0]
        if name == "bought" and not given["bought"]:
            said = text(language, "remind.no_date")
        raise Refusal(422, said, [FieldError(name, said)])
    bought = _full(given["bought"], language)
    case = asked.case(private.catalog)
    policy = case.policy if case else None
    found = reminders(asked.product, policy, bought, language)
    if not found:
        said = text(language, "remind.nothing", product=asked.product.name)
        raise Refusal(422, said, [FieldError("product", said)])
    title = text(language, "remind.name", product=asked.product.name)
    host = urlsplit(private.url).hostname or _HOST
    return write_calendar(title, found, bought, host, language), asked.product.id


def _full(written: str, language: str) -> date:
    try:
        return read_day(written)
    except ValueError:
        said = text(language, "error.date")
        raise Refusal(422, said, [FieldError("bought", said)]) from None
