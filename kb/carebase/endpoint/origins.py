"""From where a form may be sent, and what browsers of other sites are told about it.

A plain form can be posted here by any page of the web without asking first; browsers only say
from where (`Origin`, `Sec-Fetch-Site`). Programs that are no browsers say nothing of the kind and
are let in: whoever can set headers could also leave them out.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carebase.endpoint.problems import Refusal, problem
from carebase.endpoint.setting_values import origin_of
from carebase.endpoint.settings import Settings

ALLOWED_HEADERS = "content-type, idempotency-key, upload-offset"
ALLOWED_METHODS = "GET, HEAD, POST, PATCH, DELETE"
_READABLE = "Retry-After, Upload-Offset, Upload-Complete"
# In seconds: how long a browser need not ask again.
_REMEMBERED = "600"


def check_origin(request: Request, settings: Settings) -> None:
    """Refuse (403) what the page of a site that is not allowed has sent."""
    origin = request.headers.get("origin")
    if origin is not None and origin != "null":
        if not is_allowed(origin, request.headers, request.url.scheme, settings):
            raise Refusal(403, f"Pages of {origin[:200]} may not send anything here.")
        return
    # A page that hides its origin still tells whether it is one of ours.
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refusal(403, "Pages of other sites may not send anything here.")
    if origin == "null" and "sec-fetch-site" not in request.headers:
        raise Refusal(403, "A page that hides its address may not send anything here.")


def is_allowed(origin: str, headers: Headers, scheme: str, settings: Settings) -> bool:
    """Tell whether an origin is the endpoint's own or one of the settings."""
    own = f"{scheme}://{headers.get('host', '')}"
    return _is_one_of(origin, (settings.url, own) if settings.url else (own,), settings.origins)


@lru_cache(1024)
def _is_one_of(origin: str, own: tuple[str, ...], others: tuple[str, ...]) -> bool:
    try:
        found = origin_of(urlsplit(origin))
        return found in others or found in [origin_of(urlsplit(one)) for one in own]
    except ValueError:
        return False


class CrossOrigin:
    """Answers the preflights of `/v1/` and lets allowed origins read the answers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/v1/" not in scope["path"]:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        allowed = bool(origin) and is_allowed(origin, headers, scope["scheme"], self.settings)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await self._preflight(origin, allowed)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if allowed:
                    answer["Access-Control-Allow-Origin"] = origin
                    answer["Access-Control-Expose-Headers"] = _READABLE
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _preflight(self, origin: str, allowed: bool) -> Response:
        if not allowed:
            return problem(
                Refusal(
                    403,
                    f"Pages of {origin[:200]} may not send anything here.",
                    headers={"Vary": "Origin"},
                )
            )
        return Response(
            status_code=204,
            headers={
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": ALLOWED_METHODS,
                "Access-Control-Allow-Headers": ALLOWED_HEADERS,
                "Access-Control-Max-Age": _REMEMBERED,
                "Vary": "Origin",
            },
        )
