"""`carebase import mkdocs-quiz`: a copy of a site in which `<quiz>` blocks are quizzes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from carebase.counting import counted
from carebase.errors import UsageError


@click.command("mkdocs-quiz")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "target", metavar="COPY", required=True, type=click.Path(path_type=Path),
    help="Where to write the copy: a new or empty folder.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def command(folder: Path, target: Path, as_json: bool) -> None:
    """Copy the site in DIR and make quizzes of its `<quiz>` blocks.

    Its mkdocs.yml gets the plugins that show them. DIR itself stays as it is. Exit code 0:
    written; 1: pages cannot be read; 2: no quiz in DIR, or COPY is not empty.
    """
    from carebase.importing.mkdocs_quiz import convert_quizzes
    from carebase.importing.writing import write_all

    if target.exists() and (not target.is_dir() or any(p.name != ".git" for p in target.iterdir())):
        raise UsageError(f"{target} is not empty: name a new or empty folder.")
    if target.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{target} lies inside {folder}: name a folder beside it.")
    converted = convert_quizzes(folder)
    files: dict[Path, str | bytes | Path] = {
        target / name: text for name, text in converted.texts.items()
    }
    write_all(target, files | {target / name: path for name, path in converted.copies.items()})
    if as_json:
        told = {
            "site": str(target),
            "questions": converted.questions,
            "pages": converted.pages,
            "left": [problem.as_dict() for problem in converted.left],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for problem in converted.left:
        click.echo(problem.as_text())
    questions, pages = counted(converted.questions, "question"), counted(converted.pages, "page")
    click.echo(f"{questions} on {pages}, written to {target}")
    codes = Counter(problem.code for problem in converted.left)
    if codes:
        click.echo("Not carried over: " + ", ".join(f"{n} {code}" for code, n in codes.items()))
    click.echo(f"Next: cd {target} && carebase check")
