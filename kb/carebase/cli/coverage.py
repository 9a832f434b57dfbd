"""`carebase coverage`: a verdict for each case of a file, one a line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import click

from carebase.errors import Problem, UsageError
from carebase.warranty.case import answer_lines
from carebase.warranty.files import load_notices, load_policies, load_statutes
from carebase.warranty.notices import Notice
from carebase.warranty.statutes import shipped_statutes

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("coverage")
@click.option(
    "--policies",
    "folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder with the policies, such as docs/warranty/policies.",
)
@click.option("--statutes", "statutes_file", type=_FILE, help="In place of the shipped statutes.")
@click.option("--notices", "notices_file", type=_FILE, help="Recalls and free repair programmes.")
@click.argument("cases", type=click.File("rb"))
def command(
    folder: Path, statutes_file: Path | None, notices_file: Path | None, cases: BinaryIO
) -> int:
    """Answer each case of CASES (JSON, one a line; `-` reads standard input) by its verdict.

    A line that is no case is answered by its error; the exit code is then 1.
    """
    policies, problems = load_policies(folder)
    statutes = list(shipped_statutes().rows())
    if statutes_file is not None:
        statutes, found = load_statutes(statutes_file, statutes_file.name)
        problems += found
    notices: list[Notice] = []
    if notices_file is not None:
        notices, found = load_notices(notices_file, notices_file.name)
        problems += found
    if problems:
        raise UsageError("\n".join(_as_text(problems)))
    good = True
    write = sys.stdout.buffer.write
    for answer, ok in answer_lines(cases, policies, statutes, notices):
        write(answer.encode() + b"\n")
        good = good and ok
    sys.stdout.flush()
    return 0 if good else 1


def _as_text(problems: list[Problem]) -> list[str]:
    return [problem.as_text() for problem in sorted(problems, key=lambda one: one.place)]
