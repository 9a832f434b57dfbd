"""`/healthz` and `/readyz`: whether the process lives, and whether it could store a submission."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import service_of
from carebase.store import StoreError

# In seconds. A load balancer asks again anyway.
_PATIENCE = 2.0


class HealthRoute(HTTPEndpoint):
    """Whether the process answers at all."""

    async def get(self, request: Request) -> Response:
        """Say so."""
        return JSONResponse({"status": "ok"})


class ReadyRoute(HTTPEndpoint):
    """Whether the next submission could be stored."""

    async def get(self, request: Request) -> Response:
        """Take the database's write lock for a moment; 503 when that fails.

        What is amiss beside that is told with it.
        """
        service = service_of(request)
        future = asyncio.wrap_future(service.store.ping())
        try:
            await asyncio.wait_for(future, _PATIENCE)
        except StoreError as error:
            raise Refusal(503, str(error)) from None
        except (OSError, SQLAlchemyError, RuntimeError):
            raise Refusal(503, "The database cannot be written to at the moment.") from None
        amiss = service.notices
        return JSONResponse({"status": "ready"} | ({"notices": amiss} if amiss else {}))
