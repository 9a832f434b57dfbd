"""The key in a mail's link: whose data it opens, and until when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from carebase.endpoint.secret import Secret
from carebase.outbox.privacy import GOOD_FOR

_KIND = "privacy"
# One that is good for longer was made by a clock that was ahead and has been set right since.
_FARTHEST = 2 * GOOD_FOR


@dataclass(frozen=True, slots=True)
class Key:
    """Opens what is held about the owner of a mail address until a moment.

    It is sealed with the endpoint's secret: an address in a log or a history names nobody, and
    nothing of it is stored.
    """

    address: str
    until: datetime

    def seal(self, secret: Secret) -> str:
        """Give it as a part of an address."""
        said = json.dumps([self.address, int(self.until.timestamp())], separators=(",", ":"))
        return secret.seal(_KIND, said.encode())

    @staticmethod
    def unseal(secret: Secret, sealed: str, now: datetime) -> Key | None:
        """Read it again; nothing for one that was never made here, or is over."""
        said = secret.unseal(_KIND, sealed)
        if said is None:
            return None
        address, until = json.loads(said)
        key = Key(address, datetime.fromtimestamp(until, UTC))
        return key if now < key.until <= now + _FARTHEST else None
