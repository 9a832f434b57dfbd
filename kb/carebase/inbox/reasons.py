"""Why something waits in quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

TRAP, QUICK, LINKS, REPEATED = "trap", "quick", "links", "repeated"

# As stored, and as the people who answer read it.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        TRAP: "a field that people do not see was filled in",
        QUICK: "it was filled in within 3 seconds",
        LINKS: "it holds more links than the form allows",
        REPEATED: "the same text came many times within an hour",
    }
)


def describe(reasons: Iterable[str]) -> str:
    """Give reasons as people read them."""
    return "; ".join(REASONS.get(reason, reason) for reason in reasons)
