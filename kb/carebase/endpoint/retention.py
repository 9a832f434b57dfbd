"""The job that keeps the promise of every form: "we keep it for … and then delete it"."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Event, Thread

from carebase.endpoint.service import Service
from carebase.forms.retention import earliest_kept

log = logging.getLogger("carebase.endpoint")

# In seconds: retention is counted in days.
EVERY = 24 * 60 * 60
# What was erased meanwhile is cleared once more, should an earlier clearing have been cut short.
_LATELY = timedelta(days=2)
# Nothing was stored by Carebase before: what says so was stored by a clock that was behind.
_FIRST_YEAR = 2025
# In years: an endpoint that nobody has used for longer has long been switched off.
_LEAP = 10


class RetentionJob:
    """Deletes what has been kept long enough, at the start and then once a day."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="carebase-retention", daemon=True)

    def start(self) -> None:
        """Begin with what is due now."""
        self._thread.start()

    def stop(self) -> None:
        """Stop before the next round."""
        self._stopped.set()
        self._thread.join(1)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                now = self.service.now()
                deleted = self._delete_kept(now)
                if deleted or self.service.store.erased_since(now - _LATELY):
                    self.service.clearing.soon()
                self.service.store.forget_rates(now).result()
                self.service.store.forget_challenges(now).result()
                self.service.store.forget_uploads(now).result()
                self.service.store.sweep_files()
            except Exception:
                # A locked or full disk today must not end the job for good.
                log.exception("What has been kept long enough could not be deleted.")
            self._stopped.wait(EVERY)

    def _delete_kept(self, now: datetime) -> int:
        """Delete what has been kept long enough, unless the clock cannot be right; count it."""
        if last := leapt_from(self.service.store.years(now), now):
            log.error(
                "The clock says %s, and nothing that was stored is of the years after %d:"
                " so that a wrong clock deletes nothing, nothing is deleted. Please set it right.",
                now.date(),
                last,
            )
            return 0
        deleted = delete_due(self.service) + delete_attempts(self.service)
        self.service.store.forget_signals(self.service.private.today(now)).result()
        return deleted


def leapt_from(years: Collection[int], now: datetime) -> int | None:
    """Give the year from which the clock leapt ahead further than it can have gone.

    It is told by the years in which something was sent, those under the wrong clock among them.
    """
    known = sorted({year for year in years if year >= _FIRST_YEAR} | {now.year})
    return next((year for year, after in pairwise(known) if after - year > _LEAP), None)


def delete_due(service: Service) -> int:
    """Delete the submissions whose form's retention is over; count them."""
    now = service.now()
    return sum(
        service.store.delete_older(form, earliest_kept(retention, now)).result()
        for form, retention in retentions(service).items()
    )


def retentions(service: Service) -> Mapping[str, str]:
    """Give how long the answers to each form are kept.

    A form that the site no longer has keeps what its last version promised.
    """
    stored = {one.form: one.definition.get("retention") for one in service.store.read_forms()}
    now = {name: one.form.retention for name, one in service.private.checkers.items()}
    return {form: str(kept) for form, kept in {**stored, **now}.items() if kept}


def delete_attempts(service: Service) -> int:
    """Delete the attempts at graded courses that have been kept long enough; count them."""
    now = service.now()
    return sum(
        service.store.delete_older_attempts(key.id, earliest_kept(key.retention, now)).result()
        for key in service.private.keys.values()
        if key.retention
    )
