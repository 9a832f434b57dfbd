"""Units and events as CSV that can be imported again, and as JSON for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO

# Rows that are written at once.
_AT_ONCE = 1000


def as_csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> Iterator[str]:
    """Give the lines of a CSV file (RFC 4180), many at a time."""
    written = StringIO()
    write = csv.writer(written)
    write.writerow(columns)
    for number, row in enumerate(rows, start=1):
        write.writerow([row[column] for column in columns])
        if number % _AT_ONCE == 0:
            yield written.getvalue()
            written.seek(0)
            written.truncate()
    yield written.getvalue()


def as_json(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Give the lines of a JSON list with one object for each row, without its empty columns."""
    before = "["
    for row in rows:
        said = {name: value for name, value in row.items() if value}
        yield f"{before}\n{json.dumps(said, ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"
