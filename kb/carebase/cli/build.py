"""`carebase build`: the site, and beside it the private folder for the endpoint."""

from __future__ import annotations

from pathlib import Path

import click


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
def command(site_dir: Path | None, strict: bool, no_index: bool) -> None:
    """Build the site in this folder, and DIR.private beside it for the endpoint."""
    from carebase_plugins.engine.build import build_site

    outcome = build_site(Path.cwd(), site_dir, strict=strict, index=not no_index)
    for problem in outcome.problems:
        click.echo(problem.as_text(), err=True)
    for warning in outcome.warnings:
        click.echo(f"warning: {warning}", err=True)
    if outcome.addresses:
        more = f" and {len(outcome.addresses) - 1} more" if len(outcome.addresses) > 1 else ""
        click.echo(f"New in docs/.addresses, to commit: {outcome.addresses[0]}{more}")
    click.echo(f"Built {outcome.pages} pages in {outcome.seconds:.1f} s: {outcome.site_dir}")
