"""The daily digest: what came in, what is open and what is late, for those whom forms notify."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from carebase.forms.asked import Asked
from carebase.forms.form import Form
from carebase.inbox.entry import Entry
from carebase.inbox.states import OPEN
from carebase.outbox.addresses import to_wire
from carebase.outbox.clock import ClockJob
from carebase.outbox.worker import utc_now
from carebase.store import Store
from carebase.store.letters import DEAD, DIGEST, NewLetter

# How long after its time a digest is still written, by an endpoint that was started late.
_LATEST = timedelta(hours=3)
# So many of each are named one by one.
_MOST_NAMED = 20


class DigestJob(ClockJob):
    """Writes the letters of the digest once a day."""

    name = "digest"

    def __init__(
        self,
        store: Store,
        at: time,
        forms: Callable[[], Iterable[Form]],
        zone: Callable[[], ZoneInfo],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._store = store
        self._at = at
        self._forms = forms
        self._zone = zone
        self._now = now
        self._done: date | None = None

    def step(self) -> int:
        """Write the digest if its time has come; give the number of letters written."""
        zone = self._zone()
        now = self._now().astimezone(zone)
        due = datetime.combine(now.date(), self._at, zone)
        if self._done == due.date() or not due <= now < due + _LATEST:
            return 0
        letters = write_digests(self._store, self._forms(), due, now)
        written = self._store.put_letters(letters, now).result() if letters else 0
        self._done = due.date()
        return written


def write_digests(
    store: Store, forms: Iterable[Form], due: datetime, now: datetime
) -> list[NewLetter]:
    """Write one digest for each address that a form notifies, where there is something to tell.

    `due` is the moment for which it is written, in the zone of the people who answer.
    """
    wanted: dict[str, list[Form]] = {}
    for form in forms:
        for address in dict.fromkeys(map(to_wire, form.notify.mail)):
            if address:
                wanted.setdefault(address, []).append(form)
    told: dict[tuple[str, str], Asked] = {}
    counts = store.count_letters()
    unsent = sum(number for (_, state), number in counts.items() if state == DEAD)
    letters = []
    for address, theirs in wanted.items():
        content = {**_digest(store, theirs, due, told), "unsent": unsent}
        if any(content[name] for name in ("received", "open", "quarantined", "unsent")):
            # One that was written since `due` is that of today.
            pause = now - due + timedelta(seconds=1)
            letters.append(NewLetter(DIGEST, address, pause, content))
    return letters


def _digest(
    store: Store, forms: list[Form], due: datetime, told: dict[tuple[str, str], Asked]
) -> Mapping[str, Any]:
    titles = {form.id: form.title for form in forms}
    # In UTC, or the day on which clocks change would be counted with an hour too many or few.
    until = due.astimezone(UTC)
    received = store.count_received(titles, until - timedelta(days=1), until)
    found = store.find_in_states(titles, OPEN)
    reasons = store.count_quarantine(titles)
    entries = []
    for one in found:
        version = (one.form, one.form_version)
        if version not in told:
            stored = store.find_form(*version)
            told[version] = Asked(stored.definition) if stored else Asked()
        moment = one.received_at.astimezone(due.tzinfo)
        entries.append(Entry(one, told[version], moment, due.date()))
    today = [entry for entry in entries if entry.due == due.date()]
    late = sorted(
        (entry for entry in entries if entry.late), key=lambda entry: entry.due or date.max
    )
    return {
        "day": due.date().isoformat(),
        "received": sum(received.values()),
        "open": len(entries),
        "due": len(today),
        "late": len(late),
        "quarantined": reasons.submissions + reasons.messages,
        "reasons": dict(reasons.by_reason),
        "forms": [
            {
                "title": title,
                "received": received.get(name, 0),
                "open": sum(1 for entry in entries if entry.submission.form == name),
            }
            for name, title in titles.items()
        ],
        "due_today": _named(today, titles),
        "most_late": _named(late, titles),
    }


def _named(entries: list[Entry], titles: Mapping[str, str]) -> list[Mapping[str, str]]:
    return [
        {
            "ref": entry.submission.ref,
            "title": titles[entry.submission.form],
            "due": entry.due.isoformat() if entry.due else "",
        }
        for entry in entries[:_MOST_NAMED]
    ]
