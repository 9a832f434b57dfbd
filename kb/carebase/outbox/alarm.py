"""The alarm by mail: to all whom forms notify, once a day at most, until it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from carebase.forms.form import Form
from carebase.inbox.alarm import Limits, find_alarms
from carebase.outbox.addresses import to_wire
from carebase.outbox.clock import ClockJob, log
from carebase.outbox.worker import utc_now
from carebase.store import Store
from carebase.store.letters import ALARM, NewLetter

PAUSE = timedelta(days=1)


class AlarmJob(ClockJob):
    """Looks every ten minutes whether something is wrong with what comes in."""

    name = "alarm"
    every = 600.0

    def __init__(
        self,
        store: Store,
        limits: Limits,
        forms: Callable[[], Iterable[Form]],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._store = store
        self._limits = limits
        self._forms = forms
        self._now = now

    def step(self) -> int:
        """Write the letters of an alarm; give the number of those that no pause held back."""
        now = self._now()
        alarms = list(find_alarms(self._store.measure_traffic(now), self._limits, now))
        if not alarms:
            return 0
        content = {"alarms": [alarm.as_dict() for alarm in alarms]}
        addresses = dict.fromkeys(
            to_wire(address) for form in self._forms() for address in form.notify.mail
        )
        letters = [NewLetter(ALARM, one, PAUSE, content) for one in addresses if one]
        written = self._store.put_letters(letters, now).result() if letters else 0
        if written:
            log.warning("Alarm: %s", " ".join(alarm.text for alarm in alarms))
        return written
