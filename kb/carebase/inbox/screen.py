"""Text for a terminal: what customers wrote cannot move its cursor, colour it or hide a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from carebase.counting import counted
from carebase.inbox.entry import Entry, Moment
from carebase.inbox.message import Message

if TYPE_CHECKING:
    from carebase.store.files import StoredFile

# Control characters (ECMA-48) and those that turn the direction of writing (UAX #9).
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TIME = "%Y-%m-%d %H:%M"
# In characters: less of a title says nothing.
_LEAST_TITLE = 12


def clean(text: str) -> str:
    """Show what cannot be shown safely as `�`; line breaks and tabs stay."""
    return _UNSAFE.sub("�", text)


def one_line(text: str) -> str:
    """Give a text on one line."""
    return " ".join(clean(text).split())


def table(entries: Sequence[Entry], width: int) -> Iterator[str]:
    """Give the lines of a table that is `width` characters wide; only the title is cut.

    Where there is no room for the columns side by side, each submission has lines of its own.
    """
    rows = [("Reference", "Received", "Due", "State", "Form")]
    for entry in entries:
        due = entry.due
        rows.append(
            (
                entry.submission.ref,
                f"{entry.received:{_TIME}}",
                (due.isoformat() if due else "") + (" late" if entry.late else ""),
                one_line(entry.state_text),
                one_line(entry.asked.title or entry.submission.form),
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    room = width - sum(widths) - 8
    if room < _LEAST_TITLE:
        yield from _stacked(rows[1:])
        return
    for *cells, last in rows:
        start = "  ".join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True))
        yield f"{start}  {last if len(last) <= room else last[: room - 1] + '…'}"


def _stacked(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for ref, received, due, state, title in rows:
        yield f"{ref}  {received}"
        yield f"    {state}{f', due {due}' if due else ''}"
        yield f"    {title}"


def line(entry: Entry) -> str:
    """Give the line of one submission for other programs: fields with a tab between them."""
    about = entry.as_dict()
    fields = (about["ref"], about["received_at"], about["due"], about["state"], about["form"])
    return "\t".join(one_line(field or "-") for field in fields)


def card(
    entry: Entry,
    history: Sequence[Moment],
    messages: Sequence[Message] = (),
    files: Sequence[StoredFile] = (),
) -> Iterator[str]:
    """Give the lines of one submission with all that was answered and all that happened."""
    submission, due = entry.submission, entry.due
    state = entry.state_text
    if due:
        state += f", due {due}{' (late)' if entry.late else ''}"
    yield f"{submission.ref}  {one_line(entry.asked.title or submission.form)}"
    yield state
    yield ""
    yield f"Received  {entry.received:{_TIME}}"
    yield f"Form      {submission.form}, version {submission.form_version}"
    if submission.language:
        yield f"Language  {one_line(submission.language)}"
    if submission.page:
        yield f"Page      {one_line(submission.page)}"
    if not entry.asked.definition:
        yield "This version of the form is not in the database: fields have their stored names."
    yield ""
    for answer in entry.asked.answers(submission.values):
        yield one_line(answer.label)
        for part in clean(answer.text).splitlines() or [""]:
            yield f"    {part}"
    if files:
        yield from ("", f"Files (`carebase inbox files {submission.ref}` saves them)")
    for one in files:
        yield f"    {one_line(one.name)}  {one.type}, {counted(one.size, 'byte')}"
    zone = entry.received.tzinfo
    if messages:
        yield from ("", "Messages")
    for message in messages:
        yield f"    {message.at.astimezone(zone):{_TIME}}  {one_line(message.heading)}"
        for part in clean(message.text).splitlines():
            yield f"        {part}".rstrip()
    if history:
        yield from ("", "History")
    for moment in history:
        yield f"    {moment.at.astimezone(zone):{_TIME}}  {one_line(moment.text)}"
