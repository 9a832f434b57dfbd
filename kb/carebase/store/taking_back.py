"""Taking back: a customer says that nothing more is to be done about a submission."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, update

from carebase.inbox.states import QUARANTINED, TAKEN_BACK
from carebase.store.events import add_event
from carebase.store.letters import HELD, NewLetter
from carebase.store.outbox import put
from carebase.store.submissions import find_by_id
from carebase.store.tables import outbox, submissions
from carebase.store.times import iso


def take_back(
    connection: Connection, submission_id: str, at: datetime, letters: Iterable[NewLetter]
) -> bool:
    """Set the state and tell those who answer; give whether there was anything to take back.

    Whoever does so twice changes nothing. Of one in quarantine nobody has been told, and nobody
    is: what was held back for them goes.
    """
    found = find_by_id(connection, submission_id, lock=True)
    if found is None:
        return False
    if found.state == TAKEN_BACK:
        return True
    connection.execute(
        update(submissions).where(submissions.c.id == found.id).values(state=TAKEN_BACK)
    )
    add_event(connection, found.id, TAKEN_BACK, iso(at), {"from": found.state, "to": TAKEN_BACK})
    if found.state == QUARANTINED:
        connection.execute(
            delete(outbox).where(outbox.c.submission_id == found.id, outbox.c.state == HELD)
        )
    else:
        put(connection, letters, at, found.id)
    return True
