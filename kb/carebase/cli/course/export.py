"""`carebase course export`: a course as a package for an LMS, a folder or another program."""

from __future__ import annotations

import os
from pathlib import Path

import click

from carebase.errors import UsageError, suggestion
from carebase.training.exports import FORMATS, find_format

# What is said of a package with the key, by the level of the course.
_KEYS = {
    "hashed": "of a hashed course, there for anybody to read",
    "graded": "of a graded course, since nothing else can grade there: give it to an LMS, and do"
    " not publish it",
}


@click.command("export")
@click.argument("course", metavar="ID")
@click.option(
    "--format", "name", required=True, metavar="FORMAT", help=f"One of: {', '.join(FORMATS)}."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; one that is there is replaced.",
)
def export(course: str, name: str, output: Path) -> None:
    """Write the course ID of the site in this folder as a file.

    ID is the name of its folder below docs/courses.
    """
    from carebase_plugins.courses.source import SiteCourse

    form = find_format(name)
    if form is None:
        hint = suggestion(name, FORMATS) or f"formats: {', '.join(FORMATS)}"
        raise UsageError(f"There is no format `{name}`: {hint}")
    _check_file(output)
    with SiteCourse(Path.cwd(), course) as source:
        check_place(output, source.site.docs_dir, source.site_dir)
        made = form.export(source)
        grading = source.course.grading
    for note in made.notes:
        click.echo(f"warning: {note}", err=True)
    write_whole(output, made.data)
    if form.has_key and grading in _KEYS:
        click.echo(f"{output} holds the right answers {_KEYS[grading]}.", err=True)
    click.echo(f"Wrote {output} ({form.title}, {_size(len(made.data))}).")


def _check_file(output: Path) -> None:
    """See to it before the work that there can be such a file."""
    if output.is_dir():
        raise UsageError(f"{output} is a folder: name a file in it.")
    if not output.absolute().parent.is_dir():
        raise UsageError(f"{output} cannot be written: there is no folder {output.parent}.")


def check_place(output: Path, docs_dir: Path, site_dir: Path) -> None:
    """See to it before the work that the file can be written, and will not be published."""
    _check_file(output)
    place = output.resolve()
    if place.is_relative_to(docs_dir.resolve()) or place.is_relative_to(site_dir.resolve()):
        raise UsageError(f"{output} would be published with the site: name a place outside it.")


def write_whole(output: Path, data: bytes) -> None:
    """Write the file whole or not at all."""
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(f"{output} cannot be written: {error.strerror or error}.") from None


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{max(count / 1000, 1):.0f} kB"
