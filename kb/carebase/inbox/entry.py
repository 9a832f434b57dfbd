"""One submission as the people who answer see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from carebase.catalog.closed_days import closed_days, why_unknown
from carebase.forms.asked import Asked
from carebase.inbox.promise import due_day
from carebase.inbox.reasons import describe
from carebase.inbox.states import OPEN, STATES

if TYPE_CHECKING:
    from carebase.store.submissions import Submission


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a submission; `data` depends on the kind."""

    kind: str
    at: datetime
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """What happened, for people: `being worked on: called back`."""
        state = str(self.data.get("to", self.kind))
        words = STATES.get(state, state)
        if self.kind == "restored":
            words = "restored from quarantine"
        if self.kind == "wrote":
            words = "the customer wrote again"
        if self.kind == "answered":
            words = f"an answer by mail to {self.data.get('mail', '')}"
        if self.kind == "trimmed":
            words = "answers about somebody else were erased at their wish"
        if self.kind == "letter_withheld":
            words = "no acknowledgement by mail"
        note = self.data.get("note") or self.data.get("reason")
        note = note or describe(self.data.get("reasons", ()))
        return f"{words}: {note}" if note else words

    def as_dict(self) -> dict[str, Any]:
        """Give it for programs."""
        return {"at": _iso(self.at), "kind": self.kind, "data": dict(self.data)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission, what its form asked then, and by when it is to be answered.

    `today` is the day where the people are who answer, `received` the moment in their zone.
    `unread` is the number of messages of the customer that nobody has answered, `held` that of
    those which look like spam.
    """

    submission: Submission
    asked: Asked
    received: datetime
    today: date
    unread: int = 0
    held: int = 0

    @property
    def due(self) -> date | None:
        """The day by which an answer was promised, while the customer waits for it."""
        return self.promised if self.submission.state in OPEN else None

    @property
    def promised(self) -> date | None:
        """The day by which an answer was promised, whatever became of it."""
        since = self.submission.waits_since.astimezone(self.received.tzinfo)
        return due_day(self.asked.promise, since, self._closed(since))

    def _closed(self, since: datetime) -> Mapping[date, str]:
        code = self.asked.holidays
        if not code or why_unknown(code):
            return {}
        # The longest promise is a hundred and a few weeks.
        return closed_days(code, since.year, since.year + 3)

    @property
    def late(self) -> bool:
        """Whether that day is over."""
        due = self.due
        return due is not None and due < self.today

    @property
    def state_text(self) -> str:
        """The state as people read it, and whether the customer has written once more."""
        words = STATES.get(self.submission.state, self.submission.state)
        words += ", wrote again" if self.unread else ""
        return words + (", message in quarantine" if self.held else "")

    def as_dict(self) -> dict[str, Any]:
        """Give what a list needs, for programs; times are UTC."""
        due = self.due
        return {
            "ref": self.submission.ref,
            "form": self.submission.form,
            "form_version": self.submission.form_version,
            "title": self.asked.title,
            "state": self.submission.state,
            "received_at": _iso(self.submission.received_at),
            "due": due.isoformat() if due else None,
            "late": self.late,
            "unread": self.unread,
            "messages_in_quarantine": self.held,
            "language": self.submission.language,
            "page": self.submission.page,
        }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
