"""What every mail of a site shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from carebase.outbox.addresses import Mailbox
from carebase.store import Submission


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The site as mails speak of it.

    `reply_to` is the public mail address of the people who answer, where `docs/contact.yml` names
    one. `status_address` gives the secret address of a submission's page, or nothing where the
    public address of the endpoint, or the secret that made it, is not known.
    `privacy_address` gives the address that shows what is held about the owner of a mail address
    until a moment.
    """

    site: str
    language: str
    sender: Mailbox
    zone: ZoneInfo
    reply_to: str = ""
    status_address: Callable[[Submission], str] = lambda _: ""
    privacy_address: Callable[[str, datetime], str] = lambda _address, _until: ""
