"""What the law gives the buyer of a unit, beside the maker's promise (R12 of the contract)."""

from collections.abc import Iterable, Sequence
from datetime import date

from carebase.warranty.course import name_days
from carebase.warranty.dates import Unit, add
from carebase.warranty.events import History
from carebase.warranty.statutes import Statute
from carebase.warranty.verdict import Row, Start, Status, days_left

DISPUTE = "The seller may dispute this."


def list_rights(
    statutes: Sequence[Statute],
    country: str,
    start: Start | None,
    history: History,
    consumer: bool,
) -> list[Row]:
    """Give a row for each statute that holds, by id; where none does, one row that says so."""
    purchased, delivered = history.first("purchased"), history.first("delivered")
    # The day of the contract comes first, and the day that starts the period where none is better.
    known: list[tuple[date, str]] = [
        (pair[0], pair[1].kind) for pair in (purchased, delivered) if pair
    ]
    if start:
        known.append((start.day, "start"))
    contract = known[0][0] if known else None
    begin = (delivered[0], "delivered") if delivered else (known[0] if known else None)
    used = purchased is not None and purchased[1].used

    named = any("GB-SCT" in row.countries for row in statutes)
    place = "GB" if country == "GB-SCT" and not named else country
    rows = [
        _make_row(statute, country, begin, contract, history)
        for statute in statutes
        if place in statute.countries
        and statute.buyer in ("any", "consumer" if consumer else "business")
        and statute.goods in ("any", "used" if used else "new")
        and _holds_on(statute, contract)
    ]
    return sorted(rows, key=lambda row: row.id) or [_make_none(country, history)]


def _holds_on(statute: Statute, contract: date | None) -> bool:
    if contract is None:
        return True
    first, last = statute.contract_from, statute.contract_to
    return (first is None or first <= contract) and (last is None or contract <= last)


def _make_row(
    statute: Statute,
    country: str,
    begin: tuple[date, str] | None,
    contract: date | None,
    history: History,
) -> Row:
    as_of = history.as_of
    status: Status
    until: date | None = None
    trace = [f"R12 {begin[1]} {begin[0]}"] if begin else []
    if statute.months is None and statute.days is None:
        status = "may_have_rights"
        trace.append(f"R12 no fixed period {begin[0] if begin else as_of}")
    elif begin is None or contract is None:
        status = "unknown"
        trace.append(f"R12 unknown {as_of}")
    else:
        until = _find_end(statute, begin[0], contract, history, trace)
        status = "not_started" if as_of < begin[0] else "covered" if as_of <= until else "expired"
    burden = statute.burden_months
    return Row(
        id=statute.id,
        kind="statutory",
        country=country,
        who=statute.who,
        status=status,
        until=until,
        days_left=days_left(status, until, as_of),
        burden_until=add(begin[0], burden, "months") if begin and burden else None,
        source=statute.source,
        note=_note(statute.note, history),
        trace=tuple(trace),
    )


def _find_end(
    statute: Statute, begin: date, contract: date, history: History, trace: list[str]
) -> date:
    """Give the last day of a fixed period, and trace how it came about."""
    unit: Unit = "days" if statute.months is None else "months"
    amount = statute.months or statute.days or 0
    until = add(begin, amount, unit)
    trace.append(f"R12 {name_days(amount, unit)} {until}")
    more = statute.after_repair
    if more is None or not _was_repaired(history, begin, until):
        return until
    if more.contract_from and contract < more.contract_from:
        return until
    until = add(begin, amount + more.months, unit)
    trace.append(f"R12 {name_days(more.months, 'months')} after repair {until}")
    return until


def _was_repaired(history: History, begin: date, until: date) -> bool:
    """Tell whether a repair ended within the period, or ended after it began within it."""
    within = [day for day, _ in history.all("repair_in") if begin <= day <= until]
    ends = [day for day, _ in history.all("repair_out")]
    return any(begin <= day <= until for day in ends) or any(
        day >= first for day in ends for first in within
    )


def _make_none(country: str, history: History) -> Row:
    note = f"No rule is recorded for {country}; the law may still give you rights."
    return Row(
        id=f"none-{country.lower()}",
        kind="statutory",
        country=country,
        who="seller",
        status="may_have_rights",
        note=_note(note, history),
        trace=(f"R12 none {history.as_of}",),
    )


def _note(note: str | None, history: History) -> str | None:
    sentences: Iterable[str | None] = (note, DISPUTE if history.all("void") else None)
    return " ".join(sentence for sentence in sentences if sentence) or None
