"""`carebase course handout`: the exercises of a course as one file to print."""

from __future__ import annotations

from pathlib import Path

import click

from carebase.cli.course.export import check_place, write_whole
from carebase.errors import CarebaseError
from carebase.training.handout import Leaf, write_handout


@click.command("handout")
@click.argument("course", metavar="ID")
@click.option("--solutions", is_flag=True, help="With the solutions, for whoever teaches.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; one that is there is replaced.",
)
def handout(course: str, solutions: bool, output: Path) -> None:
    """Write the exercises and questions of the course ID as a page to print.

    ID is the name of its folder below docs/courses. Without --solutions nothing in the file tells
    a right answer.
    """
    from carebase_plugins.courses.source import SiteCourse

    with SiteCourse(Path.cwd(), course, "trainer" if solutions else "learner") as source:
        check_place(output, source.site.docs_dir, source.site_dir)
        shown = source.shown()
        leaves = [
            Leaf(page.title, page.address, page.html)
            for page in shown.pages
            if page.name.startswith("lesson-")
        ]
        made = write_handout(
            source.course.title,
            leaves,
            shown.read,
            solutions=solutions,
            language=source.site.language,
        )
    if made is None:
        raise CarebaseError(
            f"The course `{course}` has neither exercises nor questions: there is nothing to hand"
            " out."
        )
    write_whole(output, made.encode())
    kind = "with solutions" if solutions else "without solutions"
    click.echo(f"Wrote {output} ({kind}): open it in a browser and print it.")
