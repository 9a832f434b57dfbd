"""What customer and house write to each other after the submission itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carebase.inbox.reasons import describe
from carebase.inbox.states import QUARANTINED

# From the customer to us, and from us to the customer.
IN, OUT = "in", "out"
# In characters: ten pages, more than anyone writes by hand.
LONGEST = 20_000

# They carry no meaning in a text, and PostgreSQL refuses U+0000.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `state` is `quarantined` for one that looks like spam, for the `reasons`.

    `target` is the address to which an answer goes, `delivery` what became of the mail: `waiting`,
    `done`, `dead` with its `error`, or nothing when that is no longer known.
    """

    id: str
    submission_id: str
    direction: str
    at: datetime
    text: str
    state: str
    reasons: tuple[str, ...] = ()
    target: str = ""
    delivery: str = ""
    error: str = ""

    @property
    def held(self) -> bool:
        """Whether it waits for a look by a person."""
        return self.state == QUARANTINED

    @property
    def heading(self) -> str:
        """Who wrote to whom and what became of it, for people."""
        if self.direction == IN:
            why = f" (in quarantine: {describe(self.reasons)})" if self.held else ""
            return f"from the customer{why}"
        fate = {
            "waiting": "the mail waits to be sent",
            "done": "the mail was sent",
            "dead": f"the mail could not be sent: {self.error}",
        }.get(self.delivery, "")
        return f"to {self.target}" + (f" ({fate})" if fate else "")

    def as_dict(self) -> Mapping[str, Any]:
        """Give it for programs; the time is UTC."""
        return {
            "direction": self.direction,
            "at": self.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "text": self.text,
            "state": self.state,
            "reasons": list(self.reasons),
            "to": self.target or None,
            "mail": self.delivery or None,
        }


def tidy(text: str) -> str:
    """Give a text with one kind of line end, no control characters and no blank edges."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).strip()
