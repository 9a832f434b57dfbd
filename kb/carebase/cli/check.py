"""`carebase check`: every problem in the files of a site, each with its place and the way out."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from carebase.articles import load_pages
from carebase.articles.ledger import NAME, forget_unpublished, published_addresses
from carebase.catalog import Catalog, load_catalog
from carebase.clock import today
from carebase.errors import UsageError
from carebase.fixes import apply_fixes
from carebase.forms import load_forms
from carebase.report import Report, inspect_site
from carebase.site import Site
from carebase.training import load_courses
from carebase.training.locking import note_questions
from carebase.training.naming import name_questions
from carebase.training.quizzes import load_quizzes
from carebase.warranty.locking import LOCK, add_to_lock

# Mending one thing may show the next; more rounds than these would go in circles.
_ROUNDS = 3


@click.command("check")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="Lines for people, a list of objects for programs, or SARIF 2.1 for code hosts.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="First mend what has one right answer: paths of links, capital letters of product names;"
    " lock the policies that are not locked yet, with no line of the lock changed; forget addresses"
    " that no commit has published; give ids to questions without one, and note them.",
)
@click.option("--strict", is_flag=True, help="End with exit code 1 when there are warnings too.")
@click.option("--stale", is_flag=True, help="Only the pages that are past their review.")
@click.option("--owner", metavar="NAME", help="Only what is wrong on the pages of this owner.")
def command(form: str, fix: bool, strict: bool, stale: bool, owner: str | None) -> int:
    """Check every file of the site in this folder.

    Prints one problem a line as `file:line:column: severity code: message`, with what was found,
    what is allowed and the way out below. Exit code 0: fine, or warnings only; 1: errors; 2: this
    is no site, or --fix cannot write.
    """
    from carebase_plugins.engine import load_site

    site = load_site(Path.cwd())
    if fix:
        catalog = load_catalog(site)
        _lock_policies(site, catalog, form)
        _forget_addresses(site, catalog, form)
    report = _inspect(site, form, stale, owner)
    for _ in range(_ROUNDS if fix else 0):
        if not _mend(site, report, form):
            break
        report = _inspect(site, form, stale, owner)
    # After all that changes words.
    if fix and _name_questions(site, form):
        report = _inspect(site, form, stale, owner)
    _print(report, form)
    return 1 if report.errors or (strict and report.problems) else 0


def _inspect(site: Site, form: str, stale: bool, owner: str | None) -> Report:
    with _bar(form) as bar:

        def progress(done: int, total: int) -> None:
            # A hundred times at most: on a large site drawing would outlast checking.
            if bar is not None and (done % max(total // 100, 1) == 0 or done == total):
                bar.length = total
                bar.update(done - bar.pos)

        report = inspect_site(site, today(), progress, remember=True)
    if stale:
        report = report.only_stale()
    return report.only_of(owner) if owner is not None else report


def _mend(site: Site, report: Report, form: str) -> bool:
    try:
        made = apply_fixes(site, report.problems)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}.") from None
    for file, fix in made:
        click.echo(
            f"{file}:{fix.line}:{fix.column}: `{fix.old}` -> `{fix.new}`", err=form != "text"
        )
    return bool(made)


def _lock_policies(site: Site, catalog: Catalog, form: str) -> None:
    added = add_to_lock(site, catalog.policies)
    name = site.name_of(site.docs_dir / LOCK)
    told = ", ".join(f"`{one}`" for one in added)
    click.echo(f"{name}: {told} locked" if added else f"{name}: nothing to add", err=form != "text")


def _forget_addresses(site: Site, catalog: Catalog, form: str) -> None:
    ledger = site.docs_dir / NAME
    if not ledger.is_file():
        return
    pages = load_pages(site, catalog, load_forms(site))
    try:
        forgotten = forget_unpublished(site, published_addresses(site, catalog, pages))
    except OSError as error:
        raise UsageError(f"{site.name_of(ledger)} cannot be written: {error.strerror}.") from None
    for address in forgotten:
        click.echo(f"{site.name_of(ledger)}: `{address}` forgotten", err=form != "text")


def _name_questions(site: Site, form: str) -> bool:
    """Give questions their ids and note them; tell whether anything was written."""

    def told(sentence: str) -> None:
        click.echo(sentence, err=form != "text")

    catalog, courses, forms = load_catalog(site), load_courses(site).by_id, load_forms(site)
    quizzes = load_quizzes(site, load_pages(site, catalog, forms).pages, courses)
    named = name_questions(site, quizzes.asked)
    for file, names in named.items():
        ids = ", ".join(f"`{name}`" for name in names)
        told(f"{file}: {'id' if len(names) == 1 else 'ids'} {ids} given")
    if named:
        quizzes = load_quizzes(site, load_pages(site, catalog, forms).pages, courses)
    noted = note_questions(site, quizzes.asked, courses)
    for sentence in noted:
        told(sentence)
    return bool(named or noted)


def _bar(form: str) -> AbstractContextManager[Any]:
    if form != "text" or not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(length=1, label="Checking pages", file=sys.stderr)


def _print(report: Report, form: str) -> None:
    match form:
        case "json":
            click.echo(report.as_json())
        case "sarif":
            click.echo(report.as_sarif())
        case _:
            for problem in report.problems:
                click.echo(problem.as_text())
    # A program reads the list alone; people get the sum below it.
    click.echo(report.summary, err=form != "text")
