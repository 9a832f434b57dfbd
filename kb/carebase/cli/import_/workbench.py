"""`carebase import workbench`: a course made of a lesson of the Carpentries Workbench."""

from __future__ import annotations

from pathlib import Path

import click

from carebase.cli.import_.course import course_options, write


@click.command("workbench")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--open-solutions",
    is_flag=True,
    help="Let learners open the solutions, which only trainers see otherwise.",
)
@course_options
def command(
    folder: Path, target: Path | None, course: str | None, as_json: bool, open_solutions: bool
) -> None:
    """Make a course of the Carpentries Workbench lesson in DIR.

    Takes config.yaml with episodes, pages for learners and instructors, pictures and files;
    R Markdown is read and not run. Exit code 0: written; 1: files of the lesson have errors; 2: no
    lesson, or the course is there already.
    """
    from carebase.importing.workbench import import_workbench

    work = import_workbench(folder, course, open_solutions=open_solutions)
    write(work, folder, target, as_json)
