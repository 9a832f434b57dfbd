"""How often something may happen: GCRA in the database, the same for all processes.

The generic cell rate algorithm (ITU-T I.371, annex A) needs one moment a key: the "theoretical
arrival time", up to which what happened so far is paid for. Nothing is counted in memory, where
each process would count for itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Connection,
    UpdateBase,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
)

from carebase.store.statements import Statement, insert_into
from carebase.store.tables import rates
from carebase.store.times import stamp

# Any number, as long as nothing else in the database locks by the same.
_LOCK = 0x6362_7261_7465
# Clocks of several endpoints may differ by so much, in milliseconds. What is paid for further ahead
# than anyone can pay was counted by a clock that was set back since, and counts no more.
_APART = 300_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, then one more each time `every` has gone by."""

    at_once: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Meter:
    """What is counted under a key until a day ends; `key` names nobody (`Secret.pseudonym`).

    `units` is how many are counted at once, such as megabytes.
    """

    key: str
    rate: Rate
    until: datetime
    units: int = 1


class TooMany(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """A rate is used up; `seconds` tells after how long one more will be taken."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def charge(connection: Connection, meters: Sequence[Meter], now: datetime) -> None:
    """Count one more on each of these meters, or raise `TooMany`.

    What was counted before a refusal goes with the savepoint or transaction that it ends.
    """
    if meters:
        take_turns(connection)
    for meter in meters:
        _charge(connection, meter, now)


def take_turns(connection: Connection) -> None:
    """Let one process at a time write what a flood writes, until its transaction ends.

    A flood changes the same few rows in any order; two processes that held some of them each
    would wait for each other. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})


def forget(connection: Connection, now: datetime) -> int:
    """Delete what was counted on days that are over; give the number of rows."""
    return connection.execute(delete(rates).where(rates.c.until <= stamp(now))).rowcount


def _charge(connection: Connection, meter: Meter, now: datetime) -> None:
    moment, every = stamp(now), meter.rate.every // timedelta(milliseconds=1)
    cost = every * meter.units
    until, leeway = stamp(meter.until), meter.rate.at_once * every - cost
    counted = _COUNT.run(
        connection,
        key=meter.key,
        paid_until=moment + cost,
        until=until,
        stamp=moment,
        every=cost,
        latest=moment + leeway,
        farthest=moment + meter.rate.at_once * every + _APART,
    )
    if not counted.rowcount:
        row = connection.execute(select(rates.c.paid_until).where(rates.c.key == meter.key)).one()
        wait = row.paid_until - moment - leeway
        raise TooMany(math.ceil(min(wait, max(until - moment, 1)) / 1000))


def _count(dialect: str) -> UpdateBase:
    """Count one more, or change nothing where more is paid for already than may be."""
    insert = insert_into(rates, dialect, ("key", "paid_until", "until"))
    stamp = bindparam("stamp", type_=BigInteger)
    later = func.greatest if dialect == "postgresql" else func.max
    was_ahead = rates.c.paid_until > bindparam("farthest", type_=BigInteger)
    paid = case((was_ahead, stamp), else_=later(rates.c.paid_until, stamp))
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "paid_until": paid + bindparam("every", type_=BigInteger),
            "until": insert.excluded.until,
        },
        where=or_(was_ahead, rates.c.paid_until <= bindparam("latest", type_=BigInteger)),
    )


_COUNT = Statement(_count)
