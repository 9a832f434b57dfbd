"""Which challenges have been used: each counts once, in whichever process.

Whoever has solved a challenge could send the same proof with any number of posts; nothing in the
proof itself tells (ALTCHA, "Security recommendations", replay attacks). So what identifies a used
challenge is stored with the submission that it came with, until the challenge expires by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete

from carebase.inbox.reasons import PROOF_REUSED
from carebase.store.rates import take_turns
from carebase.store.statements import Statement, insert_into
from carebase.store.tables import challenges
from carebase.store.times import stamp


@dataclass(frozen=True, slots=True)
class Proof:
    """What came with a submission as proof of work.

    `flaw` is the reason for which it does not count, if there is one. Else `challenge` identifies
    the challenge that was solved, which is good until `expires`. `needed` says that nothing is
    stored without a proof that counts.
    """

    flaw: str = ""
    challenge: str = ""
    expires: datetime = datetime.min
    needed: bool = False


class Unproven(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """A proof was needed and does not count; `reason` is one of `carebase.inbox.reasons`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def use(connection: Connection, proof: Proof) -> str:
    """Use up a proof; give the reason for which it does not count, nothing for most.

    The row is written in the transaction of the submission, so both are there or neither: of
    several processes that get the same proof, one stores it and the others find it used. Raises
    `Unproven` when a proof is needed and does not count.
    """
    flaw = proof.flaw or ("" if _insert(connection, proof) else PROOF_REUSED)
    if flaw and proof.needed:
        raise Unproven(flaw)
    return flaw


def forget(connection: Connection, now: datetime) -> int:
    """Delete the challenges that have expired, which no proof can use again; count them."""
    return connection.execute(delete(challenges).where(challenges.c.until <= stamp(now))).rowcount


_INSERT = Statement(
    lambda dialect: insert_into(challenges, dialect, ("id", "until")).on_conflict_do_nothing()
)


def _insert(connection: Connection, proof: Proof) -> bool:
    take_turns(connection)
    written = _INSERT.run(connection, id=proof.challenge, until=stamp(proof.expires))
    return written.rowcount == 1
