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

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import IntegrityError

from carebase.store.tables import rates

# Another process may make the same row in the meantime, but it does so only once.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, then one more each time `every` has gone by."""

    at_once: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Meter:
    """What is counted under a key until a day ends; `key` names nobody (`Secret.pseudonym`)."""

    key: str
    rate: Rate
    until: datetime


class TooMany(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """A rate is used up; `seconds` tells after how long one more will be taken."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def charge(connection: Connection, meters: Sequence[Meter], now: datetime) -> None:
    """Count one more on each of these meters, or on none and raise `TooMany`."""
    for attempt in range(_TRIES):
        try:
            with connection.begin_nested():
                # Always in one order, so that two processes never wait for each other.
                for meter in sorted(meters, key=lambda one: one.key):
                    _charge(connection, meter, now)
                return
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise


def forget(connection: Connection, now: datetime) -> int:
    """Delete what was counted on days that are over; give the number of rows."""
    return connection.execute(delete(rates).where(rates.c.until <= _stamp(now))).rowcount


def _charge(connection: Connection, meter: Meter, now: datetime) -> None:
    stamp, every = _stamp(now), meter.rate.every // timedelta(milliseconds=1)
    row = connection.execute(
        select(rates.c.paid_until).where(rates.c.key == meter.key).with_for_update()
    ).first()
    paid_until = max(stamp, row.paid_until if row else 0)
    wait = paid_until - stamp - (meter.rate.at_once - 1) * every
    if wait > 0:
        raise TooMany(math.ceil(min(wait, max(_stamp(meter.until) - stamp, 1)) / 1000))
    values = {"paid_until": paid_until + every, "until": _stamp(meter.until)}
    if row is None:
        connection.execute(rates.insert(), {"key": meter.key, **values})
    else:
        connection.execute(update(rates).where(rates.c.key == meter.key).values(values))


def _stamp(moment: datetime) -> int:
    """Give a moment as milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
