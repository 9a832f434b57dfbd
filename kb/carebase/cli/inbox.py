"""`carebase inbox`: the submissions of customers, for the people who answer them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from carebase.cli.groups import Commands
from carebase.cli.signals import signals
from carebase.endpoint.settings import database_url
from carebase.errors import UsageError, nearest
from carebase.forms.asked import Asked
from carebase.inbox import STATES, Entry, export, screen
from carebase.inbox.states import OPEN, read_state

if TYPE_CHECKING:
    from carebase.store.inbox import Change, Inbox
    from carebase.store.submissions import Submission

# As many as a person reads at once; other programs get all.
_SHOWN = 50


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
        view = _View(inbox)
        for submission in inbox.select(self.form, self.states):
            entry = view.of(submission)
            if self.due is None or (entry.due is not None and entry.due <= self.due):
                yield entry


class _View:
    """Puts what was asked beside each submission; days are those of this machine."""

    def __init__(self, inbox: Inbox) -> None:
        self.asked = {key: Asked(one) for key, one in inbox.definitions().items()}
        self.today = datetime.now(UTC).astimezone().date()

    def of(self, submission: Submission) -> Entry:
        asked = self.asked.get((submission.form, submission.form_version), Asked())
        return Entry(submission, asked, submission.received_at.astimezone(), self.today)


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
        states += OPEN if text == "open" else [read_state(text)]
    return tuple(states)


def _selecting(command: Callable[..., Any]) -> Callable[..., Any]:
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


class _InboxCommands(Commands):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0].upper().startswith("CB-"):
            ctx.fail(f"Say what to do with it: carebase inbox show {args[0]}")
        return super().resolve_command(ctx, args)


@click.group("inbox", cls=_InboxCommands, invoke_without_command=True)
@_selecting
@click.option("--all", "everything", is_flag=True, help=f"Show more than the newest {_SHOWN}.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects for programs.")
@click.option("--refs", is_flag=True, help="Print every reference number, one a line.")
@click.pass_context
def command(
    ctx: click.Context,
    form: str | None,
    states: tuple[str, ...],
    due: date | None,
    everything: bool,
    as_json: bool,
    refs: bool,
) -> None:
    """List the submissions of customers, and set what becomes of them.

    Reads the database of CAREBASE_DATABASE_URL (default: sqlite:///carebase.db) and needs no
    running endpoint. The newest comes first: a table on a terminal, elsewhere one line for each,
    with tabs between reference, time in UTC, due day, state and form. The due day follows from the
    promise of the form, such as "within 2 working days". Other times and days are those of this
    machine; TZ=Europe/Vienna chooses another zone.

    --refs ignores what else is chosen: it prints the references of every form and state,
    quarantine included.
    """
    chosen = (form, states, due, everything, as_json, refs)
    if ctx.invoked_subcommand:
        if any(chosen):
            ctx.fail(
                "Write options after the command that they belong to:"
                f" carebase inbox {ctx.invoked_subcommand} …"
            )
        return
    with _open() as inbox:
        if refs:
            for ref in inbox.refs():
                click.echo(ref)
            return
        _list(inbox, Selection(form, states, due), everything, as_json)


command.add_command(signals)


@command.command("show", short_help="Show one submission with all its answers.")
@click.argument("ref", metavar="REF")
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def show(ref: str, as_json: bool) -> None:
    """Show one submission: every answer with its question, the page, and what happened since."""
    with _open() as inbox:
        submission, history = inbox.find(ref)
        entry = _View(inbox).of(submission)
    if not as_json:
        for line in screen.card(entry, history):
            click.echo(line)
        return
    answers = [
        {"id": one.id, "label": one.label, "text": one.text, "value": one.value}
        for one in entry.asked.answers(submission.values)
    ]
    about = entry.as_dict() | {
        "promise": entry.asked.promise,
        "answers": answers,
        "history": [moment.as_dict() for moment in history],
    }
    click.echo(json.dumps(about, ensure_ascii=False, indent=1))


@command.command("set")
@click.argument("ref", metavar="REF")
@click.argument("state", metavar="STATE")
@click.option("--note", default="", help="A sentence for the history; the customer never sees it.")
def set_state(ref: str, state: str, note: str) -> None:
    """Say what became of a submission.

    STATE is one of received, working (being worked on), answered, done, quarantined. The customer
    sees it, in other words, on the page of the submission.
    """
    wanted = read_state(state)
    with _open() as inbox:
        _tell(inbox.change(ref, wanted, note.strip()), note.strip())


@command.command("restore", short_help="Take a submission out of quarantine.")
@click.argument("ref", metavar="REF")
@click.option("--note", default="", help="A sentence for the history; the customer never sees it.")
def restore(ref: str, note: str) -> None:
    """Take a submission out of quarantine; it is received then like any other."""
    with _open() as inbox:
        _tell(inbox.restore(ref, note.strip()), note.strip())


@command.command("export")
@click.option(
    "--format",
    "form_of_file",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="A table for spreadsheets, or a list of objects for programs.",
)
@_selecting
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write, readable by you alone; left out, it is printed.",
)
def write(
    form_of_file: str,
    form: str | None,
    states: tuple[str, ...],
    due: date | None,
    output: Path | None,
) -> None:
    """Write submissions with all answers as CSV or JSON.

    In CSV every cell stands in quotes, and an answer that a spreadsheet could take for a formula
    gets an apostrophe before it.
    """
    with _open() as inbox:
        selection = Selection(form, states, due)
        entries = selection.of(inbox)
        if form_of_file == "json":
            lines = export.as_json(entries)
        else:
            lines = export.as_csv(entries, _answer_names(inbox, selection))
        if output is None:
            for line in lines:
                click.echo(line, nl=False)
        else:
            _write(output, lines)


def _open() -> Inbox:
    url = database_url(os.environ)
    try:
        from carebase.store.inbox import Inbox
    except ImportError as error:
        raise UsageError(
            f"The inbox needs {error.name}, which is not installed:"
            " pip install 'carebase[endpoint]'"
        ) from None
    return Inbox(url)


def _list(inbox: Inbox, selection: Selection, everything: bool, as_json: bool) -> None:
    entries = selection.of(inbox)
    if as_json:
        found = [entry.as_dict() for entry in entries]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    terminal = sys.stdout.isatty()
    shown = 0
    if terminal:
        few = list(entries if everything else islice(entries, _SHOWN))
        shown = len(few)
        if few:
            for line in screen.table(few, shutil.get_terminal_size().columns):
                click.echo(line)
            click.echo()
        if next(entries, None) is not None:
            click.echo(f"These are the newest {_SHOWN}; --all shows the others too.")
    else:
        for entry in entries:
            click.echo(screen.line(entry))
            shown += 1
    # Another program reads the lines alone; people get the sum below them.
    click.echo(_sum(inbox, shown, selection != Selection()), err=not terminal)


def _sum(inbox: Inbox, shown: int, chosen: bool) -> str:
    counts = inbox.count()
    total = sum(counts.values())
    if not total:
        return "No submission has come in yet."
    parts = [f"{counts[state]:,} {words}" for state, words in STATES.items() if state in counts]
    parts += [f"{number:,} {state}" for state, number in counts.items() if state not in STATES]
    said = f"{total:,} submission{'' if total == 1 else 's'}: {', '.join(parts)}."
    if not chosen:
        return said
    return f"{shown:,} shown. In all {said}" if shown else f"Nothing matches. In all {said}"


def _check_form(form: str, known: list[str]) -> None:
    if form in known:
        return
    match = nearest(form, known)
    if match:
        way_out = f" Did you mean `{match}`?"
    else:
        way_out = f" Forms: {', '.join(known)}." if known else ""
    raise UsageError(f"There is no form `{form}` in this database.{way_out}")


def _answer_names(inbox: Inbox, selection: Selection) -> list[str]:
    """Give the names of all answers in the export, in the order of the forms."""
    names: dict[str, None] = {}
    asked = _View(inbox).asked
    for entry in selection.of(inbox):
        submission = entry.submission
        one = asked.get((submission.form, submission.form_version), Asked())
        names |= dict.fromkeys(one.names)
        names |= dict.fromkeys(submission.values)
    return list(names)


def _write(output: Path, lines: Iterable[str]) -> None:
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from None
    click.echo(f"Written to {output}")


def _tell(change: Change, note: str) -> None:
    before, after = STATES.get(change.before, change.before), STATES[change.submission.state]
    ref = change.submission.ref
    if change.before != change.submission.state:
        click.echo(f"{ref}: {before} → {after}")
    elif note:
        click.echo(f"{ref}: {after}, note added")
    else:
        click.echo(f"{ref} is {after} already")
