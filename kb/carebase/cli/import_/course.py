"""What all imports of a course have in common: where it goes, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from carebase.importing.coursework import Coursework

Command = TypeVar("Command", bound=Callable[..., Any])


def course_options(command: Command) -> Command:
    """Add the options that say where a course goes and how the report is printed."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one object for programs."),
        click.option(
            "--course", metavar="ID",
            help="The id of the course; left out: made of the name of DIR.",
        ),
        click.option(
            "-o", "--output", "target", metavar="SITE", type=click.Path(path_type=Path),
            help="A site to put the course into, or a new or empty folder for a site of its own;"
            " left out: the site one stands in, else a new one beside.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def write(work: Coursework, folder: Path, output: Path | None, as_json: bool) -> None:
    """Write a course into its site and print what stayed behind."""
    from carebase.importing.coursework import as_object, as_text, find_target, write_course

    target = find_target(output, Path.cwd(), folder.resolve().name)
    told = write_course(target, work)
    if as_json:
        click.echo(json.dumps(as_object(target, work, told), ensure_ascii=False, indent=2))
        return
    for problem in told:
        click.echo(problem.as_text())
    click.echo(as_text(target, work, told))
