"""Letters: one mail or webhook that is to go to one target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ACKNOWLEDGEMENT = "acknowledgement"
NOTIFICATION = "notification"
ANSWER = "answer"
DIGEST = "digest"
ALARM = "alarm"
WEBHOOK = "webhook"
# The way to what is held about an address, and word to those who answer that it was erased.
PRIVACY = "privacy"
ERASED = "erased"
MAILS = (ACKNOWLEDGEMENT, NOTIFICATION, ANSWER, DIGEST, ALARM, PRIVACY, ERASED)
# Kinds that leave no row behind: it would keep an address that nothing else is known of.
FLEETING = (PRIVACY,)
# Where a letter names the message that it is about; without one it is about the submission.
MESSAGE = "message"

WAITING = "waiting"
# Waits until its submission has left the quarantine.
HELD = "held"
DONE = "done"
DEAD = "dead"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter that is to be written.

    With a `pause` it is left out when another of its kind for the same target is still waiting
    or was written less than the pause ago.
    """

    kind: str
    target: str
    pause: timedelta = timedelta()
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The target without what makes two spellings of it differ.

        For an acknowledgement that is the mailbox: `Ana+shop@…` and `ana@…` are one customer.
        """
        if self.kind not in MAILS:
            return self.target
        local, _, domain = self.target.lower().rpartition("@")
        if self.kind == ACKNOWLEDGEMENT:
            local = local.partition("+")[0]
        return f"{local}@{domain}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the outbox; `attempts` counts the present one too."""

    id: str
    kind: str
    target: str
    submission_id: str | None
    content: Mapping[str, Any]
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime
    error: str

    @property
    def message_id(self) -> str:
        """The message that it is about, if it is about one."""
        return str(self.content.get(MESSAGE, ""))


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters taken to be sent at once, under one lease; nearly always it is one alone.

    Only notifications that have waited long are joined, all for one target, so that nobody finds
    hundreds of mails when a mail server is back. They are in the order in which they were written.
    """

    lease: str
    letters: tuple[Letter, ...]

    @property
    def first(self) -> Letter:
        """The oldest of them."""
        return self.letters[0]
