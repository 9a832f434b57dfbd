"""`carebase verify`: does the built site hold all that its sources declare, and no answer key?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from carebase.articles import load_pages
from carebase.articles.expectations import Missing, expected_pages, find_missing
from carebase.catalog import load_catalog
from carebase.counting import counted
from carebase.errors import UsageError, VerificationError
from carebase.forms import load_forms
from carebase.site import Site
from carebase.training import load_courses
from carebase.training.quizzes import load_quizzes
from carebase.training.secrecy import Leak, find_leaks

_LEAKING = "The built site tells what is right in a graded or hashed course: do not publish it."
_PLUGINS = (
    "carebase-catalog",
    "carebase-articles",
    "carebase-courses",
    "carebase-forms",
    "carebase-search",
)


@click.command("verify")
@click.argument("built", metavar="SITE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def command(built: Path, as_json: bool) -> None:
    """Prove that SITE holds every page and widget that the sources in this folder declare.

    Nothing in it may tell what is right in a graded or hashed course either. Call it after a
    build, with the folder that was built. Exit code 0: all there; 2: no such folder; 3: something
    is missing, or tells too much, one `file: what` a line.
    """
    from carebase_plugins.engine import load_site

    site = load_site(Path.cwd())
    if not built.is_dir():
        raise UsageError(f"There is no folder {built}: build the site first with `carebase build`.")
    catalog = load_catalog(site)
    pages = load_pages(site, catalog, load_forms(site))
    courses = load_courses(site)
    expected = expected_pages(site, catalog, courses, pages)
    widgets = sum(len(page.widgets) for page in expected)
    missing = find_missing(expected, built)
    asked = load_quizzes(site, pages.pages, courses.by_id).asked
    leaks = find_leaks(built, pages.pages, asked, courses.by_id)
    if as_json:
        found = _as_object(len(expected), widgets, missing, leaks)
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for one in (*missing, *leaks):
            click.echo(str(one))
    if missing or leaks:
        told = [_sentence(site, missing)] if missing else []
        raise VerificationError(" ".join([*told, *([_LEAKING] if leaks else [])]))
    if not as_json:
        click.echo(f"{counted(len(expected), 'page')}, {counted(widgets, 'widget')}: all there")


def _as_object(
    pages: int, widgets: int, missing: list[Missing], leaks: list[Leak]
) -> dict[str, Any]:
    return {
        "pages": pages,
        "widgets": widgets,
        "missing": [
            {
                "page": one.output,
                "widget": one.widget.name if one.widget else None,
                "source": one.source,
            }
            for one in missing
        ],
        "leaks": [{"file": one.file, "what": one.what} for one in leaks],
    }


def _sentence(site: Site, missing: list[Missing]) -> str:
    pages = sum(one.widget is None for one in missing)
    widgets = len(missing) - pages
    parts = [
        counted(count, what) for count, what in ((pages, "page"), (widgets, "widget")) if count
    ]
    said = f"Missing in the built site: {' and '.join(parts)}."
    absent = [name for name in _PLUGINS if name not in site.plugins]
    if absent and widgets:
        said += f" Not among the plugins in mkdocs.yml: {', '.join(absent)}."
    return said
