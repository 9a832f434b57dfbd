"""`carebase init`: a small but complete site to start from."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import click

from carebase.clock import a_year_after, today
from carebase.errors import UsageError
from carebase.scaffolds import fill, site_files
from carebase.schemas import FOLDER, schema_files, write_schema
from carebase.warranty.lock import digest, write_lock


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a small but complete site into DIR, a new or empty folder.

    It has one product with guides, questions, a warranty policy and support pages, and passes
    `carebase check --strict`. Exit code 2: DIR is not empty.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a new or empty folder.")
    if folder.is_dir() and any(path.name != ".git" for path in folder.iterdir()):
        raise UsageError(f"{folder} is not empty: name a new or empty folder.")
    day = today()
    values = {"today": day.isoformat(), "next_year": a_year_after(day).isoformat()}
    texts = {name: fill(source, values) for name, source in site_files()}
    texts["docs/warranty/policies.lock"] = _lock(texts)
    texts |= {f"{FOLDER}/{name}": write_schema(one) for name, one in schema_files().items()}
    try:
        for name, text in texts.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}.") from None
    click.echo(f"{len(texts)} files written into {folder}. Next:\n")
    if folder.resolve() != Path.cwd():
        click.echo(f"    cd {shlex.quote(str(folder))}")
    click.echo("    carebase serve      # read and try it in a browser")
    click.echo("    carebase check      # find every mistake in every file")
    click.echo("\nREADME.md says how to make it yours.")


def _lock(texts: Mapping[str, str]) -> str:
    folder = PurePosixPath("docs/warranty/policies")
    paths = {PurePosixPath(name): text for name, text in texts.items()}
    return write_lock(
        {path.stem: digest(text.encode()) for path, text in paths.items() if path.parent == folder}
    )
