"""Reading the body of a request: how large, of which kind, and what it says."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from carebase.endpoint.problems import Refusal

# In bytes. The longest form that anyone fills in by hand is a tenth of it.
LIMIT = 100_000
_PASSED_OVER = 5_000_000
# In seconds, for a whole body: longer than the slowest phone needs for the longest one.
_PATIENCE = 60.0
# More than any form has; parsing more only costs.
_MOST_FIELDS = 500

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# What `navigator.sendBeacon` calls a string; browsers send it without asking first.
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it came: a JSON value, or the names and texts of a plain form."""

    kind: str
    json: Any = None
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether a browser without our JavaScript sent it, which wants a page in return."""
        return self.kind != JSON


def kind_of(request: Request) -> str:
    """Give the media type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_bytes(request: Request, limit: int = LIMIT) -> bytes:
    """Read the body up to the limit; a longer one is refused (413).

    Of a longer one the rest is taken off the line first, up to `_PASSED_OVER`: a browser that is
    cut off while it sends shows its own error and not our answer.
    """
    data = bytearray()
    size = 0
    announced = request.headers.get("content-length", "")
    allowed = not (announced.isdigit() and int(announced) > limit)
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                size += len(chunk)
                allowed = allowed and size <= limit
                if allowed:
                    data += chunk
                elif size > _PASSED_OVER:
                    break
    except ClientDisconnect:
        raise Refusal(400, "The request ended too early.") from None
    except TimeoutError:
        raise Refusal(408, "The request took too long.", headers={"Connection": "close"}) from None
    if not allowed:
        raise Refusal(
            413, f"A request may have at most {limit:,} bytes.", headers={"Connection": "close"}
        )
    return bytes(data)


async def parse(data: bytes, request: Request) -> Body:
    """Make sense of a body by its media type."""
    kind = kind_of(request)
    match kind:
        case "application/json":
            return Body(kind, json=_parse_json(data))
        case "application/x-www-form-urlencoded":
            return Body(kind, pairs=_parse_urlencoded(data))
        case "multipart/form-data":
            return Body(kind, pairs=await _parse_multipart(data, request))
    raise _unsupported(kind, f"{JSON}, {URLENCODED} or {MULTIPART}")


def parse_json(data: bytes, request: Request, kinds: Sequence[str] = (JSON,)) -> Any:
    """Make sense of a body that is JSON, whatever else it may be called."""
    kind = kind_of(request)
    if kind not in kinds:
        raise _unsupported(kind, " or ".join(kinds))
    return _parse_json(data)


def _unsupported(kind: str, wanted: str) -> Refusal:
    found = f", not as {kind[:100]}." if kind else "; the request names no Content-Type."
    return Refusal(415, f"Send this as {wanted}{found}")


def _parse_json(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_read_integer,
            parse_float=_read_decimal,
        )
        if "\\u" in text:
            # Half a character (a lone surrogate) is JSON and yet no text that could be stored.
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise Refusal(400, "The body is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise Refusal(
            400,
            f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).",
        ) from None
    except RecursionError:
        raise Refusal(400, "The body is not readable: it is nested too deeply.") from None
    except ValueError as error:
        raise Refusal(400, f"The body is not JSON: {error}.") from None
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _read_integer(text: str) -> int:
    _read_decimal(text)
    return int(text)


def _read_decimal(text: str) -> float:
    """Read a number that a double can hold; Python's reader makes an infinity of any other."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("it holds a number too large to be counted with")
    return value


def _parse_urlencoded(data: bytes) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(
            parse_qsl(
                data.decode("utf-8"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_MOST_FIELDS,
            )
        )
    except UnicodeError:
        raise Refusal(400, "The body is not UTF-8 text.") from None
    except ValueError:
        raise Refusal(400, "The body has too many fields.") from None


async def _parse_multipart(data: bytes, request: Request) -> tuple[tuple[str, str], ...]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield data

    try:
        parts = await MultiPartParser(
            request.headers, stream(), max_files=_MOST_FIELDS, max_fields=_MOST_FIELDS
        ).parse()
    except (MultiPartException, FormParserError, KeyError):
        raise Refusal(400, "The body is not a readable form.") from None
    # Files are passed over: nothing that comes here asks for any.
    pairs = tuple((name, text) for name, text in parts.multi_items() if isinstance(text, str))
    await parts.close()
    return pairs
