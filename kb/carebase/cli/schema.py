"""`carebase schema`: what editors need to complete and mark the files of a site."""

from __future__ import annotations

from pathlib import Path

import click

from carebase.errors import UsageError
from carebase.schemas import FOLDER, schema_files, write_schema


@click.command("schema")
@click.option(
    "-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path),
    help=f"Where to write them; {FOLDER} of the site in this folder when left out.",
)  # fmt: skip
def command(folder: Path | None) -> None:
    """Write a JSON Schema for every kind of file: product, policy, form, front matter and so on.

    Starting files of `carebase init` and `carebase new` name theirs in their first line, so that
    VS Code and other editors complete and mark them. Call this again after each new version of
    Carebase, and commit what it writes.
    """
    if folder is None:
        from carebase_plugins.engine.site import find_config

        folder = find_config(Path.cwd()).parent / FOLDER
    files = schema_files()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in files.items():
            (folder / name).write_text(write_schema(schema), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}.") from None
    click.echo(f"{len(files)} schemas written into {folder}")
