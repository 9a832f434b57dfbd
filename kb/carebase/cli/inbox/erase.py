"""`carebase inbox erase`: what a customer wants to have forgotten."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import click

from carebase.cli.inbox.selection import View, open_inbox
from carebase.endpoint.settings import files_folder
from carebase.errors import UsageError
from carebase.inbox import InboxError


@click.command("erase", short_help="Erase submissions for good, at their customer's wish.")
@click.argument("refs", metavar="[REF]...", nargs=-1)
@click.option("--address", help="Erase all that the owner of this mail address has sent.")
@click.option("--yes", is_flag=True, help="Do not ask first; needed where nobody can answer.")
def erase(refs: tuple[str, ...], address: str | None, yes: bool) -> None:
    """Erase submissions for good, with messages, letters, history and what they said of units.

    What is kept is that it was done, as a hash of the reference number. Mails that were sent
    before are where they are: delete those yourself, and tell whom you have passed data on to.
    """
    if bool(refs) == bool(address):
        raise UsageError("Name the references to erase, or an address with --address.")
    from carebase.outbox.addresses import to_wire

    wire = to_wire(address or "")
    if address and not wire:
        raise UsageError(f"`{address}` is not a mail address.")
    folder = files_folder(os.environ)
    with open_inbox() as inbox:
        view = View(inbox)
        found = [inbox.find(ref)[0] for ref in refs]
        mentioned = []
        if wire:
            holdings = inbox.holdings(wire)
            found = [one.submission for one in holdings if not one.mentioned]
            mentioned = [one.submission for one in holdings if one.mentioned]
        if not found and not mentioned:
            raise InboxError(f"Nothing is held about {address}.")
        for one in found:
            entry = view.of(one)
            click.echo(f"{one.ref}  {entry.asked.title or one.form}, {entry.received:%Y-%m-%d}")
        for one in mentioned:
            click.echo(f"{one.ref}  only the answers with this address; the rest is another's")
        if not yes:
            _ask(len(found) + len(mentioned))
        now = datetime.now(UTC)
        if wire:
            whole = inbox.erase_address(wire, now, folder)
        else:
            whole = tuple(inbox.erase([one.id for one in found], now, folder))
        number = len(whole) + len(mentioned)
        click.echo(f"{number} erased." if number != 1 else "Erased.")
        if not inbox.scrub():
            click.echo("`carebase db scrub` clears the last traces from the files of the database.")


def _ask(number: int) -> None:
    if not sys.stdin.isatty():
        raise UsageError("Nobody is here to be asked: say --yes, and it is erased for good.")
    what = "this" if number == 1 else f"these {number}"
    if not click.confirm(f"Erase {what} for good?"):
        raise UsageError("Nothing was erased.")
