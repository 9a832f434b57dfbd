"""The way that customers come: the public address, its certificate, proxies and other sites."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from carebase.endpoint.doctor.finding import Finding, error, ok, warning
from carebase.endpoint.doctor.secret import known_secret
from carebase.endpoint.secret import PROBE_HEADER, Secret
from carebase.endpoint.settings import Settings

_PATIENCE = 10.0
# Certificates are made anew a month before their end by those who do that by themselves.
_SOON = timedelta(days=14)
_CLOCK = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    until: datetime | None = None


def examine_network(settings: Settings) -> Iterator[Finding]:
    """Ask the endpoint by its public address, as a browser would; it must be running."""
    if not settings.url:
        yield warning(
            "address",
            "CAREBASE_URL is not set, so that nothing could be asked",
            "Set it to the address that customers' browsers use.",
        )
        return
    try:
        ready = _ask(settings.url + "readyz")
    except (OSError, http.client.HTTPException) as failure:
        yield error(
            "address",
            f"{settings.url} does not answer: {_told(failure)}",
            "Start `carebase endpoint`, and look whether the proxy before it leads there.",
        )
        return
    yield _readiness(settings.url, ready)
    if ready.until is not None:
        yield _certificate(ready.until)
    elif urlsplit(settings.url).scheme == "http" and not _near(settings.url):
        yield error(
            "address",
            "what customers send goes through the net unprotected",
            "Put TLS before the endpoint, and write https:// into CAREBASE_URL.",
        )
    if (skew := _skew(ready)) is not None:
        yield skew
    yield from _proxies(settings)
    yield from _numbers(settings)
    for origin in settings.origins:
        yield _preflight(settings.url, origin)
    if not settings.origins:
        yield ok("origins", "forms are sent from the endpoint's own address alone")


def _readiness(address: str, answer: _Answer) -> Finding:
    if answer.status == 200:
        return ok("address", f"{address} answers, and could store a form")
    return error(
        "address",
        f"{address}readyz answers {answer.status}",
        "Look into the endpoint's log: the database cannot be written, or a proxy leads elsewhere.",
    )


def _certificate(until: datetime) -> Finding:
    left = until - datetime.now(UTC)
    said = f"the certificate is good until {until:%Y-%m-%d}"
    if left < _SOON:
        return warning("certificate", said, "Have it made anew: browsers refuse one that is over.")
    return ok("certificate", said)


def _skew(answer: _Answer) -> Finding | None:
    try:
        there = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    apart = abs(datetime.now(UTC) - there)
    if apart <= _CLOCK:
        return None
    return warning(
        "clock",
        f"the endpoint and this machine are {int(apart.total_seconds())} seconds apart",
        "Have both clocks set by NTP: warranties and deadlines go by them.",
    )


def _proxies(settings: Settings) -> Iterator[Finding]:
    """Find out whom the endpoint takes for its client, by a question that only we can ask."""
    secret = known_secret(settings)
    if secret is None:
        return
    headers = {PROBE_HEADER: Secret(secret).probe(int(time.time()) // 60)}
    answer = _ask(settings.url + "v1/probe", headers=headers)
    if answer.status != 200:
        yield warning(
            "proxies",
            f"{settings.url}v1/probe answers {answer.status}",
            "Run this with the settings of the endpoint, CAREBASE_SECRET above all.",
        )
        return
    seen = json.loads(answer.body)
    client, forwarded = seen["client"], seen["forwarded"]
    chain = [one.strip() for one in forwarded.split(",") if one.strip()]
    if chain and client not in chain:
        yield error(
            "proxies",
            f"all customers count as one client, the proxy {client}",
            f"Set CAREBASE_TRUSTED_PROXIES={client} for the endpoint.",
        )
    elif settings.trusted_proxies and not chain:
        yield error(
            "proxies",
            "the proxy does not say for whom it asks",
            "Have it send X-Forwarded-For with the client's address.",
        )
    else:
        way = "through a trusted proxy" if chain else "without a proxy"
        yield ok("proxies", f"we came as {client}, {way}")


def _numbers(settings: Settings) -> Iterator[Finding]:
    """Ask for `/metrics` as anybody could; on its own machine alone the endpoint may give them."""
    if urlsplit(settings.url).scheme == "http" and _near(settings.url):
        return
    if _ask(settings.url + "metrics").status == 200:
        yield warning(
            "metrics",
            f"everybody can read {settings.url}metrics",
            "Set CAREBASE_METRICS to those who may, or have the proxy pass X-Forwarded-For on.",
        )


def _preflight(address: str, origin: str) -> Finding:
    """Ask the permission that a browser asks before a page of another site may send a form."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, idempotency-key",
    }
    answer = _ask(urljoin(address, "v1/forms/any"), "OPTIONS", headers)
    if answer.headers.get("access-control-allow-origin") == origin and answer.status in (200, 204):
        return ok("origins", f"pages of {origin} may send forms")
    return error(
        "origins",
        f"pages of {origin} may not send forms: their browsers are answered {answer.status}",
        "Start the endpoint with the same CAREBASE_ORIGINS, and let OPTIONS through the proxy.",
    )


def _ask(address: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> _Answer:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, parts.port, timeout=_PATIENCE, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=_PATIENCE)
    try:
        connection.connect()
        until = _until(connection.sock)
        connection.request(method, parts.path or "/", headers=dict(headers or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return _Answer(response.status, found, response.read(100_000), until)
    finally:
        connection.close()


def _until(line: socket.socket) -> datetime | None:
    """Give the end of the certificate of a line, if it has one."""
    if not isinstance(line, ssl.SSLSocket):
        return None
    ends = (line.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC) if ends else None


def _near(address: str) -> bool:
    return (urlsplit(address).hostname or "") in ("localhost", "127.0.0.1", "::1")


def _told(failure: Exception) -> str:
    if isinstance(failure, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {failure.verify_message}"
    return str(failure) or type(failure).__name__
