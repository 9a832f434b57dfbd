"""Events: what became of a submission, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from carebase.store.ids import new_id
from carebase.store.statements import Statement, insert_into, to_json
from carebase.store.tables import events

_ADD = Statement(lambda dialect: insert_into(events, dialect))


def add_event(
    connection: Connection, submission_id: str, kind: str, at: str, data: Mapping[str, Any]
) -> None:
    """Write an event of a submission; `at` as `times.iso` gives it."""
    _ADD.run(
        connection,
        id=new_id(),
        submission_id=submission_id,
        kind=kind,
        at=at,
        data=to_json(dict(data)),
    )
