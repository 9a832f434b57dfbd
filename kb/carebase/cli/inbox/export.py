"""`carebase inbox export`: submissions with all answers as a file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carebase.cli.inbox.selection import Selection, View, open_inbox, selecting
from carebase.errors import UsageError
from carebase.forms.asked import Asked
from carebase.inbox import export

if TYPE_CHECKING:
    from carebase.store.inbox import Inbox


@click.command("export")
@click.option(
    "--format",
    "form_of_file",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="A table for spreadsheets, or a list of objects for programs.",
)
@selecting
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
    """Write submissions with all answers and messages as CSV or JSON.

    In CSV every cell stands in quotes, and an answer that a spreadsheet could take for a formula
    gets an apostrophe before it.
    """
    with open_inbox() as inbox:
        selection = Selection(form, states, due)
        entries = selection.of(inbox)
        if form_of_file == "json":
            lines = export.as_json(entries, inbox.conversation, inbox.files_of)
        else:
            lines = export.as_csv(entries, _answer_names(inbox, selection), inbox.conversation)
        if output is None:
            for line in lines:
                click.echo(line, nl=False)
        else:
            _write(output, lines)


def _answer_names(inbox: Inbox, selection: Selection) -> list[str]:
    """Give the names of all answers in the export, in the order of the forms."""
    names: dict[str, None] = {}
    asked = View(inbox).asked
    for entry in selection.of(inbox):
        submission = entry.submission
        one = asked.get((submission.form, submission.form_version), Asked())
        names |= dict.fromkeys(one.names)
        names |= dict.fromkeys(submission.values)
    return list(names)


def _write(output: Path, lines: Iterable[str]) -> None:
    """Write the file as a whole or not at all: what stood there before stays until then."""
    special = output.exists() and not output.is_file()
    draft = output if special else output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
            if not special:
                draft.replace(output)
        finally:
            if not special:
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from None
    click.echo(f"Written to {output}")
