"""The verdict on a unit: the maker's promise, the law and the notices, side by side.

A pure function of its arguments; the browser has its twin in ``coverage.js``, and both give
the same bytes.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from carebase.warranty.events import Event, History
from carebase.warranty.notices import Notice
from carebase.warranty.policy import Policy
from carebase.warranty.programmes import list_programmes
from carebase.warranty.promise import find_start, follow
from carebase.warranty.rights import list_rights
from carebase.warranty.statutes import Statute
from carebase.warranty.verdict import Row, Summary, Verdict

PROOF = "proof of purchase"


def coverage(
    policy: Policy,
    events: Sequence[Event],
    country: str | None,
    as_of: date,
    consumer: bool = True,
    statutes: Sequence[Statute] = (),
    notices: Sequence[Notice] = (),
    serial: str | None = None,
    model: str | None = None,
) -> Verdict:
    """Say what covers a unit on a day.

    policy is the version sold with the unit, events are those of the unit in any order, also
    later ones, which do not count. Without a country no statute is looked up. statutes and
    notices are all there are; those that do not concern the unit give no row. The serial number
    and the model serve the notices only.
    """
    history = History(events, as_of, [exclusion.id for exclusion in policy.exclusions])
    start = find_start(policy, history)
    promised = [follow(policy, each, start, history, consumer) for each in policy.coverages]
    rights = list_rights(statutes, country, start, history, consumer) if country else []
    programmes = list_programmes(notices, history, serial or None, model or None)

    missing = [] if start else [PROOF]
    for _, texts in (*promised, *programmes):
        missing += texts
    return Verdict(
        as_of=as_of,
        verdict=_sum_up([row for row, _ in promised], [row for row, _ in programmes]),
        policy=policy.name,
        start=start,
        coverages=(*(row for row, _ in promised), *rights, *(row for row, _ in programmes)),
        missing=tuple(dict.fromkeys(missing)),
    )


def _sum_up(promised: Iterable[Row], programmes: Iterable[Row]) -> Summary:
    """Give one word for the maker's promise, lifted by a programme that covers (R15)."""
    found = {row.status for row in promised}
    lifted = any(row.status == "covered" for row in programmes)
    if found == {"covered"}:
        return "covered"
    if found == {"not_started"}:
        return "partly" if lifted else "not_started"
    if not found & {"covered", "depends", "unknown"}:
        return "partly" if lifted else "not_covered"
    return "unknown" if found == {"unknown"} else "partly"
