"""Why something waits in quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

TRAP, QUICK, LINKS, REPEATED = "trap", "quick", "links", "repeated"
# Of the proof of work that comes with a form.
PROOF_MISSING, PROOF_EXPIRED, PROOF_REUSED = "proof-missing", "proof-expired", "proof-reused"
PROOF_ELSEWHERE, PROOF_FORGED = "proof-elsewhere", "proof-forged"

# As stored, and as the people who answer read it.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        TRAP: "a field that people do not see was filled in",
        QUICK: "it was filled in within 3 seconds",
        LINKS: "it holds more links than the form allows",
        REPEATED: "the same text came many times within an hour",
        PROOF_MISSING: "no proof of work came with it, as from a browser without JavaScript",
        PROOF_EXPIRED: "its proof of work was too old",
        PROOF_REUSED: "its proof of work had already been used",
        PROOF_ELSEWHERE: "its proof of work was for another form",
        PROOF_FORGED: "its proof of work was made up",
    }
)


def describe(reasons: Iterable[str]) -> str:
    """Give reasons as people read them."""
    return "; ".join(REASONS.get(reason, reason) for reason in reasons)
