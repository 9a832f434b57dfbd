"""Units as rows: finding one by its serial number, and adding to what happened to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from carebase.inbox.states import QUARANTINED
from carebase.store.database import take_turns
from carebase.store.statements import Statement
from carebase.store.tables import submissions, unit_events, unit_models, units
from carebase.warranty.dates import Span, read_span
from carebase.warranty.events import KINDS, Event, Kind
from carebase.warranty.unit import OWN_DAYS, Recorded, Unit

# The kind of a row that takes back another event of the unit; `value` is the number of that.
RETRACTED = 0
# Under this name processes take turns to give a new model its number.
MODELS = "carebase unit models"
KIND_CODES: Mapping[str, int] = {kind: code for code, kind in enumerate(KINDS, start=1)}


@lru_cache(maxsize=1 << 16)
def pack(day: str) -> int:
    """Give an ISO date as a number that sorts: 2024-10-05 as 20241005, 2024-10 as 20241000."""
    return int(day.replace("-", "").ljust(8, "0"))


def unpack(number: int) -> str:
    """Give the ISO date, full or partial, that `pack` made a number of."""
    year, month, day = number // 10000, number // 100 % 100, number % 100
    return f"{year}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def pack_data(event: Event) -> str | None:
    """Give the keys of an event beside its kind, day and value, as they are stored."""
    texts = {name: getattr(event, name) for name in ("component", "coverage", "reason", "unit")}
    data = {name: value for name, value in texts.items() if value} | (
        {"used": True} if event.used else {}
    )
    if not data:
        return None
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_event(row: Any) -> Event:
    """Give the event that a row holds."""
    data = json.loads(row.data) if row.data else {}
    kind: Kind = KINDS[row.kind - 1]
    return Event(kind, read_span(unpack(row.on_day)), value=row.value or 0.0, **data)


_UNITS = Statement(
    lambda _: (
        select(units, unit_models.c.model)
        .join(unit_models, unit_models.c.id == units.c.model_id)
        .where(units.c.serial == bindparam("serial"), unit_models.c.product == bindparam("product"))
    )
)
_EVENTS = Statement(
    lambda _: (
        select(unit_events, unit_models.c.model)
        .join(unit_models, unit_models.c.id == unit_events.c.model_id)
        .outerjoin(submissions, submissions.c.id == unit_events.c.submission_id)
        .where(
            unit_events.c.serial == bindparam("serial"),
            unit_models.c.product == bindparam("product"),
            # A registration that looks like spam counts only once a person has restored it.
            or_(submissions.c.state.is_(None), submissions.c.state != QUARANTINED),
        )
        .order_by(unit_events.c.model_id, unit_events.c.number)
    )
)


def find(connection: Connection, product: str, serial: str, model: str = "") -> Unit | None:
    """Find the unit of a product by its serial number as it is stored.

    Known or not, the same is asked of the database. Where several models have the number, `model`
    tells which is meant; without it none is. What a customer registered without saying the model
    counts for the unit of whichever model has the number.
    """
    rows = _UNITS.run(connection, serial=serial, product=product).all()
    recorded = _EVENTS.run(connection, serial=serial, product=product).all()
    chosen = _choose(rows, model)
    if chosen is None:
        return None
    mine = [row for row in recorded if row.model in ("", chosen.model)]
    return Unit(
        product=product,
        model=chosen.model,
        serial=serial,
        policy=chosen.policy,
        country=chosen.country,
        days=tuple(_days_of(chosen)),
        recorded=tuple(read_recorded(mine)),
        stated=bool(chosen.stated),
    )


def _choose(rows: Sequence[Row[Any]], model: str) -> Row[Any] | None:
    named = [row for row in rows if row.model]
    fitting = [row for row in named if row.model == model]
    if fitting:
        return fitting[0]
    if len(named) == 1:
        return named[0]
    # Of several models nothing tells which is meant, so only what fits each of them is known.
    return next((row for row in rows if not row.model), None)


def _days_of(row: Any) -> Iterable[Event]:
    for kind in OWN_DAYS:
        number = getattr(row, kind)
        if number is not None:
            yield Event(kind, read_span(unpack(number)))


def read_recorded(rows: Iterable[Any]) -> Iterable[Recorded]:
    """Give the events that rows of one unit hold, without those that were taken back."""
    found = list(rows)
    retracted = {(row.model_id, int(row.value)) for row in found if row.kind == RETRACTED}
    for place, row in enumerate(found):
        if row.kind != RETRACTED and (row.model_id, row.number) not in retracted:
            # Rows of two models, one of them unknown, are of one unit here.
            yield Recorded(place, read_event(row), bool(row.stated))


def add_events(
    connection: Connection,
    serial: str,
    model_id: int,
    events: Sequence[Event],
    *,
    stated: bool = False,
    submission_id: str | None = None,
) -> None:
    """Add events to a unit that has a row; all or, where another process was faster, none."""
    connection.execute(
        unit_events.insert(),
        [
            {
                "serial": serial,
                "model_id": model_id,
                "number": number,
                "kind": KIND_CODES[event.kind],
                "on_day": pack_span(event.on),
                "stated": int(stated),
                "data": pack_data(event),
                "value": event.value if event.kind == "usage" else None,
                "submission_id": submission_id,
            }
            for number, event in enumerate(
                events, start=last_number(connection, serial, model_id) + 1
            )
        ],
    )


def last_number(connection: Connection, serial: str, model_id: int) -> int:
    """Give the number of the newest event of a unit, 0 when there is none."""
    last = connection.execute(
        select(func.max(unit_events.c.number)).where(
            unit_events.c.serial == serial, unit_events.c.model_id == model_id
        )
    ).scalar()
    return int(last or 0)


def pack_span(span: Span) -> int:
    """Give a day, month or year as a number, as `pack` does."""
    first = span.first
    if span.is_full:
        return pack(first.isoformat())
    return pack(f"{first.year}" if first.month != span.last.month else f"{first:%Y-%m}")


def read_models(connection: Connection) -> dict[tuple[str, str], int]:
    """Give the number of each product and model that has one."""
    rows = connection.execute(select(unit_models))
    return {(row.product, row.model): row.id for row in rows}


def number_of(connection: Connection, product: str, model: str) -> int:
    """Give the number of a model, a new one where it has none."""
    known = read_models(connection)
    if (product, model) not in known:
        take_turns(connection, MODELS)
        known = read_models(connection)
    if (product, model) not in known:
        number = max(known.values(), default=0) + 1
        connection.execute(unit_models.insert(), {"id": number, "product": product, "model": model})
        return number
    return known[product, model]
