"""`/v1/warranty`: what covers a unit, worked out and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from carebase.endpoint import body as bodies
from carebase.endpoint.forms import language_of
from carebase.endpoint.limits import look_up_meters, refusal
from carebase.endpoint.origins import check_origin
from carebase.endpoint.pages import page, page_address, page_of, wants_page
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.service import Service, service_of
from carebase.forms.errors import FieldError
from carebase.i18n import text
from carebase.markup import element
from carebase.store import TooMany
from carebase.warranty.coverage import coverage
from carebase.warranty.html import render_answer, render_check
from carebase.warranty.request import ENVELOPE, KEYS, Asked, read_request
from carebase.warranty.rights_words import rights_words
from carebase.warranty.unit import Unit
from carebase.warranty.verdict import Verdict, stringify

# How long an answer waits to be counted, in seconds: while a large import is written into SQLite
# nobody else can write.
_PATIENCE = 3.0
_NOT_LOOKED_UP = "What is recorded of this unit cannot be read at the moment. Please ask again."
_OBJECT = 'A question is one JSON object, such as {"product": "brio", "bought": "2025-03-14"}.'


class WarrantyRoute(HTTPEndpoint):
    """The warranty check. Only POST: a serial number must not end up in logs and histories."""

    async def post(self, request: Request) -> Response:
        """Give the verdict on a unit, as JSON or as a page. Nothing is stored."""
        service = service_of(request)
        data = await bodies.read_bytes(request)
        check_origin(request, service.settings)
        body = await bodies.parse(data, request)
        given = _from_pairs(body.pairs) if body.plain else body.json
        if not isinstance(given, dict):
            raise Refusal(
                422, "Some answers cannot be taken as they are.", [FieldError("", _OBJECT)]
            )
        language = language_of(service, given)
        now = service.now()
        private = service.private
        asked = read_request(
            given,
            private.catalog,
            private.today(now),
            private.latest_today(now),
            language,
            by_form=body.plain,
        )
        as_page = body.plain and wants_page(request)
        if not isinstance(asked, Asked):
            if as_page:
                return _check_again(request, given, asked, language)
            raise Refusal(422, "Some answers cannot be taken as they are.", asked)
        try:
            await _count(request, service, now)
        except TooMany as told:
            refused = refusal(told)
            if as_page:
                return _check_again(request, given, (), language, refused)
            raise refused from None
        looked_up, unit = await _find_unit(service, asked)
        if not looked_up and not as_page:
            raise Refusal(503, _NOT_LOOKED_UP, headers={"Retry-After": "5"})
        verdict = answer(service, asked, unit)
        if as_page:
            return _answer_page(request, asked, verdict, language, given, looked_up)
        if verdict is None:
            said = text(language, "answer.no_policy", product=asked.product.name)
            raise Refusal(
                422, "There is nothing to work an answer out from.", [FieldError("product", said)]
            )
        return Response(stringify(verdict.plain()), media_type="application/json")


async def _count(request: Request, service: Service, now: datetime) -> None:
    """Count a look-up; a database that cannot be written to, or not soon, hinders no answer."""
    meters = look_up_meters(request)
    if not meters:
        return
    try:
        counted = asyncio.wrap_future(service.store.charge(meters, now))
        # Whether it is counted later or fails is nobody's concern any more.
        counted.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait_for(asyncio.shield(counted), _PATIENCE)
    except TimeoutError:
        log.warning("A warranty check could not be counted in time")
    except SQLAlchemyError as error:
        log.error("A warranty check could not be counted", exc_info=error)


async def _find_unit(service: Service, asked: Asked) -> tuple[bool, Unit | None]:
    """Tell whether what is known of a unit could be looked up, and give the unit, if there is one.

    Whether it is known or not, the same is asked of the database, and the same is worked out.
    """
    if not asked.stored:
        return True, None
    model = asked.model.id if asked.model else ""
    look_up = partial(service.store.find_unit, asked.product.id, asked.stored, model)
    try:
        return True, await anyio.to_thread.run_sync(look_up)
    except SQLAlchemyError as error:
        log.error("A unit could not be looked up", exc_info=error)
        return False, None


def answer(service: Service, asked: Asked, unit: Unit | None = None) -> Verdict | None:
    """Work out the verdict on a unit; none when no policy holds."""
    case = asked.case(service.private.catalog, unit)
    if case is None:
        return None
    return coverage(
        case.policy,
        case.events,
        case.country,
        case.as_of,
        case.consumer,
        service.private.statutes,
        asked.product.notices,
        case.serial,
        case.model,
    )


def _from_pairs(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Give what a plain form sent; names that it does not have are passed over.

    The button that offers another product comes last and wins; a model of the first one goes.
    """
    given = {name: value.strip() for name, value in pairs if name in (*KEYS, *ENVELOPE)}
    products = {value for name, value in pairs if name == "product"}
    return {name: value for name, value in given.items() if name != "model" or len(products) < 2}


def _links(service: Service) -> dict[str, str]:
    """Give the addresses of the site to which an answer leads, from its root."""
    home = service.private.base_path
    return {name: home + address for name, address in service.private.links.items()}


def _reminders(request: Request, language: str) -> str:
    """Give the address of the calendar with the ends of a product's cover."""
    root = request.scope.get("root_path", "")
    return f"{root}/v1/reminders.ics?product={{product}}&bought={{bought}}&lang={quote(language)}"


def _rights(service: Service, language: str) -> dict[str, str]:
    """Give the site's words beside the rows of the law."""
    return rights_words(language, service.private.statutes, service.private.catalog.terms)


def _answer_page(
    request: Request,
    asked: Asked,
    verdict: Verdict | None,
    language: str,
    given: Mapping[str, Any],
    looked_up: bool,
) -> Response:
    service = service_of(request)
    again = page_address(service, str(given.get("_page") or page_of(request)))
    return page(
        service,
        text(language, "page.warranty"),
        element(
            "div",
            {"class": "cb-widget"},
            render_answer(
                verdict.plain() if verdict else None,
                asked.product,
                language=language,
                links=_links(service) | {"remind": _reminders(request, language)},
                heading=1,
                asked=given,
                rights=_rights(service, language),
            ),
            # What is recorded of the unit might say otherwise.
            None
            if looked_up
            else element(
                "p", {"class": "cb-advice", "role": "alert"}, text(language, "answer.not_looked_up")
            ),
        ),
        element("p", None, element("a", {"href": again}, text(language, "check.again")))
        if again
        else None,
        language=language,
        headed=False,
    )


def _check_again(
    request: Request,
    given: Mapping[str, Any],
    errors: Sequence[FieldError],
    language: str,
    refused: Refusal | None = None,
) -> Response:
    """Show the check with what was written, to be corrected or, when refused, sent later."""
    service = service_of(request)
    catalog = service.private.catalog
    home = service.private.base_path
    products = [one for one in catalog.products.values() if catalog.policies_of(one)]
    pictures = {
        one.id: home + one.path(one.serial.picture)
        for one in products
        if one.serial and one.serial.picture
    }
    cards = {one.id: home + one.path(one.picture) for one in products if one.picture}
    named = catalog.products.get(str(given.get("product", "")))
    other = catalog.product_of_serial(str(given.get("serial", "")))
    contact = catalog.contact
    return page(
        service,
        text(language, "page.busy" if refused else "page.again"),
        element("p", {"class": "cb-notice", "role": "alert"}, text(language, "page.busy_text"))
        if refused
        else None,
        render_check(
            products,
            endpoint=request.scope.get("root_path", "") + "/",
            data_url=f"{home}assets/carebase/products/",
            language=language,
            pictures=pictures,
            cards=cards,
            links=_links(service),
            country=(contact.holidays or "")[:2] if contact else "",
            switch=other if named and other in products and other is not named else None,
            values={name: str(value) for name, value in given.items()},
            errors=dict(errors),
            rights=_rights(service, language),
        ),
        language=language,
        status=refused.status if refused else 422,
        headers=refused.headers if refused else None,
        back=str(given.get("_page") or page_of(request)),
    )
