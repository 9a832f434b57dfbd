"""`carebase import gift`: a course made of files of GIFT questions."""

from __future__ import annotations

from pathlib import Path

import click

from carebase.cli.import_.course import course_options, write


@click.command("gift")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@course_options
def command(
    files: tuple[Path, ...], target: Path | None, course: str | None, as_json: bool
) -> None:
    """Make a course of GIFT questions: a lesson of each FILE; a folder stands for all in it.

    What Markdown cannot hold, such as answers that count half, is printed with file and line.
    Exit code 0: written; 1: a file has errors; 2: no such file, or the course is there already.
    """
    from carebase.importing.gift import import_gift

    write(import_gift(files, course), files[0], target, as_json)
