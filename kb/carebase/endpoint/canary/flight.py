"""One canary: sent, found in the database, in the mail server's hands, in the mailbox, removed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from carebase.endpoint.canary.filling import fill_in
from carebase.endpoint.canary.visit import Receipt, Refused, prove, send
from carebase.endpoint.service import Service
from carebase.endpoint.setting import SettingsError
from carebase.errors import UsageError, nearest
from carebase.inbox.reasons import REASONS
from carebase.inbox.states import QUARANTINED
from carebase.outbox.postbox import PostboxError
from carebase.store import Submission
from carebase.store.letters import DEAD, DONE

Level = Literal["ok", "failed", "left out"]
# Where no mail is to be followed: nobody gets mail there (RFC 2606).
_NOBODY = "canary@example.com"
_POLL = 0.5
# One that was killed on its way is taken away by the next, after so long.
_LEFT_BEHIND = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: what was found, and how many seconds after the beginning."""

    subject: str
    level: Level
    said: str
    seconds: float

    def as_text(self) -> str:
        """Give the line for people."""
        return f"{self.level:<9} {self.subject}: {self.said}"

    def as_dict(self) -> dict[str, Any]:
        """Give the object for programs."""
        return asdict(self)


@dataclass(slots=True)
class Flight:
    """What one canary has met; `followed_to` is the last subject that was fine."""

    stages: list[Stage] = field(default_factory=list)
    ref: str = ""

    @property
    def failed(self) -> bool:
        """Whether anything a customer needs did not work."""
        return any(stage.level == "failed" for stage in self.stages)

    @property
    def followed_to(self) -> str:
        """How far it could be followed."""
        way = [stage.subject for stage in self.stages if stage.subject != "row"]
        good = [stage.subject for stage in self.stages if stage.level == "ok"]
        return max((one for one in good if one in way), key=way.index, default="")


def fly(service: Service, form: str, patience: float, flight: Flight) -> Iterator[Stage]:
    """Send one and follow it, each stage given as it is known; its row is removed in any case.

    `patience` is in seconds, for the whole of it. `UsageError` says what is missing.
    """
    settings = service.settings
    if not settings.url:
        raise SettingsError("Set CAREBASE_URL: a canary goes the way that customers go.")
    checker = service.private.checkers.get(form)
    if checker is None:
        match = nearest(form, service.private.checkers)
        raise UsageError(
            f"There is no form `{form}`." + (f" Did you mean `{match}`?" if match else "")
        )
    begun = time.monotonic()

    def stage(subject: str, level: Level, said: str) -> Stage:
        made = Stage(subject, level, said, round(time.monotonic() - begun, 2))
        flight.stages.append(made)
        return made

    left = _remove_left(service)
    if left:
        yield stage("row", "ok", f"{left} left behind by earlier canaries removed")
    values = fill_in(
        checker, settings.canary_to or _NOBODY, service.private.latest_today(service.now())
    )
    try:
        prove(settings.url, service.secret)
        receipt = send(settings.url, form, values, service.secret.canary_key())
    except Refused as error:
        yield stage("address", "failed", str(error))
        return
    flight.ref = receipt.ref
    yield stage("address", "ok", f"{settings.url} took the form and shows its page")
    found = service.store.find_by_ref(receipt.ref)
    if found is None:
        yield stage(
            "database",
            "failed",
            f"{receipt.ref} is not in it: the endpoint writes into another database than the one"
            " of these settings",
        )
        return
    try:
        yield stage("database", *_stored(service, found))
        if found.state == QUARANTINED:
            return
        mailed = _mailed(service, found, begun + patience)
        yield stage("mail", *mailed)
        if mailed[0] == "ok":
            yield stage("mailbox", *_arrived(service, receipt, begun + patience))
    finally:
        service.store.delete_submission(found.id).result()
    yield stage("row", "ok", "removed")


def _stored(service: Service, found: Submission) -> tuple[Level, str]:
    if found.state != QUARANTINED:
        return "ok", f"{found.ref} is stored"
    told = "; ".join(REASONS.get(one, one) for one in service.store.find_reasons(found.id))
    return "failed", f"{found.ref} is in quarantine, as a customer's would be ({told})"


def _mailed(service: Service, found: Submission, until: float) -> tuple[Level, str]:
    settings = service.settings
    if settings.mail_server is None:
        return "left out", "no mail is sent, because CAREBASE_SMTP_URL is not set"
    if not settings.canary_to:
        return "left out", "not followed, because CAREBASE_CANARY_TO is not set"
    server = f"{settings.mail_server.host}:{settings.mail_server.port}"
    while True:
        letters = service.store.find_fates(found.id)
        if not letters:
            return "failed", "the form writes to no customer: it asks for no mail address"
        letter = letters[0]
        if letter.state == DONE:
            return "ok", f"{server} took the mail to {settings.canary_to}"
        if letter.state == DEAD:
            return "failed", f"given up: {letter.error}"
        if time.monotonic() > until:
            why = letter.error or "nobody sends: is the endpoint or `carebase worker` running?"
            return "failed", f"it waits still: {why}"
        time.sleep(_POLL)


def _arrived(service: Service, receipt: Receipt, until: float) -> tuple[Level, str]:
    mailbox = service.settings.canary_mailbox
    if mailbox is None:
        return (
            "left out",
            "not looked into, because CAREBASE_CANARY_MAILBOX is not set: whether the mail arrived"
            " is not known",
        )
    while True:
        try:
            if mailbox.take(receipt.ref):
                return "ok", f"the mail is in the mailbox of {mailbox.user}, and was deleted there"
        except PostboxError as error:
            return "failed", str(error)
        if time.monotonic() > until:
            return "failed", f"the mail is not in the mailbox of {mailbox.user}"
        time.sleep(_POLL)


def _remove_left(service: Service) -> int:
    """Remove what canaries have left that were killed; a key that we did not make is nobody's."""
    before = datetime.now(UTC) - _LEFT_BEHIND
    found = service.store.find_keys(service.secret.CANARY)
    left = [
        one.id for one in found if one.received_at < before and service.secret.is_canary(one.key)
    ]
    return sum(service.store.delete_submission(one).result() for one in left)
