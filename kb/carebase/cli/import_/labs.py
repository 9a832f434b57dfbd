"""`carebase import labs`: a course made of labs as Microsoft Learning publishes them."""

from __future__ import annotations

from pathlib import Path

import click

from carebase.cli.import_.course import course_options, write


@click.command("labs")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@course_options
def command(folder: Path, target: Path | None, course: str | None, as_json: bool) -> None:
    """Make a course of the labs in DIR/Instructions.

    Takes repositories as Microsoft Learning publishes them: a lesson for each lab, with its
    exercises, tasks, steps and pictures. Exit code 0: written; 1: files have errors; 2: no labs,
    or the course is there already.
    """
    from carebase.importing.labs import import_labs

    write(import_labs(folder, course), folder, target, as_json)
