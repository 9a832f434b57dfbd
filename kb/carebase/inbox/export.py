"""Submissions as CSV for spreadsheets and as JSON for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from carebase.inbox.entry import Entry
from carebase.inbox.message import IN, Message

if TYPE_CHECKING:
    from carebase.store.files import StoredFile

_COLUMNS = (
    "ref",
    "form",
    "form_version",
    "state",
    "received_at",
    "due",
    "language",
    "page",
)
# Spreadsheets take a cell that begins so for a formula (OWASP, "CSV Injection"), some of them
# after white space too, and the full-width signs alike.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


# Gives the files of a submission by its id.
Files = Callable[[str], Sequence["StoredFile"]]
# Gives the messages of a submission by its id, the oldest first.
Messages = Callable[[str], Sequence[Message]]


def as_csv(
    entries: Iterable[Entry], names: Iterable[str], messages: Messages = lambda _: ()
) -> Iterator[str]:
    """Give the lines of a CSV file (RFC 4180); `names` are the answers that get a column each.

    The last column holds all messages, one below the other.
    Every cell stands in quotes, and a text that a spreadsheet could take for a formula gets an
    apostrophe before it.
    """
    answers = list(names)
    yield _csv_line([*_COLUMNS, *(f"answers.{name}" for name in answers), "messages"])
    for entry in entries:
        about = entry.as_dict()
        values = entry.submission.values
        cells = [about[column] for column in _COLUMNS]
        said = "\n\n".join(_told(message) for message in messages(entry.submission.id))
        yield _csv_line([*cells, *(values.get(name) for name in answers), said])


def as_json(
    entries: Iterable[Entry], messages: Messages = lambda _: (), files: Files = lambda _: ()
) -> Iterator[str]:
    """Give the lines of a JSON list with one object for each submission."""
    before = "["
    for entry in entries:
        about = entry.as_dict() | {
            "answers": dict(entry.submission.values),
            "files": [one.as_dict() for one in files(entry.submission.id)],
            "messages": [message.as_dict() for message in messages(entry.submission.id)],
        }
        yield f"{before}\n{json.dumps(about, ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _told(message: Message) -> str:
    about = message.as_dict()
    who = "customer" if message.direction == IN else "answer"
    return f"{about['at']} {who}: {message.text}"


def _csv_line(cells: Iterable[Any]) -> str:
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([_cell(cell) for cell in cells])
    return written.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case list():
            return safe_cell(", ".join(_cell(one) for one in value))
    return safe_cell(str(value))


def safe_cell(text: str) -> str:
    """Give a text so that no spreadsheet takes it for a formula."""
    risky = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if risky else text
