"""An import: a file read, judged and gathered, then written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from carebase.catalog.catalog import Catalog
from carebase.store.unit_import import CODED, FORGETS, Counts, Staging
from carebase.store.units import KIND_CODES, pack, pack_data, pack_span
from carebase.units.mapping import (
    EVENT_COLUMNS,
    UNIT_COLUMNS,
    ColumnMapping,
    find_columns,
    require,
)
from carebase.units.rows import EventRow, Faults, UnitRow, event_judge, unit_judge
from carebase.units.table import Table

# Rows that are handed to the database at once.
_AT_ONCE = 20_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that cannot be imported, and why; `cells` are as they stand in the file."""

    line: int
    reason: str
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class Import:
    """The import of one file. `lines` counts those read, `rejected` those refused so far."""

    table: Table
    staging: Staging
    judge: Callable[[list[str]], UnitRow | EventRow | Faults]
    unused: list[str]
    events: bool
    lines: int = 0
    rejected: int = 0

    def gather(self, progress: Progress) -> Iterator[Rejected]:
        """Read, judge and gather every line; give those that are refused, repeated ones last.

        `progress` is told how many lines, and bytes of the file, have been read.
        """
        pack = self._pack_event if self.events else self._pack_unit
        rows: list[tuple[Any, ...]] = []
        width = len(self.table.header)
        for line, cells, fault in self.table.rows():
            self.lines += 1
            judged = Faults([fault]) if fault else self.judge(cells)
            if isinstance(judged, Faults):
                self.rejected += 1
                yield Rejected(line, str(judged), tuple(cells[: None if fault else width]))
            else:
                rows.append((line, *pack(judged)))
                if len(rows) == _AT_ONCE:
                    self.staging.add(rows)
                    rows.clear()
                    progress(self.lines, self.table.read_bytes)
        self.staging.add(rows)
        progress(self.lines, self.table.read_bytes)

    def settle(self) -> Iterator[Rejected]:
        """Sort what was gathered, and give the lines that do not go together with others."""
        self.staging.sort()
        left_out: list[int] = []
        for rejected in self._odd_lines():
            self.rejected += 1
            left_out.append(rejected.line)
            yield rejected
        self.staging.drop(left_out)

    def count(self) -> Counts:
        """Count what `write` would do."""
        return self.staging.count()

    def write(self) -> Counts:
        """Write everything that was not refused, in one transaction."""
        return self.staging.apply()

    def _odd_lines(self) -> Iterator[Rejected]:
        if not self.events:
            for line, first, serial in self.staging.repeated():
                yield Rejected(
                    line,
                    f"The unit `{serial}` stands in line {first:,} already."
                    " Keep one of the two lines.",
                )
            return
        for line, serial, fitting in self.staging.homeless():
            if fitting > 1:
                said = f"Several models have a unit `{serial}`. Name the model in the line."
            elif fitting:
                said = f"The unit `{serial}` is of another model. Correct or leave out the model."
            else:
                said = f"No unit `{serial}` is known. Import the unit first."
            yield Rejected(line, said)

    def _pack_unit(self, row: Any) -> tuple[Any, ...]:
        marks = sum(FORGETS[name] for name in row.cleared) if row.cleared else 0
        return (
            row.serial,
            self.staging.number_of(row.product, row.model),
            int(row.stated),
            row.policy,
            row.made and pack(row.made),
            row.shipped and pack(row.shipped),
            row.purchased and pack(row.purchased),
            row.delivered and pack(row.delivered),
            row.country,
            marks | CODED if row.coded else marks,
        )

    def _pack_event(self, row: Any) -> tuple[Any, ...]:
        event = row.event
        return (
            row.serial,
            self.staging.number_of(row.product, row.model),
            KIND_CODES[event.kind],
            pack_span(event.on),
            int(row.stated),
            pack_data(event),
            event.value if event.kind == "usage" else None,
            row.product,
        )


def open_import(
    table: Table,
    staging: Staging,
    catalog: Catalog,
    mapping: ColumnMapping,
    latest: date,
    *,
    events: bool = False,
) -> Import:
    """Match the columns of a file; `UsageError` says which is missing."""
    wanted = EVENT_COLUMNS if events else UNIT_COLUMNS
    header = table.header
    places = find_columns(header, mapping, wanted)
    require(places, mapping, header, "serial")
    if events:
        require(places, mapping, header, "kind")
        require(places, mapping, header, "on")
    elif len(catalog.products) != 1:
        require(places, mapping, header, "model", "product")
    used = set(places.values())
    unused = [name.strip() for place, name in enumerate(header) if place not in used]
    width = len(header)
    judge: Callable[[list[str]], UnitRow | EventRow | Faults]
    if events:
        judge = event_judge(catalog, mapping, places, width)
    else:
        judge = unit_judge(catalog, mapping, places, width, latest)
    return Import(table, staging, judge, [name for name in unused if name], events)
