"""`/metrics`: numbers for Prometheus, in its text format (version 0.0.4).

Requests are those of all workers of one endpoint, which count in memory that they share. What lies
in the database is the same whichever endpoint is asked.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import platform
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from carebase import __version__
from carebase.endpoint.problems import Refusal
from carebase.endpoint.service import Service, service_of
from carebase.endpoint.setting import EVERYONE
from carebase.endpoint.settings import Settings
from carebase.endpoint.tally import BUCKETS, Tally
from carebase.inbox.states import QUARANTINED
from carebase.store import StoreError
from carebase.store.gauges import Gauges
from carebase.store.letters import DEAD, WAITING

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# In seconds: for how long what was counted in the database is told again, and how long one waits.
_FRESH = 5.0
_PATIENCE = 2.0
# What proxies add: whoever comes through one is not near, though the proxy is.
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


class MetricsRoute(HTTPEndpoint):
    """Numbers, for those whom `CAREBASE_METRICS` and `CAREBASE_METRICS_TOKEN` let read them."""

    async def get(self, request: Request) -> Response:
        """Give the numbers; 404 to anybody else, as if there were nothing here."""
        service = service_of(request)
        if not may_read(request, service.settings):
            raise Refusal(404, "There is nothing at this address.")
        writing = await _time_writing(service)
        gauges, reading = await _gauges(service)
        lines = [
            *_of_process(request.app.state.tally),
            *_of_database(gauges, reading, writing, service.now()),
        ]
        return Response("".join(f"{line}\n" for line in lines), media_type=CONTENT_TYPE)


def may_read(request: Request, settings: Settings) -> bool:
    """Tell whether a request may see the numbers: by its token, or by where it comes from."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    token = settings.metrics_token
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    if EVERYONE in settings.metrics:
        return True
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.client.host.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or address
    return any(inner in ipaddress.ip_network(one, strict=False) for one in settings.metrics)


async def _gauges(service: Service) -> tuple[Gauges | None, float]:
    """Give what lies in the database and how long counting took; nothing when it is away."""
    counted = service.counted
    async with counted.lock:
        if time.monotonic() - counted.at < _FRESH:
            return counted.gauges, counted.seconds
        begun = time.monotonic()
        try:
            counted.gauges = await anyio.to_thread.run_sync(service.store.measure)
        except SQLAlchemyError:
            counted.gauges = None
        counted.at = time.monotonic()
        counted.seconds = counted.at - begun
        return counted.gauges, counted.seconds


async def _time_writing(service: Service) -> float | None:
    """Give the seconds that one write takes, nothing when it fails or takes too long."""
    begun = time.monotonic()
    try:
        await asyncio.wait_for(asyncio.wrap_future(service.store.ping()), _PATIENCE)
    except (OSError, SQLAlchemyError, RuntimeError, StoreError):
        return None
    return time.monotonic() - begun


def _of_process(tally: Tally) -> Iterator[str]:
    name = partial(_family, prefix="carebase_")
    yield from name("build_info", "gauge", "The version of Carebase and of Python.")
    about = _labels(version=__version__, python=platform.python_version())
    yield f"carebase_build_info{about} 1"
    yield from name("workers", "gauge", "Processes that answer requests.")
    yield f"carebase_workers {tally.workers}"
    yield from name("worker_starts_total", "counter", "How often each process was started.")
    for number, starts in enumerate(tally.starts):
        yield f"carebase_worker_starts_total{_labels(worker=number)} {starts}"
    yield from name(
        "worker_start_time_seconds", "gauge", "When each process was started, since 1970."
    )
    for number, at in enumerate(tally.started):
        yield f"carebase_worker_start_time_seconds{_labels(worker=number)} {at:.3f}"
    yield from name("log_lines_dropped_total", "counter", "Lines that nobody took in time.")
    yield f"carebase_log_lines_dropped_total {tally.dropped}"
    found = list(tally.read())
    yield from name("http_requests_total", "counter", "Requests that were answered.")
    for one in found:
        for (method, kind), number in one.requests.items():
            about = _labels(route=one.route, method=method, status=kind)
            yield f"carebase_http_requests_total{about} {number}"
    yield from name("http_request_duration_seconds", "histogram", "How long answers took.")
    for one in found:
        for most, number in zip((*BUCKETS, "+Inf"), one.buckets, strict=True):
            about = _labels(route=one.route, le=most)
            yield f"carebase_http_request_duration_seconds_bucket{about} {number}"
        about = _labels(route=one.route)
        yield f"carebase_http_request_duration_seconds_sum{about} {one.seconds:.6f}"
        yield f"carebase_http_request_duration_seconds_count{about} {one.buckets[-1]}"


def _of_database(
    gauges: Gauges | None, reading: float, writing: float | None, now: datetime
) -> Iterator[str]:
    name = partial(_family, prefix="carebase_")
    yield from name("database_up", "gauge", "Whether the database can be read and written now.")
    yield f"carebase_database_up {int(gauges is not None and writing is not None)}"
    yield from name("database_seconds", "gauge", "How long the database takes, just now.")
    if writing is not None:
        yield f"carebase_database_seconds{_labels(operation='write')} {writing:.6f}"
    if gauges is None:
        return
    yield f"carebase_database_seconds{_labels(operation='count')} {reading:.6f}"
    yield from name("submissions", "gauge", "What customers sent, by form and state.")
    yield from _pairs("carebase_submissions", ("form", "state"), gauges.submissions.items())
    yield from name("quarantine", "gauge", "What is in quarantine and waits for a look.")
    held = sum(n for (_, state), n in gauges.submissions.items() if state == QUARANTINED)
    yield f"carebase_quarantine{_labels(what='submissions')} {held}"
    yield f"carebase_quarantine{_labels(what='messages')} {gauges.messages_in_quarantine}"
    yield from name("outbox_letters", "gauge", "Mails and webhooks, by kind and state.")
    yield from _pairs("carebase_outbox_letters", ("kind", "state"), gauges.letters.items())
    for state, told in ((WAITING, "that wait to be sent"), (DEAD, "that were given up")):
        number = sum(n for (_, one), n in gauges.letters.items() if one == state)
        yield from name(f"outbox_{state}", "gauge", f"Mails and webhooks {told}.")
        yield f"carebase_outbox_{state} {number}"
    oldest = min(gauges.waiting_since.values(), default=None)
    age = (now - oldest).total_seconds() if oldest else 0.0
    yield from name(
        "outbox_oldest_seconds", "gauge", "The age of the oldest that waits; 0 when none does."
    )
    yield f"carebase_outbox_oldest_seconds {max(age, 0.0):.3f}"
    if gauges.mailed_at is not None:
        yield from name(
            "mail_last_success_timestamp_seconds", "gauge", "When a mail went out last, since 1970."
        )
        at = gauges.mailed_at.astimezone(UTC).timestamp()
        yield f"carebase_mail_last_success_timestamp_seconds {at:.3f}"


def _pairs(
    name: str, labels: tuple[str, str], counts: Iterable[tuple[tuple[str, str], int]]
) -> Iterator[str]:
    for pair, number in sorted(counts):
        yield f"{name}{_labels(**dict(zip(labels, pair, strict=True)))} {number}"


def _family(name: str, kind: str, told: str, prefix: str = "") -> Iterator[str]:
    yield f"# HELP {prefix}{name} {told}"
    yield f"# TYPE {prefix}{name} {kind}"


def _labels(**labels: object) -> str:
    written = ",".join(f'{name}="{_escape(str(value))}"' for name, value in labels.items())
    return f"{{{written}}}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
