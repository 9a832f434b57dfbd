"""`carebase inbox show`: one submission with all that belongs to it."""

from __future__ import annotations

import json

import click

from carebase.cli.inbox.selection import View, open_inbox
from carebase.inbox import screen


@click.command("show", short_help="Show one submission with all its answers.")
@click.argument("ref", metavar="REF")
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def show(ref: str, as_json: bool) -> None:
    """Show one submission: every answer with its question, the messages, and what happened."""
    with open_inbox() as inbox:
        submission, history = inbox.find(ref)
        messages = inbox.conversation(submission.id)
        files = inbox.files_of(submission.id)
        entry = View(inbox).of(submission)
    if not as_json:
        for line in screen.card(entry, history, messages, files):
            click.echo(line)
        return
    answers = [
        {"id": one.id, "label": one.label, "text": one.text, "value": one.value}
        for one in entry.asked.answers(submission.values)
    ]
    about = entry.as_dict() | {
        "promise": entry.asked.promise,
        "answers": answers,
        "files": [one.as_dict() for one in files],
        "messages": [message.as_dict() for message in messages],
        "history": [moment.as_dict() for moment in history],
    }
    click.echo(json.dumps(about, ensure_ascii=False, indent=1))
