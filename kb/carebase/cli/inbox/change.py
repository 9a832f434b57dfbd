"""`carebase inbox set` and `restore`: what becomes of a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from carebase.cli.inbox.selection import open_inbox
from carebase.inbox import STATES
from carebase.inbox.states import read_state

if TYPE_CHECKING:
    from carebase.store.inbox import Change


@click.command("set")
@click.argument("ref", metavar="REF")
@click.argument("state", metavar="STATE")
@click.option("--note", default="", help="A sentence for the history; the customer never sees it.")
def set_state(ref: str, state: str, note: str) -> None:
    """Say what became of a submission.

    STATE is one of received, working (being worked on), answered, done, taken-back, quarantined.
    The customer sees it, in other words, on the page of the submission.
    """
    wanted = read_state(state)
    with open_inbox() as inbox:
        tell(inbox.change(ref, wanted, note.strip()), note.strip())


@click.command("restore", short_help="Take a submission out of quarantine.")
@click.argument("ref", metavar="REF")
@click.option("--note", default="", help="A sentence for the history; the customer never sees it.")
def restore(ref: str, note: str) -> None:
    """Take a submission out of quarantine, and every message of its customer that is there.

    A submission is received then like any other; one that was answered or done is so again.
    """
    with open_inbox() as inbox:
        change = inbox.restore(ref, note.strip())
    if change.before != change.submission.state:
        tell(change, note.strip())
    if change.messages:
        number = f"{change.messages} messages" if change.messages > 1 else "1 message"
        click.echo(f"{change.submission.ref}: {number} restored")


def tell(change: Change, note: str) -> None:
    """Say what has changed."""
    before, after = STATES.get(change.before, change.before), STATES[change.submission.state]
    ref = change.submission.ref
    if change.before != change.submission.state:
        click.echo(f"{ref}: {before} → {after}")
    elif note:
        click.echo(f"{ref}: {after}, note added")
    else:
        click.echo(f"{ref} is {after} already")
