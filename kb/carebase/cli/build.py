"""`carebase build`: the site, and beside it the private folder for the endpoint."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carebase.cli.pace import Pace
from carebase.counting import counted

if TYPE_CHECKING:
    from carebase.articles.audience import Audience
    from carebase_plugins.engine.outcome import Outcome

_MOST_SLOW = 10
_GARBAGE = (100_000, 50, 50)


@click.command("build")
@click.option(
    "-d",
    "--site-dir",
    "site_dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write the site; `site_dir` of mkdocs.yml when left out.",
)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option(
    "--no-index", is_flag=True, help="Leave the search index of the site that is there as it is."
)
@click.option(
    "--audience",
    type=click.Choice(["learner", "trainer"]),
    help="Whom the site is for: of a learner's, notes and solutions for trainers are no part. A"
    " trainer's is written to `site_dir` with `-trainer` behind it, unless told otherwise by -d.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.option("-v", "--verbose", is_flag=True, help="Say which pages and plugins took longest.")
def command(
    site_dir: Path | None,
    strict: bool,
    no_index: bool,
    audience: Audience | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Build the site in this folder, and DIR.private beside it for the endpoint.

    Only pages that would be other than before are made again.
    """
    # Nearly all that is made stays until the end: looking for garbage finds little.
    gc.set_threshold(*_GARBAGE)
    from carebase.build.stopping import end_well
    from carebase_plugins.engine.build import build_site

    end_well()
    with Pace(quiet) as pace:
        outcome = build_site(
            Path.cwd(),
            site_dir,
            strict=strict,
            index=not no_index,
            progress=pace.show,
            tell=(lambda text: None) if quiet else pace.say,
            verbose=verbose,
            audience=audience,
        )
    for problem in outcome.problems:
        click.echo(problem.as_text(), err=True)
    for warning in outcome.warnings:
        click.echo(f"warning: {warning}", err=True)
    if quiet:
        return
    if outcome.addresses:
        more = f" and {len(outcome.addresses) - 1} more" if len(outcome.addresses) > 1 else ""
        click.echo(f"New in docs/.addresses, to commit: {outcome.addresses[0]}{more}")
    if verbose:
        _tell_slowest(outcome)
    kept = f", {outcome.made:,} of them anew," if outcome.made < outcome.pages else ""
    pages = counted(outcome.pages, "page")
    click.echo(f"Built {pages}{kept} in {outcome.seconds:.1f} s: {outcome.site_dir}")


def _tell_slowest(outcome: Outcome) -> None:
    for title, seconds in (("page", outcome.slowest), ("plugin", outcome.plugins)):
        slowest = sorted(seconds.items(), key=lambda item: -item[1])[:_MOST_SLOW]
        for name, took in slowest:
            click.echo(f"{took * 1000:8.1f} ms  {title} {name}")
