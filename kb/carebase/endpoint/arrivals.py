"""Files on their way to a form: let in, written down piece by piece, cleaned, kept.

The browser sends them before the form (`carebase.endpoint.uploads`), or with it where it runs no
scripts (`carebase.endpoint.plain_files`); from here on both are the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread
from starlette.requests import Request

from carebase.endpoint.limits import client_of, upload_meters
from carebase.endpoint.problems import Refusal, log
from carebase.endpoint.secret import hash_token
from carebase.endpoint.service import Service, service_of
from carebase.files.cleaning import Cleaned, clean
from carebase.files.folder import Folder, new_name
from carebase.files.kinds import Refused, types_of
from carebase.files.names import clean_name
from carebase.forms.errors import FieldError
from carebase.forms.field import FormField
from carebase.forms.form import Form
from carebase.i18n import text
from carebase.store import Full
from carebase.store.challenges import Proof
from carebase.store.files import Kept, NewUpload, Quota, Upload

# In characters, of what is read of a name.
LONGEST_NAME = 500
# How long a file waits for its form.
WAITS = timedelta(hours=24)
# In bytes: of one client, and of all, on their way or waiting for their form.
QUOTA = Quota(client=100_000_000, total=2_000_000_000)
# In bytes: what is left of the disk for everything else, the database first.
RESERVE = 1_000_000_000
# Each takes a processor and up to a gigabyte for a moment.
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has been let in: the secret that names it, and what is known of it."""

    token: str
    upload: Upload

    @property
    def token_hash(self) -> str:
        """What the database knows it by."""
        return hash_token(self.token)


def file_field(form: Form, name: str) -> FormField | None:
    """Give the field of a form that takes files under this name."""
    field = form.field(name)
    return field if field is not None and field.type == "file" else None


def folder_of(service: Service, field: FormField, language: str) -> Folder:
    """Give the folder of files; a `Refusal` (503) where files cannot be taken."""
    folder = service.store.folder
    if folder is None:
        raise refusal(503, field, text(language, "error.file_off"))
    return folder


async def let_in(
    request: Request,
    form: Form,
    field: FormField,
    name: str,
    size: int,
    language: str,
    proof: Proof | None = None,
) -> Arrival:
    """Note a file that is about to come; a `Refusal` says why it may not.

    Raises `TooMany` and `Unproven` as submissions do.
    """
    service = service_of(request)
    folder = folder_of(service, field, language)
    shown = clean_name(name[-LONGEST_NAME:])
    if size > field.most_bytes:
        raise refused(field, "size", shown, language)
    if size <= 0:
        raise refused(field, "empty", shown, language)
    now, token = service.now(), secrets.token_urlsafe(24)
    new = NewUpload(
        hash_token(token),
        form.id,
        field.id,
        shown,
        size,
        client_of(request),
        now,
        now + WAITS,
        new_name(),
    )
    free = await anyio.to_thread.run_sync(lambda: folder.free)
    try:
        if free - size < RESERVE:
            log.error("No files are taken: the disk of %s is nearly full", folder.path)
            raise Full(own=False)
        await asyncio.wrap_future(
            service.store.create_upload(new, QUOTA, upload_meters(request, size), proof)
        )
    except Full as told:
        busy = text(language, "error.file_busy")
        raise refusal(429 if told.own else 503, field, busy, {"Retry-After": "3600"}) from None
    return Arrival(token, Upload(form.id, field.id, shown, size, new.stored, 0))


async def find(service: Service, token: str) -> Upload | None:
    """Find a file on its way by the secret that names it."""
    token_hash, now = hash_token(token), service.now()
    found = await anyio.to_thread.run_sync(partial(service.store.find_uploads, (token_hash,), now))
    return found.get(token_hash)


async def find_names(service: Service, tokens: list[str]) -> dict[str, str]:
    """Give the names of those of some files that have come whole."""
    return {token: kept.name for token, kept in (await find_kept(service, tokens)).items()}


async def find_kept(service: Service, tokens: list[str]) -> dict[str, Kept]:
    """Give what is known of those of some files that have come whole and wait for their form."""
    if not tokens:
        return {}
    hashes = {hash_token(token): token for token in tokens}
    found = await anyio.to_thread.run_sync(
        partial(service.store.find_uploads, list(hashes), service.now())
    )
    return {hashes[token_hash]: upload.kept for token_hash, upload in found.items() if upload.kept}


async def cancel(service: Service, token: str) -> None:
    """Forget a file and delete what has come of it."""
    await asyncio.wrap_future(service.store.cancel_upload(hash_token(token)))


async def complete(service: Service, field: FormField, arrival: Arrival, language: str) -> Cleaned:
    """Clean a file that has come whole, and keep it; a `Refusal` (422) says what is wrong with it.

    It is cleaned in a process of its own (`carebase.files.cleaning`), for which a thread waits. Its
    name is on the disk before its row says that it is whole, and the bytes as they came are gone.
    """
    folder, upload = folder_of(service, field, language), arrival.upload
    work = partial(_keep, folder, upload.stored, types_of(field.kinds))
    try:
        cleaned = await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=_turns())
    except Refused as told:
        await cancel(service, arrival.token)
        raise refused(field, told.reason, upload.name, language) from None
    name = clean_name(upload.name, cleaned.type)
    kept = Kept(name, cleaned.type, cleaned.size, cleaned.sha256)
    await asyncio.wrap_future(service.store.finish_upload(arrival.token_hash, kept))
    return cleaned


def refused(field: FormField, reason: str, name: str, language: str) -> Refusal:
    """Give the refusal (422) of a file, in one sentence for the customer."""
    limit = field.most_bytes // 1_000_000
    return refusal(422, field, text(language, f"error.file_{reason}", name=name, limit=limit))


def refusal(
    status: int, field: FormField, said: str, headers: Mapping[str, str] | None = None
) -> Refusal:
    """Give the refusal of a file."""
    detail = "A file cannot be taken as it is." if status == 422 else "No files can be taken."
    return Refusal(status, detail, [FieldError(field.id, said)], headers)


def received(folder: Folder, upload: Upload) -> int:
    """Give how many bytes have come; all of them once the file has been cleaned."""
    if upload.kept:
        return upload.announced
    try:
        return folder.arriving(upload.stored).stat().st_size
    except FileNotFoundError:
        return 0


def append(folder: Folder, upload: Upload, offset: int, data: bytes) -> int:
    """Write what follows at an offset; give how many bytes have come then.

    Nothing is written where the offset is not the end of what has come. The same bytes written
    twice at once, as by a sender who has lost the first answer, are the same bytes.
    """
    have = received(folder, upload)
    if have != offset:
        return have
    _write_at(folder, upload.stored, offset, data)
    return offset + len(data)


def _write_at(folder: Folder, stored: str, offset: int, data: bytes) -> None:
    try:
        handle = os.open(folder.arriving(stored), os.O_WRONLY | os.O_CREAT, 0o600)
    except FileNotFoundError:
        folder.prepare()
        handle = os.open(folder.arriving(stored), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.lseek(handle, offset, os.SEEK_SET)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def _keep(folder: Folder, stored: str, allowed: list[str]) -> Cleaned:
    source = folder.arriving(stored)
    # Two that clean the same file, one of which nobody waits for any more, do not meet.
    draft = source.with_name(f"{stored}.{secrets.token_hex(4)}")
    try:
        cleaned = clean(source, draft, allowed)
        folder.keep(draft, stored)
        with contextlib.suppress(FileNotFoundError):
            source.unlink()
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
    return cleaned


_limiters: WeakKeyDictionary[Any, anyio.CapacityLimiter] = WeakKeyDictionary()


def _turns() -> anyio.CapacityLimiter:
    """Give what lets so many be cleaned at once; each event loop has one of its own."""
    loop = asyncio.get_running_loop()
    if loop not in _limiters:
        _limiters[loop] = anyio.CapacityLimiter(_AT_ONCE)
    return _limiters[loop]
