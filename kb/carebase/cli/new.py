"""`carebase new`: a correct starting file of each kind, where it belongs."""

from __future__ import annotations

from pathlib import Path

import click

from carebase.articles.files import list_files
from carebase.cli.paths import below_docs
from carebase.clock import today
from carebase.errors import UsageError, nearest
from carebase.scaffolds import KINDS, Start, starting_files
from carebase.schemas import FOLDER, schema_files, schema_line, write_schema
from carebase.site import Site


def _keep_schema(site: Site, kind: str) -> None:
    """Write the schema that a starting file names, unless `carebase schema` has."""
    schema = site.root / FOLDER / f"{kind}.json"
    if not schema.exists():
        _write(site, schema, write_schema(schema_files()[schema.name]))


def _write(site: Site, target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{site.name_of(target)} written")


@click.command("new")
@click.argument("kind", metavar="KIND")
@click.argument("path", metavar="PATH")
def command(kind: str, path: str) -> None:
    """Write a starting file of a KIND at PATH, which is counted from docs/.

    \b
    carebase new product brio                     docs/products/brio/product.yml
    carebase new guide brio/descale               docs/products/brio/descale.md
    carebase new faq delivery                     docs/faq/delivery.md
    carebase new page support/opening-hours       docs/support/opening-hours.md
    carebase new troubleshooter brio/no-coffee    docs/products/brio/no-coffee.md
    carebase new form leasing                     docs/forms/leasing.yml
    carebase new policy brio                      docs/warranty/policies/brio@1.yml
    carebase new course espresso                  docs/courses/espresso/course.yml
    carebase new lesson espresso/02-water         docs/courses/espresso/02-water.md
    carebase new contact contact                  docs/contact.yml

    Nothing that is there is ever written over.
    """
    from carebase_plugins.engine import load_site

    if kind not in KINDS:
        match = nearest(kind, KINDS)
        way_out = f"did you mean `{match}`?" if match else f"there are {', '.join(KINDS)}."
        raise UsageError(f"There is no kind `{kind}`: {way_out}")
    if not path.isprintable():
        shown = ascii(path)[1:-1]
        raise UsageError(f"{shown} holds a line break or another control sign: leave it out.")
    site = load_site(Path.cwd())
    start = Start(kind, below_docs(path, site.docs_dir), today(), list_files(site))
    files = starting_files(start)
    for name in files:
        if (site.docs_dir / name).exists():
            there = site.name_of(site.docs_dir / name)
            raise UsageError(f"{there} is there already: nothing was written.")
        if folder := next(filter(Path.is_file, (site.docs_dir / name).parents), None):
            there = site.name_of(folder)
            raise UsageError(f"{there} is a file and no folder: nothing can be written into it.")
    try:
        for name, text in files.items():
            target = site.docs_dir / name
            if name.endswith(".yml"):
                text = schema_line(target, site.root, kind) + text
                _keep_schema(site, kind)
            _write(site, target, text)
        if kind == "policy":
            click.echo("Lock it before it is published: carebase check --fix")
        if kind == "lesson":
            course, _, page = next(iter(files)).rpartition("/")
            click.echo(f"Add it to `lessons` in {site.docs_dir.name}/{course}/course.yml: - {page}")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
