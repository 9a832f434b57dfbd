"""Choosing submissions, and opening the database they are in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from carebase.cli.extras import endpoint_part
from carebase.endpoint.settings import database_url
from carebase.errors import UsageError, nearest
from carebase.forms.asked import Asked
from carebase.inbox import STATES, Entry
from carebase.inbox.states import OPEN, read_state

if TYPE_CHECKING:
    from carebase.store.inbox import Inbox
    from carebase.store.submissions import Submission


def open_inbox() -> Inbox:
    """Open the database that the environment names."""
    url = database_url(os.environ)
    with endpoint_part("The inbox needs"):
        from carebase.store.inbox import Inbox
    return Inbox(url)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which submissions are wanted."""

    form: str | None = None
    states: tuple[str, ...] = ()
    due: date | None = None

    def of(self, inbox: Inbox) -> Iterator[Entry]:
        """Give the submissions that are wanted, the newest first."""
        if self.form is not None:
            _check_form(self.form, inbox.forms())
        view = View(inbox)
        for submission in inbox.select(self.form, self.states):
            entry = view.of(submission)
            if self.due is None or (entry.due is not None and entry.due <= self.due):
                yield entry


class View:
    """Puts what was asked beside each submission; days are those of this machine."""

    def __init__(self, inbox: Inbox) -> None:
        self.asked = {key: Asked(one) for key, one in inbox.definitions().items()}
        self.today = datetime.now(UTC).astimezone().date()
        self.unread, self.held = inbox.unread()

    def of(self, submission: Submission) -> Entry:
        """Give a submission as people see it."""
        asked = self.asked.get((submission.form, submission.form_version), Asked())
        return Entry(
            submission,
            asked,
            submission.received_at.astimezone(),
            self.today,
            self.unread.get(submission.id, 0),
            self.held.get(submission.id, 0),
        )


def _read_day(_: click.Context, __: click.Parameter, text: str | None) -> date | None:
    today = datetime.now(UTC).astimezone().date()
    if text is None:
        return None
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"`{text}` is no day. Write `today`, `tomorrow` or a date such as {today}."
        ) from None


def _read_states(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    states: list[str] = []
    for text in texts:
        states += OPEN if text.strip().lower() == "open" else [read_state(text, ("open",))]
    return tuple(states)


def selecting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose submissions."""
    for option in reversed(
        (
            click.option("--form", metavar="ID", help="Only submissions of this form."),
            click.option(
                "--state",
                "states",
                metavar="STATE",
                multiple=True,
                callback=_read_states,
                help=f"Only those in this state: {', '.join(STATES)}; `open` for the first two."
                " May be given several times.",
            ),
            click.option(
                "--due",
                metavar="DAY",
                callback=_read_day,
                help="Only those to be answered by this day (today, tomorrow or YYYY-MM-DD),"
                " late ones included.",
            ),
        )
    ):
        command = option(command)
    return command


def _check_form(form: str, known: list[str]) -> None:
    if form in known:
        return
    match = nearest(form, known)
    if match:
        way_out = f" Did you mean `{match}`?"
    else:
        way_out = f" Forms: {', '.join(known)}." if known else ""
    raise UsageError(f"There is no form `{form}` in this database.{way_out}")
