"""Which recalls and free repair programmes concern a unit (R13 of the contract)."""

from collections.abc import Iterator, Sequence
from datetime import date

from carebase.warranty.dates import Span
from carebase.warranty.events import History
from carebase.warranty.notices import Notice, normalise
from carebase.warranty.verdict import Row, Status, days_left

MODEL = "model"
SERIAL = "serial number"
MADE = "date of manufacture"


def list_programmes(
    notices: Sequence[Notice], history: History, serial: str | None, model: str | None
) -> list[tuple[Row, list[str]]]:
    """Give a row, and what is missing, for each notice that concerns the unit, by id."""
    made = history.first("made")
    span = made[1].on if made else None
    found = []
    for notice in sorted(notices, key=lambda notice: notice.id):
        if notice.from_ and history.as_of < notice.from_:
            continue
        missing = list(_match(notice, serial, model, span))
        if None not in missing:
            texts = [text for text in missing if text]
            row = _make_row(notice, history.as_of, texts)
            found.append((row, texts if row.status == "depends" else []))
    return found


def _match(
    notice: Notice, serial: str | None, model: str | None, made: Span | None
) -> Iterator[str | None]:
    """Give for each thing asked for "" when it matches, its name when unknown, else None."""
    if notice.models is not None:
        yield MODEL if not model else _tell(_is_model(model, notice))
    if notice.serials is not None:
        yield SERIAL if not serial else _tell(_is_serial(serial, notice))
    if notice.made is not None:
        yield MADE if made is None else _tell(_is_made(made, notice.made.from_, notice.made.to))


def _tell(matches: bool) -> str | None:
    return "" if matches else None


def _is_model(model: str, notice: Notice) -> bool:
    return normalise(model) in [normalise(name) for name in notice.models or ()]


def _is_serial(serial: str, notice: Notice) -> bool:
    number = normalise(serial)
    ends = ((normalise(each.from_), normalise(each.to)) for each in notice.serials or ())
    return any(len(number) == len(first) and first <= number <= last for first, last in ends)


def _is_made(made: Span, first: date | None, last: date | None) -> bool:
    return (first is None or first <= made.last) and (last is None or made.first <= last)


def _make_row(notice: Notice, as_of: date, missing: list[str]) -> Row:
    status: Status = "depends" if missing else "covered"
    trace = [f"R13 {notice.programme} {notice.from_ or as_of}"]
    if notice.until and as_of > notice.until:
        status = "expired"
        trace.append(f"R13 until {notice.until}")
    elif missing:
        trace += [f"R13 no {text} {as_of}" for text in missing]
    return Row(
        id=notice.id,
        kind="programme",
        programme=notice.programme,
        status=status,
        until=notice.until,
        days_left=days_left(status, notice.until, as_of),
        source=notice.source,
        note=notice.note,
        trace=tuple(trace),
    )
