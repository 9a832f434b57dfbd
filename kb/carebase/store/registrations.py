"""Registrations as events of units, written with the submission that they came in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from carebase.store.tables import events, unit_events, unit_models, units
from carebase.store.units import add_events, number_of
from carebase.warranty.events import Event
from carebase.warranty.unit import Registration


def register(connection: Connection, new: Registration, submission_id: str) -> None:
    """Write the events of a registration; a unit that nobody knows becomes one that is stated.

    A second registration of a unit is written like the first: which one counts is for `coverage`
    to say, and the sender learns nothing of it.
    """
    model_id = _unit_of(connection, new)
    if model_id is None:
        model_id = number_of(connection, new.product, new.model)
        connection.execute(
            units.insert(), {"serial": new.serial, "model_id": model_id, "stated": 1}
        )
    add_events(
        connection,
        new.serial,
        model_id,
        list(_events_of(new)),
        stated=True,
        submission_id=submission_id,
    )


def register_held(connection: Connection, submission_id: str) -> None:
    """Write the registration of a submission that comes out of quarantine, if it is one.

    One that was accepted at first and put there by a person later has its events already.
    """
    written = select(unit_events.c.number).where(unit_events.c.submission_id == submission_id)
    if connection.execute(written).first():
        return
    for data in connection.execute(
        select(events.c.data).where(events.c.submission_id == submission_id)
    ).scalars():
        held: dict[str, Any] | None = data.get("registration")
        if held:
            register(connection, Registration(**held), submission_id)
            return


def _unit_of(connection: Connection, new: Registration) -> int | None:
    """Give the model's number of the unit that is meant, none when there is no such unit."""
    rows = connection.execute(
        select(units.c.model_id, unit_models.c.model)
        .join(unit_models, unit_models.c.id == units.c.model_id)
        .where(units.c.serial == new.serial, unit_models.c.product == new.product)
    ).all()
    fitting = [row for row in rows if row.model == new.model]
    named = [row for row in rows if row.model]
    if fitting:
        return int(fitting[0].model_id)
    return int(named[0].model_id) if len(named) == 1 else None


def _events_of(new: Registration) -> Iterator[Event]:
    yield Event.at("registered", new.on)
    if new.purchased:
        yield Event.at("purchased", new.purchased)
    if new.delivered:
        yield Event.at("delivered", new.delivered)
