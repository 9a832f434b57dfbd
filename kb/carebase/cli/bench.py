"""`carebase bench`: how long builds take beside those of other generators, in one run."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import click

from carebase.build.bench import Case, growth, measure
from carebase.counting import counted


@click.command("bench")
@click.option(
    "--pages",
    "sizes",
    multiple=True,
    type=click.IntRange(50, 100_000),
    help="How many pages a made-up site has; may be given several times. [default: 500, 2000]",
)
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of Markdown files to measure too; may be given several times.",
)
@click.option("--runs", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0),
    help="Begin no further run after so many minutes; each site is built once in any case.",
)
@click.option(
    "--zensical",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The program of Zensical, where it is not installed beside Carebase.",
)
@click.option("--alone", is_flag=True, help="Leave other generators out: growth takes long else.")
@click.option("--default-navigation", is_flag=True, help="Material without `navigation.prune`.")
@click.option(
    "--with-search",
    is_flag=True,
    help="Make search indexes too: both of Carebase's, and that of Material.",
)
@click.option("--plain", is_flag=True, help="Without plugins of Carebase: what MkDocs makes too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def command(
    sizes: tuple[int, ...],
    corpora: tuple[Path, ...],
    runs: int,
    minutes: float | None,
    zensical: Path | None,
    alone: bool,
    default_navigation: bool,
    with_search: bool,
    plain: bool,
    as_json: bool,
) -> None:
    """Measure builds side by side with plain MkDocs and, where it is installed, Zensical.

    Search is left out on all sides unless asked for. Each run builds with every generator in turn,
    so that all of them meet the same machine; figures are medians, ratios are medians of the
    ratios of each run.
    CPU seconds are of all processes. An edit of plain MkDocs is a whole build.
    """
    until = math.inf if minutes is None else time.monotonic() + 60 * minutes
    made_up = sizes or (() if corpora else (500, 2000))
    cases = [Case(counted(size, "page"), pages=size) for size in made_up]
    cases += [Case.of(folder) for folder in corpora]
    results = [
        measure(
            case,
            runs,
            prune=not default_navigation,
            zensical=zensical,
            others=not alone,
            search=with_search,
            plain=plain,
            until=until,
            tell=lambda said: click.echo(said, err=True),
        )
        for case in cases
    ]
    if as_json:
        click.echo(json.dumps([result.plain() for result in results], indent=2))
        return
    for result in results:
        click.echo("\n".join(result.rows()))
    small, large = results[0], results[-1]
    if small.case.pages and large.case.pages > small.case.pages:
        click.echo(f"From {small.case.name} to {large.case.name}, times as much:")
        for name, by in growth(small, large):
            click.echo(f"  {name:20} {by:.2f}")
