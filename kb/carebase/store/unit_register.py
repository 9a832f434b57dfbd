"""The register of units as operators use it: read in full, and added to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from carebase.errors import UsageError
from carebase.store.access import Access
from carebase.store.tables import submissions, unit_events, unit_models, units
from carebase.store.units import (
    RETRACTED,
    add_events,
    last_number,
    pack,
    read_event,
    unpack,
)
from carebase.warranty.events import KINDS, Event
from carebase.warranty.unit import OWN_DAYS

# Rows that are fetched at once, so that an export of any length needs little memory.
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit as it stands in the register, its columns as texts, with the number of its model."""

    columns: dict[str, str]
    model_id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of what happened to a unit. `state`: "" when it counts, else why it does not."""

    number: int
    event: dict[str, Any]
    stated: bool
    state: str = ""


class UnitRegister(Access):
    """The units that were sold, to be read in full and added to."""

    def units(self, product: str | None = None) -> Iterator[dict[str, str]]:
        """Give the columns of each unit, as they are imported, in the order of serial numbers."""
        wanted = _units().order_by(units.c.serial, units.c.model_id)
        if product is not None:
            wanted = wanted.where(unit_models.c.product == product)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(wanted):
                yield _columns_of(row)

    def events(self, product: str | None = None) -> Iterator[dict[str, str]]:
        """Give the columns of each event that counts, in the order of serial numbers."""
        later = unit_events.alias()
        retracted = (
            select(later.c.number)
            .where(
                later.c.serial == unit_events.c.serial,
                later.c.model_id == unit_events.c.model_id,
                later.c.kind == RETRACTED,
                later.c.value == unit_events.c.number,
            )
            .exists()
        )
        wanted = (
            select(unit_events, unit_models.c.product, unit_models.c.model)
            .join(unit_models, unit_models.c.id == unit_events.c.model_id)
            .where(unit_events.c.kind != RETRACTED, ~retracted)
            .order_by(unit_events.c.serial, unit_events.c.model_id, unit_events.c.number)
        )
        if product is not None:
            wanted = wanted.where(unit_models.c.product == product)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(wanted):
                yield {
                    "serial": row.serial,
                    "product": row.product,
                    "model": row.model,
                    **_event_columns(row),
                    "source": "customer" if row.stated else "maker",
                }

    def find(self, keys: Sequence[tuple[str, str]], model: str = "") -> list[Shown]:
        """Find units by serial number; `keys` are products with it as they store it."""
        found = []
        with self._reading() as connection:
            for product, serial in keys:
                for row in connection.execute(
                    _units()
                    .where(units.c.serial == serial, unit_models.c.product == product)
                    .order_by(units.c.model_id)
                ):
                    if not model or row.model == model:
                        found.append(Shown(_columns_of(row), row.model_id))
        return found

    def history(self, unit: Shown) -> list[Entry]:
        """Give everything that was recorded of a unit, also what was taken back."""
        with self._reading() as connection:
            rows = connection.execute(
                select(unit_events, submissions.c.state)
                .outerjoin(submissions, submissions.c.id == unit_events.c.submission_id)
                .where(
                    unit_events.c.serial == unit.columns["serial"],
                    unit_events.c.model_id == unit.model_id,
                )
                .order_by(unit_events.c.number)
            ).all()
        retracted = {int(row.value) for row in rows if row.kind == RETRACTED}
        return [
            Entry(
                row.number,
                {name: value for name, value in _event_columns(row).items() if value},
                bool(row.stated),
                "retracted"
                if row.number in retracted
                else "in quarantine"
                if row.state == "quarantined"
                else "",
            )
            for row in rows
            if row.kind != RETRACTED
        ]

    def add(self, unit: Shown, event: Event) -> int:
        """Add an event to a unit and give its number."""
        with self._writing() as connection:
            add_events(connection, unit.columns["serial"], unit.model_id, [event])
            return last_number(connection, unit.columns["serial"], unit.model_id)

    def retract(self, unit: Shown, number: int, on: date) -> Entry:
        """Take back an event: it stays in the register and counts no longer."""
        entries = {entry.number: entry for entry in self.history(unit)}
        if number not in entries:
            known = ", ".join(map(str, entries)) or "none"
            raise UsageError(
                f"The unit {unit.columns['serial']} has no event {number}. Its events: {known}."
            )
        if entries[number].state == "retracted":
            raise UsageError(f"Event {number} of {unit.columns['serial']} is taken back already.")
        with self._writing() as connection:
            connection.execute(
                unit_events.insert(),
                {
                    "serial": unit.columns["serial"],
                    "model_id": unit.model_id,
                    "number": 1 + last_number(connection, unit.columns["serial"], unit.model_id),
                    "kind": RETRACTED,
                    "on_day": pack(on.isoformat()),
                    "stated": 0,
                    "value": number,
                },
            )
        return entries[number]


def _units() -> Any:
    return select(units, unit_models.c.product, unit_models.c.model).join(
        unit_models, unit_models.c.id == units.c.model_id
    )


def _columns_of(row: Any) -> dict[str, str]:
    days = {kind: getattr(row, kind) for kind in OWN_DAYS}
    return {
        "serial": row.serial,
        "product": row.product,
        "model": row.model,
        "policy": row.policy or "",
        **{kind: unpack(day) if day else "" for kind, day in days.items()},
        "country": row.country or "",
        "source": "customer" if row.stated else "maker",
    }


def _event_columns(row: Any) -> dict[str, str]:
    event = read_event(row)
    return {
        "kind": KINDS[row.kind - 1],
        "on": unpack(row.on_day),
        "component": event.component or "",
        "coverage": event.coverage or "",
        "reason": event.reason or "",
        "used": "yes" if event.used else "",
        "unit": event.unit or "",
        "value": json.dumps(row.value).removesuffix(".0") if row.value is not None else "",
    }
