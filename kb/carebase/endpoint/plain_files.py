"""Files that a browser without our JavaScript sends, within the form itself.

They are spooled to the disk as they come, and then go the way of all files: from here on the form
names them by their ids, so that one that is shown again for another answer has not lost them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import anyio.to_thread
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from carebase.endpoint import arrivals
from carebase.endpoint.body import LIMIT, MULTIPART, Body
from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import service_of
from carebase.forms.errors import FieldError
from carebase.forms.form import Form
from carebase.i18n import text

# In seconds: for the next bytes, and for a whole form with its files on a slow line.
_SILENCE, _PATIENCE = 30.0, 900.0
# In bytes: what is taken off the line of a form that is too long, so that its sender is told.
_PASSED_OVER = 50_000_000
_MOST_FIELDS = 100
# How many such forms are read at once: their files are on the disk meanwhile, and no quota knows.
_AT_ONCE = 6
_READ = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """A form with its files: the body that names them by their ids, and what is wrong with them."""

    body: Body
    errors: tuple[FieldError, ...] = ()


async def receive(request: Request, form: Form) -> tuple[list[tuple[str, str]], list[Any]]:
    """Read a form with files; give its texts by name, and its files with the names of their fields.

    Who calls closes the files. Raises a `Refusal` for what is too long or not readable.
    """
    most = sum(one.most_files * one.most_bytes for one in form.fields if one.type == "file")
    async with _turns():
        try:
            async with asyncio.timeout(_PATIENCE):
                parts = await MultiPartParser(
                    request.headers,
                    _limited(request, most + LIMIT),
                    max_files=_MOST_FIELDS,
                    max_fields=_MOST_FIELDS,
                    max_part_size=LIMIT,
                ).parse()
        except (MultiPartException, FormParserError, KeyError):
            raise Refusal(400, "The body is not a readable form.") from None
        except ClientDisconnect:
            raise Refusal(400, "The request ended too early.") from None
        except TimeoutError:
            late = {"Connection": "close"}
            raise Refusal(408, "The request took too long.", headers=late) from None
    texts = [(name, one) for name, one in parts.multi_items() if isinstance(one, str)]
    files = [(name, one) for name, one in parts.multi_items() if isinstance(one, UploadFile)]
    return texts, files


async def take_in(
    request: Request,
    form: Form,
    texts: list[tuple[str, str]],
    files: list[tuple[str, UploadFile]],
    language: str,
) -> Received:
    """Take in the files, each on its own: what is wrong with one does not lose the others."""
    pairs, errors = list(texts), []
    seen: dict[str, int] = {}
    try:
        for name, file in files:
            field = arrivals.file_field(form, name)
            # A control that was left open sends a file without a name and without bytes.
            if field is None or not file.filename:
                continue
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > field.most_files:
                errors.append(
                    FieldError(name, text(language, "error.many", limit=field.most_files))
                )
                continue
            try:
                size = file.size or 0
                made = await arrivals.let_in(request, form, field, file.filename, size, language)
                await _write(request, made, file)
                await arrivals.complete(service_of(request), field, made, language)
                pairs.append((name, made.token))
            except Refusal as refused:
                if not refused.errors:
                    raise
                errors += refused.errors
    finally:
        for _, file in files:
            await file.close()
    return Received(Body(MULTIPART, pairs=tuple(pairs)), tuple(errors))


async def _write(request: Request, made: arrivals.Arrival, file: UploadFile) -> None:
    folder = service_of(request).store.folder
    offset = 0
    while folder is not None and (data := await file.read(_READ)):
        append = partial(arrivals.append, folder, made.upload, offset, data)
        offset = await anyio.to_thread.run_sync(append)


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """Give the bytes of a body; of one that is too long the rest is taken off the line."""
    size = 0
    stream = request.stream().__aiter__()
    while True:
        async with asyncio.timeout(_SILENCE):
            try:
                chunk = await anext(stream)
            except StopAsyncIteration:
                break
        size += len(chunk)
        if size <= most:
            yield chunk
        elif size > most + _PASSED_OVER:
            break
    if size > most:
        raise Refusal(
            413, f"A request may have at most {most:,} bytes.", headers={"Connection": "close"}
        )


_semaphores: WeakKeyDictionary[Any, asyncio.Semaphore] = WeakKeyDictionary()


def _turns() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    if loop not in _semaphores:
        _semaphores[loop] = asyncio.Semaphore(_AT_ONCE)
    return _semaphores[loop]
