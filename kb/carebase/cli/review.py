"""`carebase review`: a page was read and is right; the dates in its head say so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import click

from carebase.articles.files import list_files
from carebase.cli.paths import below_docs
from carebase.clock import today
from carebase.errors import UsageError, nearest
from carebase.sources import read_text, split_front_matter
from carebase.sources.edit import set_value

# Until the next review, where the page does not say how long it was last time.
_INTERVAL = timedelta(days=365)


@click.command("review")
@click.argument("pages", metavar="PAGE...", nargs=-1, required=True)
@click.option(
    "--by",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the next review; left out, as long from now as it was last time, or a year.",
)
@click.option("--owner", metavar="NAME", help="Who keeps the page right from now on.")
def command(pages: tuple[str, ...], by: datetime | None, owner: str | None) -> None:
    """Say that PAGE was read today and is right, and when it is due again.

    Sets `reviewed` and `review_by` in its front matter and changes nothing else.

    \b
    carebase review products/brio/descale.md
    """
    from carebase_plugins.engine import load_site

    site = load_site(Path.cwd())
    day = today()
    if by is not None and by.date() <= day:
        raise UsageError(f"--by must be a day after today, {day.isoformat()}.")
    known = list_files(site).pages
    names = [_page(page, site.docs_dir, known) for page in pages]
    for name in names:
        path = site.docs_dir / name
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
        due = by.date() if by else day + _interval(path, site.name_of(path))
        text = set_value(text, "reviewed", day.isoformat())
        text = set_value(text, "review_by", due.isoformat())
        if owner:
            text = set_value(text, "owner", owner)
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise UsageError(f"{name} cannot be written: {error.strerror}.") from None
        click.echo(f"{site.name_of(path)}: reviewed {day.isoformat()}, again by {due.isoformat()}")


def _page(page: str, docs: Path, known: tuple[str, ...]) -> str:
    name = below_docs(page, docs)
    if (docs / name).is_dir():
        raise UsageError(f"{page} is a folder: name each page that was read.")
    if name not in known:
        match = nearest(name, known)
        raise UsageError(
            f"There is no page {name}" + (f": did you mean {match}?" if match else ".")
        )
    return name


def _interval(path: Path, name: str) -> timedelta:
    text, _ = read_text(path, name)
    data = split_front_matter(text, name).document.data
    head = data if isinstance(data, dict) else {}
    reviewed, due = head.get("reviewed"), head.get("review_by")
    if isinstance(reviewed, date) and isinstance(due, date) and due > reviewed:
        return due - reviewed
    return _INTERVAL
