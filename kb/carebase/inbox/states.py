"""The states of a submission, and which one may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from carebase.errors import UsageError, nearest

RECEIVED = "received"
QUARANTINED = "quarantined"
TAKEN_BACK = "taken-back"

# As stored, and as people read it.
STATES: Mapping[str, str] = MappingProxyType(
    {
        RECEIVED: "received",
        "working": "being worked on",
        "answered": "answered",
        "done": "done",
        TAKEN_BACK: "taken back by the customer",
        QUARANTINED: "in quarantine",
    }
)
# States in which a customer still waits.
OPEN = (RECEIVED, "working")
ANSWERED = "answered"


class InboxError(UsageError):
    """Something that cannot be done with a submission as it is."""


def read_state(text: str, also: tuple[str, ...] = ()) -> str:
    """Read a state as people write it: `working`, `being worked on`, `In quarantine`.

    `also` are words that the caller understands besides.
    """
    wanted = " ".join(text.lower().split())
    for state, words in STATES.items():
        if wanted in (state, words):
            return state
    known = (*STATES, *also)
    match = nearest(wanted, known)
    way_out = f"Did you mean `{match}`?" if match else f"States: {', '.join(known)}."
    raise InboxError(f"There is no state `{text}`. {way_out}")


def check_change(ref: str, current: str, to: str) -> None:
    """Refuse to lead a submission out of quarantine unless it is restored on purpose."""
    if current == QUARANTINED and to != QUARANTINED:
        raise InboxError(f"{ref} is in quarantine. Take it out first: carebase inbox restore {ref}")


def check_answer(ref: str, current: str) -> None:
    """Refuse to answer what a person has not looked at, or what there is nothing left of."""
    check_change(ref, current, ANSWERED)
    if current not in STATES:
        raise InboxError(f"{ref} is {current} and cannot be answered any more.")


def check_restore(ref: str, current: str, held: int = 0) -> None:
    """Refuse to restore what is not in quarantine and has no message there (`held`)."""
    if current != QUARANTINED and not held:
        raise InboxError(f"{ref} is not in quarantine; it is {STATES.get(current, current)}.")
