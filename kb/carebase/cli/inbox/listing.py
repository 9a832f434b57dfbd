"""`carebase inbox`: the submissions of customers, for the people who answer them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING

import click

from carebase.cli.groups import Commands
from carebase.cli.inbox.selection import Selection, open_inbox, selecting
from carebase.endpoint.settings import alarm_limits
from carebase.inbox import STATES, screen
from carebase.inbox.alarm import find_alarms

if TYPE_CHECKING:
    from carebase.store.inbox import Inbox

# As many as a person reads at once; other programs get all.
_SHOWN = 50


class _InboxCommands(Commands):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0].upper().startswith("CB-"):
            ctx.fail(f"Say what to do with it: carebase inbox show {args[0]}")
        return super().resolve_command(ctx, args)


@click.group("inbox", cls=_InboxCommands, invoke_without_command=True)
@selecting
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
    machine; TZ=Europe/Vienna chooses another zone. Where nothing was accepted for days, or much
    went into quarantine within a day, an alarm stands at the top.

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
    with open_inbox() as inbox:
        if refs:
            for ref in inbox.refs():
                click.echo(ref)
            return
        _tell_alarms(inbox)
        _list(inbox, Selection(form, states, due), everything, as_json)


def _tell_alarms(inbox: Inbox) -> None:
    """Say at the top, or beside what another program reads, that something is wrong."""
    now = datetime.now(UTC)
    for alarm in find_alarms(inbox.traffic(now), alarm_limits(os.environ), now):
        click.secho(f"ALARM: {alarm.text}", bold=True, err=not sys.stdout.isatty())


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
