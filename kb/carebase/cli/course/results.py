"""`carebase course results`: what learners reached in a graded course, and where they failed."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import click

from carebase.cli.extras import endpoint_part
from carebase.endpoint.settings import database_url
from carebase.errors import UsageError, suggestion
from carebase.inbox.export import safe_cell
from carebase.inbox.screen import clean
from carebase.training.grading import rounded
from carebase.training.results import QuestionResult, Taken, by_question

# As many as a person reads at once; other programs get all.
_SHOWN = 50
_FORMATS = ("table", "csv", "json")
_BY = ("learner", "question")


@click.command("results")
@click.argument("course", metavar="ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="A table to read, or a list or object for programs.",
)
@click.option(
    "--by",
    type=click.Choice(_BY),
    default="learner",
    show_default=True,
    help="What the rows of csv are about.",
)
def results(course: str, form: str, by: str) -> None:
    """List what learners reached in the graded course ID, and how each question went.

    The attempts are read from the database that CAREBASE_DATABASE_URL names. A learner is eight
    signs that stand for one attempt; whoever has sent the result with a form is named by it, with
    its reference number. Of a question it tells how many answered it, which part of them was right
    at once and in the end, and the mean of the points; the one that went worst comes first.
    """
    with endpoint_part("The results need"):
        from carebase.store.results import read_attempts, read_courses
    address = database_url(os.environ)
    attempts = read_attempts(address, course)
    if not attempts and (others := read_courses(address)):
        hint = suggestion(course, others) or f"there are some at: {', '.join(others)}"
        raise UsageError(f"There are no attempts at a course `{course}`: {hint}")
    questions = by_question(attempts)
    if form == "json":
        click.echo(json.dumps(_object(course, attempts, questions), ensure_ascii=False, indent=1))
    elif form == "csv":
        rows = map(_learner, attempts) if by == "learner" else map(_question, questions)
        click.echo(_csv(list(rows), _LEARNER if by == "learner" else _QUESTION), nl=False)
    elif not attempts:
        click.echo("Nobody has answered a question of a graded course yet.")
    else:
        for line in _table(course, attempts, questions):
            click.echo(line)


_LEARNER = (
    "learner",
    "started",
    "changed",
    "answered",
    "reached",
    "possible",
    "percent",
    "passed",
    "ref",
    "name",
)
_QUESTION = ("question", "learners", "tries", "right_at_once", "right", "percent")


def _learner(one: Taken) -> dict[str, Any]:
    return {
        "learner": one.learner,
        "started": f"{one.started_at:%Y-%m-%dT%H:%M:%SZ}",
        "changed": f"{one.changed_at:%Y-%m-%dT%H:%M:%SZ}",
        "answered": len(one.answers),
        "reached": float(one.score.reached),
        "possible": float(one.score.possible),
        "percent": float(one.score.percent),
        "passed": one.passed,
        "ref": one.ref,
        "name": one.name,
    }


def _question(one: QuestionResult) -> dict[str, Any]:
    return {
        "question": one.question,
        "learners": one.learners,
        "tries": one.tries,
        "right_at_once": one.first,
        "right": one.right,
        "percent": float(rounded(one.share * 100, 1)),
    }


def _object(
    course: str, attempts: Sequence[Taken], questions: Sequence[QuestionResult]
) -> dict[str, Any]:
    return {
        "course": course,
        "attempts": len(attempts),
        "passed": sum(one.passed for one in attempts),
        "learners": [_learner(one) for one in attempts],
        "questions": [_question(one) for one in questions],
    }


def _csv(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return file.getvalue()


def _cell(value: Any) -> Any:
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return safe_cell(value)
    return value


def _table(
    course: str, attempts: Sequence[Taken], questions: Sequence[QuestionResult]
) -> Iterator[str]:
    passed = sum(one.passed for one in attempts)
    yield f"{course}: {len(attempts):,} {_of(len(attempts), 'attempt')}, {passed:,} passed"
    yield ""
    yield "learner   last answer       answered    points  per cent"
    for one in attempts[:_SHOWN]:
        points = f"{rounded(one.score.reached, 2)}/{rounded(one.score.possible, 2)}"
        sent = f"  {one.ref} {clean(one.name)}".rstrip() if one.ref else ""
        yield (
            f"{one.learner}  {one.changed_at:%Y-%m-%d %H:%M}  {len(one.answers):>8,}"
            f"  {points:>8}  {one.score.percent:>8}{'  passed' if one.passed else ''}{sent}"
        )
    if len(attempts) > _SHOWN:
        yield f"These are the {_SHOWN} newest; --format csv gives all {len(attempts):,}."
    yield ""
    yield "learners  right at once   right  per cent  question"
    for result in questions:
        first, right = result.first / result.learners, result.right / result.learners
        yield (
            f"{result.learners:>8,}  {first:>13.0%}  {right:>6.0%}"
            f"  {rounded(result.share * 100, 1):>8}  {result.question}"
        )


def _of(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
