"""What a browser does before and while it sends a form, through the public address."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import altcha

from carebase.endpoint.secret import PROBE_HEADER, Secret
from carebase.forms.schema import PROOF, SECONDS

_PATIENCE = 20.0
# In seconds: as long as somebody needs to fill in a form.
_WRITING = 30.0


class Refused(Exception):  # noqa: N818 - told as a stage that failed
    """The endpoint did not do what a customer needs; the text says what."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the endpoint has acknowledged."""

    ref: str
    status_url: str


def prove(address: str, secret: Secret) -> None:
    """Make sure that the endpoint has our secret, and so knows a canary as one; or `Refused`."""
    headers = {PROBE_HEADER: secret.probe(int(time.time()) // 60)}
    try:
        _ask("GET", urljoin(address, "v1/probe"), {200}, headers=headers)
    except Refused as error:
        if "answers 404" not in str(error):
            raise
        # Without it, the people who answer would be told of a customer who is none.
        raise Refused(
            f"{error} Nothing was sent: the endpoint at {address} has other settings than these:"
            " CAREBASE_SECRET or CAREBASE_URL"
        ) from None


def send(address: str, form: str, values: Mapping[str, Any], key: str) -> Receipt:
    """Send a form with its proof of work, and look at the page of the request; or `Refused`."""
    asked = _ask("GET", urljoin(address, f"v1/challenge?form={form}"), {200, 204})
    body = {**values, SECONDS: _WRITING}
    if asked:
        challenge = altcha.Challenge.from_dict(json.loads(asked))
        solution = altcha.solve_challenge(challenge)
        if solution is None:
            raise Refused("the proof of work could not be solved")
        body[PROOF] = altcha.Payload(challenge, solution).to_base64()
    parts = urlsplit(address)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Origin": f"{parts.scheme}://{parts.netloc}",
    }
    target = urljoin(address, f"v1/forms/{form}")
    told = json.loads(_ask("POST", target, {201}, json.dumps(body).encode(), headers))
    receipt = Receipt(told["ref"], urljoin(address, told["status_url"]))
    page = _ask("GET", receipt.status_url, {200}).decode("utf-8", "replace")
    if receipt.ref not in page:
        raise Refused("the page of the request does not show its reference number")
    return receipt


def _ask(
    method: str,
    address: str,
    expected: set[int],
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    parts = urlsplit(address)
    host = parts.hostname or ""
    line: http.client.HTTPConnection = (
        http.client.HTTPSConnection(
            host, parts.port, timeout=_PATIENCE, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=_PATIENCE)
    )
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        line.request(method, path, body, dict(headers or {}))
        answer = line.getresponse()
        content = answer.read(1_000_000)
    except (OSError, http.client.HTTPException) as error:
        raise Refused(
            f"{_name(address)} does not answer: {error or type(error).__name__}"
        ) from None
    finally:
        line.close()
    if answer.status not in expected:
        raise Refused(f"{_name(address)} answers {answer.status}{_detail(content)}")
    return content


def _name(address: str) -> str:
    """Give an address without the secret that the one of a request's page ends with."""
    before, found, _ = address.partition("/requests/")
    return f"{before}{found}…" if found else address


def _detail(content: bytes) -> str:
    try:
        found = json.loads(content)
        errors = [f"{one['field']}: {one['message']}" for one in found.get("errors", [])]
        return ": " + " ".join([found["detail"], *errors])
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
