"""Signals as rows: a counter for each day and thing, and never more of them than fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from carebase.signals import OUTCOME, SEARCH, SUGGESTION, Signal
from carebase.signals.tally import Counted
from carebase.store.database import check_exists, open_engine, read_url, told
from carebase.store.migrate import check_version
from carebase.store.rates import Meter, charge
from carebase.store.tables import signals

# How long counters are kept: those of outcomes and suggestions until the same month of the next
# year is over; the words of searches no longer than anybody needs to write the missing page.
KEPT: Mapping[str, timedelta] = {
    SEARCH: timedelta(days=90),
    OUTCOME: timedelta(days=400),
    SUGGESTION: timedelta(days=400),
}
# Different searches a day; what comes beyond them is counted without its words. Outcomes are as
# many as the site has.
MOST_SEARCHES = 1000


def count(
    connection: Connection, signal: Signal, day: date, meters: Sequence[Meter], now: datetime
) -> None:
    """Count a signal on a day, or raise `TooMany` when its sender has sent too many."""
    charge(connection, meters, now)
    if signal.kind == SEARCH and _is_one_too_many(connection, signal, day):
        signal = Signal(SEARCH, "", value=signal.value)
        if _is_one_too_many(connection, signal, day):
            signal = Signal(SEARCH, "")
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"day": day.isoformat(), **_key(signal), "count": 1}
    connection.execute(
        dialect.insert(signals)
        .values(row)
        .on_conflict_do_update(
            index_elements=[column.name for column in signals.primary_key],
            set_={"count": signals.c.count + 1},
        )
    )


def forget(connection: Connection, today: date) -> int:
    """Delete what has been kept long enough; give the number of rows."""
    return sum(
        connection.execute(
            delete(signals).where(
                signals.c.kind == kind, signals.c.day < (today - kept).isoformat()
            )
        ).rowcount
        for kind, kept in KEPT.items()
    )


def read_counts(address: str, since: date) -> list[Counted]:
    """Read what was counted from a day on; `StoreError` says why a database cannot be read."""
    url = read_url(address)
    check_exists(url)
    engine = open_engine(url, writes=False)
    total = func.sum(signals.c.count)
    keys = (signals.c.kind, signals.c.subject, signals.c.part, signals.c.value)
    try:
        with engine.connect() as connection:
            check_version(connection)
            rows = connection.execute(
                select(*keys, total).where(signals.c.day >= since.isoformat()).group_by(*keys)
            )
            return [Counted(*row[:4], int(row[4])) for row in rows]
    except DBAPIError as error:
        raise told(url, error) from None
    finally:
        engine.dispose()


def _key(signal: Signal) -> dict[str, str]:
    return {
        "kind": signal.kind,
        "subject": signal.subject,
        "part": signal.part,
        "value": signal.value,
    }


def _is_one_too_many(connection: Connection, signal: Signal, day: date) -> bool:
    """Tell whether a search would add a row to a day that has as many as it may have."""
    of_day = (signals.c.day == day.isoformat(), signals.c.kind == signal.kind)
    is_there = select(signals.c.count).where(
        *of_day,
        signals.c.subject == signal.subject,
        signals.c.part == signal.part,
        signals.c.value == signal.value,
    )
    if connection.execute(is_there).first() is not None:
        return False
    rows = select(func.count()).select_from(signals).where(*of_day)
    return int(connection.execute(rows).scalar_one()) >= MOST_SEARCHES
