"""`/v1/probe`: whom the endpoint takes for its client, told to those who hold its secret."""

from __future__ import annotations

import hmac

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carebase.endpoint.problems import Refusal
from carebase.endpoint.secret import PROBE_HEADER
from carebase.endpoint.service import service_of


class ProbeRoute(HTTPEndpoint):
    """For `carebase doctor`, which finds out by it whether proxies are believed."""

    async def get(self, request: Request) -> Response:
        """Give the address of the client and what proxies said of it; 404 without the secret."""
        service = service_of(request)
        given = request.headers.get(PROBE_HEADER, "")
        minute = int(service.now().timestamp()) // 60
        # The clocks of two machines may be a minute apart.
        known = [service.secret.probe(minute + apart) for apart in (-1, 0, 1)]
        if not any(hmac.compare_digest(given.encode(), one.encode()) for one in known):
            raise Refusal(404, "There is nothing at this address.")
        return JSONResponse(
            {
                "client": request.client.host if request.client else "",
                "forwarded": request.headers.get("x-forwarded-for", ""),
            },
            headers={"Cache-Control": "no-store"},
        )
