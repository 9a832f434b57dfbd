"""Telling other programs of submissions: one signed POST for each."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from carebase import __version__
from carebase.inbox.message import Message
from carebase.outbox.network import AddressRefused, PinnedConnection, find_address
from carebase.outbox.signature import sign
from carebase.outbox.targets import EVENT, REF
from carebase.outbox.worker import Undelivered, utc_now
from carebase.store import Store, Submission
from carebase.store.letters import WEBHOOK, Batch, Letter

# In seconds: for one step, and for the whole call (well below `worker.LEASE`).
_PATIENCE = 10.0
_DEADLINE = 20.0
_LONGEST_WAIT = timedelta(days=1)
# The receiver wants no further calls, says the specification.
_GONE = 410


class WebhookSender:
    """Sends each submission as JSON. `keys_of` gives the keys for a form and its target.

    While a secret is changed there are several, and a signature by each.
    """

    name = "webhooks"
    kinds: tuple[str, ...] = (WEBHOOK,)

    def __init__(
        self,
        store: Store,
        keys_of: Callable[[str, str], tuple[bytes, ...]],
        allow_private: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._keys_of = keys_of
        self._allow_private = allow_private
        self._now = now

    def send(self, batch: Batch) -> None:
        """Make one call; `Undelivered` says why it did not succeed."""
        letter = batch.first
        if REF in letter.content:
            form = str(letter.content["form"])
            self._sign_and_call(letter, form, write_erased_body(letter))
            return
        submission = self._store.find_by_id(letter.submission_id or "")
        if submission is None:
            # Deleted meanwhile, and its letters with it.
            return
        message = self._store.find_message(letter.message_id) if letter.message_id else None
        body = write_message_body(submission, message) if message else write_body(submission)
        if EVENT in letter.content:
            body = write_event_body(letter, submission)
        self._sign_and_call(letter, submission.form, body)

    def rest(self) -> None:
        """Nothing to let go of: each call has a connection of its own."""

    def _sign_and_call(self, letter: Letter, form: str, body: bytes) -> None:
        timestamp = int(self._now().timestamp())
        keys = self._keys_of(form, letter.target)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Carebase/{__version__}",
            "webhook-id": letter.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(sign(key, letter.id, timestamp, body) for key in keys),
        }
        self._call(letter, body, headers)

    def _call(self, letter: Letter, body: bytes, headers: dict[str, str]) -> None:
        parts = urlsplit(letter.target)
        secure = parts.scheme == "https"
        try:
            host = (parts.hostname or "").encode("idna").decode("ascii")
            address = find_address(host, parts.port or (443 if secure else 80), self._allow_private)
        except AddressRefused:
            raise Undelivered(
                "the webhook leads to a private address, which"
                " CAREBASE_ALLOW_PRIVATE_WEBHOOKS does not allow",
                lasting=True,
            ) from None
        except (OSError, ValueError) as error:
            raise Undelivered(
                "the webhook's host is not found", detail=str(error), together=True
            ) from None
        context = ssl.create_default_context() if secure else None
        connection = PinnedConnection(host, address, context, _PATIENCE)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            with _within_deadline(connection):
                connection.request("POST", path, body, headers)
                _judge(connection.getresponse(), self._now())
        except ssl.SSLCertVerificationError as error:
            raise Undelivered(
                "the certificate of the webhook cannot be trusted",
                detail=str(error),
                together=True,
            ) from None
        except (OSError, HTTPException) as error:
            raise Undelivered(
                "the webhook cannot be reached", detail=str(error), together=True
            ) from None
        finally:
            connection.close()


def write_body(submission: Submission) -> bytes:
    """Give the body of a call: always the same for the same submission."""
    content = {
        "type": "submission.received",
        "timestamp": submission.received_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "ref": submission.ref,
            "form": submission.form,
            "form_version": submission.form_version,
            "language": submission.language,
            "page": submission.page,
            "values": submission.values,
        },
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def write_message_body(submission: Submission, message: Message) -> bytes:
    """Give the body of a call about a further message: always the same for the same message."""
    content = {
        "type": "message.received",
        "timestamp": message.at.isoformat().replace("+00:00", "Z"),
        "data": {
            "ref": submission.ref,
            "form": submission.form,
            "language": submission.language,
            "text": message.text,
        },
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def write_event_body(letter: Letter, submission: Submission) -> bytes:
    """Give the body of a call about what a customer has done to a submission."""
    content = {
        "type": f"submission.{str(letter.content[EVENT]).replace('-', '_')}",
        "timestamp": letter.created_at.isoformat().replace("+00:00", "Z"),
        "data": {"ref": submission.ref, "form": submission.form},
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def write_erased_body(letter: Letter) -> bytes:
    """Give the body of a call about what was erased: its number, and nothing of what it was."""
    content = {
        "type": "submission.trimmed" if letter.content["part"] else "submission.erased",
        "timestamp": letter.created_at.isoformat().replace("+00:00", "Z"),
        "data": {"ref": letter.content[REF], "form": letter.content["form"]},
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _judge(answer: HTTPResponse, now: datetime) -> None:
    """Take any 2xx for success; the body of an answer is not read."""
    status = answer.status
    if 200 <= status < 300:
        return
    reason = f"the webhook answers {status}"
    if 300 <= status < 400:
        reason += ", and redirects are not followed"
    raise Undelivered(
        reason,
        lasting=status == _GONE,
        together=status == 429 or status >= 500,
        wait=_asked_wait(answer.headers.get("retry-after", ""), now),
    )


def _asked_wait(text: str, now: datetime) -> timedelta:
    """Read seconds, or a moment (RFC 9110, 10.2.3); what is neither asks for nothing."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(timedelta(seconds=int(text)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta()
    # Without a zone it is that of Greenwich, as every moment in HTTP.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), _LONGEST_WAIT)


@contextlib.contextmanager
def _within_deadline(connection: PinnedConnection) -> Iterator[None]:
    """Cut the line of a receiver that answers, but too slowly to be done within the lease."""

    def cut() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_DEADLINE, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
