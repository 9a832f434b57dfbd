"""`carebase inbox files`: saving what customers sent with a form."""

from __future__ import annotations

import os
from pathlib import Path

import click

from carebase.cli.inbox.selection import open_inbox
from carebase.counting import counted
from carebase.endpoint.settings import files_folder
from carebase.errors import UsageError
from carebase.inbox import screen


@click.command("files", short_help="Save the files of one submission.")
@click.argument("ref", metavar="REF")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder to save them in, which is made; left out, the one you are in.",
)
def save(ref: str, output: Path) -> None:
    """Save the files that came with a submission; nothing that is there is written over.

    Pictures are written anew by Carebase. A PDF is as its sender made it: open it with care.
    """
    with open_inbox() as inbox:
        submission, _ = inbox.find(ref)
        files = inbox.files_of(submission.id)
        folder = inbox.folder(files_folder(os.environ))
    if not files:
        click.echo(f"{submission.ref} came without files.")
        return
    if folder is None:
        raise UsageError("Set CAREBASE_FILES to the folder of files, as the endpoint has it.")
    output.mkdir(parents=True, exist_ok=True)
    missing = []
    for number, one in enumerate(files, 1):
        target = output / f"{submission.ref}-{number}-{one.name}"
        try:
            content = folder.place(one.stored).read_bytes()
        except FileNotFoundError:
            missing.append(one.name)
            continue
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise UsageError(f"{target} is there already. Name another folder.") from None
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        size = counted(one.size, "byte")
        click.echo(screen.one_line(f"{target} ({one.type}, {size})"))
    if missing:
        names = ", ".join(screen.one_line(name) for name in missing)
        raise UsageError(
            f"Not in {folder.path}: {names}. Set CAREBASE_FILES to the folder of the endpoint."
        )
