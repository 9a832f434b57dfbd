"""`carebase mv`: a page, picture or folder moves, and nothing that led to it breaks."""

from __future__ import annotations

from pathlib import Path

import click

from carebase.articles import Renderer, load_pages
from carebase.articles.move import Move, carry_out, names_to_move, plan_move
from carebase.catalog import load_catalog
from carebase.cli.paths import below_docs
from carebase.errors import UsageError
from carebase.forms import load_forms
from carebase.site import Site


@click.command("mv")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def command(old: str, new: str, dry_run: bool) -> None:
    """Move OLD to NEW: a page, a picture or a folder, both counted from docs/.

    Links to it are mended in pages, products, courses and mkdocs.yml, and so are the links of a
    page that moves. The old address of a page becomes an alias, so that it leads to the new one.

    \b
    carebase mv products/brio/clean.md products/brio/clean-the-group.md
    carebase mv faq/orders.md faq/shop/
    """
    from carebase_plugins.engine import load_site

    site = load_site(Path.cwd())
    renderer = Renderer(site)
    catalog = load_catalog(site)
    pages = load_pages(site, catalog, load_forms(site), renderer)
    source, target = below_docs(old, site.docs_dir).rstrip("/"), below_docs(new, site.docs_dir)
    names = names_to_move(site, source, target, pages.files.all)
    move = plan_move(site, catalog, pages, names, renderer)
    if not dry_run:
        try:
            carry_out(site, move)
        except OSError as error:
            raise UsageError(
                f"{error.filename} cannot be written ({error.strerror}): nothing was moved."
            ) from None
    _tell(site, move, dry_run)


def _tell(site: Site, move: Move, dry_run: bool) -> None:
    docs = site.docs_dir
    for old, new in move.names.items():
        click.echo(f"{site.name_of(docs / old)} -> {site.name_of(docs / new)}")
    for file, count in sorted(move.mended.items()):
        click.echo(f"{file}: {count} {'link' if count == 1 else 'links'} mended")
    for address in move.aliases:
        click.echo(f"alias: {address}")
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
