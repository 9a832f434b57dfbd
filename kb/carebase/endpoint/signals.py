"""`/v1/signals`: counting what readers ran into, with nothing about who they are."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from carebase.endpoint import body as bodies
from carebase.endpoint.limits import refusal, signal_meters
from carebase.endpoint.origins import check_origin
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.service import service_of
from carebase.signals import Signal
from carebase.store import TooMany

# In bytes: the longest signal has a third of it.
LIMIT = 2000


class SignalRoute(HTTPEndpoint):
    """Failed searches, outcomes of troubleshooters, forms with articles opened from them."""

    async def post(self, request: Request) -> Response:
        """Count one; 204 once it is counted. No page waits for the answer."""
        service = service_of(request)
        data = await bodies.read_bytes(request, LIMIT)
        check_origin(request, service.settings)
        given = bodies.parse_json(data, request, (bodies.JSON, bodies.TEXT))
        signal = service.private.signals.read(given)
        if not isinstance(signal, Signal):
            raise Refusal(422, "This signal cannot be counted.", signal)
        now = service.now()
        counted = service.store.count_signal(
            signal, service.private.today(now), signal_meters(request), now
        )
        try:
            await asyncio.wrap_future(counted)
        except TooMany as told:
            raise refusal(told) from None
        except SQLAlchemyError as error:
            log.error("A signal could not be counted", exc_info=error)
            raise Refusal(
                503, "This could not be counted.", headers={"Retry-After": "60"}
            ) from None
        return Response(status_code=204)
