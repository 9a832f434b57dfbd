"""`carebase inbox signals`: what readers looked for in vain, and where troubleshooters lead."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import click

from carebase.endpoint.settings import database_url
from carebase.errors import UsageError
from carebase.signals import Tally, tally
from carebase.signals.tally import Results

_DAYS = 30
# As many as a person reads at once; other programs get all.
_SHOWN = 50
_NO_WORDS = "(words not kept)"


def _read_day(_: click.Context, __: click.Parameter, text: str | None) -> date:
    today = datetime.now(UTC).astimezone().date()
    if text is None:
        return today - timedelta(days=_DAYS)
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"`{text}` is no day. Write `today`, `yesterday` or a date such as {today}."
        ) from None


@click.command("signals")
@click.option(
    "--since",
    metavar="DAY",
    callback=_read_day,
    help=f"Count from this day on (today, yesterday or YYYY-MM-DD); the last {_DAYS} days else.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def signals(since: date, as_json: bool) -> None:
    """List what readers searched for in vain, and how troubleshooters ended.

    The most frequent comes first. Of a troubleshooter the share solved is that of all who said
    whether an outcome helped or went on to a form. Nothing is known of who they were.

    On a terminal these are two tables; elsewhere each line begins with `search` or `outcome`, with
    tabs between count, language and words, or between page, outcome, solved, not solved and
    escalated.
    """
    try:
        from carebase.store.signals import read_counts
    except ImportError as error:
        raise UsageError(
            f"The inbox needs {error.name}, which is not installed:"
            " pip install 'carebase[endpoint]'"
        ) from None
    found = tally(read_counts(database_url(os.environ), since))
    if as_json:
        click.echo(json.dumps(_plain(found, since), ensure_ascii=False, indent=1))
        return
    for line in _tables(found, since) if sys.stdout.isatty() else _lines(found):
        click.echo(line)


def _tables(found: Tally, since: date) -> Iterator[str]:
    if not found.searches and not found.pages:
        yield f"Nothing has been counted since {since}."
        return
    if found.searches:
        yield f"Searches without a result since {since}"
        for one in found.searches[:_SHOWN]:
            yield f"{one.count:>7,}  {one.language or '–':<4}{one.query or _NO_WORDS}"
        if len(found.searches) > _SHOWN:
            yield f"These are the {_SHOWN} most frequent; --json gives all {len(found.searches):,}."
    if found.searches and found.pages:
        yield ""
    if found.pages:
        yield f"Troubleshooters since {since}"
        yield "  share  solved  not solved  escalated"
        for page in found.pages:
            yield f"{_row(page.results)}  {page.page}"
            for node, results in page.nodes.items():
                yield f"{_row(results)}    #{node}"


def _row(results: Results) -> str:
    return (
        f"{results.share_solved:>7.0%}{results.solved:>8,}"
        f"{results.not_solved:>12,}{results.escalated:>11,}"
    )


def _lines(found: Tally) -> Iterator[str]:
    for one in found.searches:
        yield f"search\t{one.count}\t{one.language}\t{one.query}"
    for page in found.pages:
        for node, results in page.nodes.items():
            counts = f"{results.solved}\t{results.not_solved}\t{results.escalated}"
            yield f"outcome\t{page.page}\t{node}\t{counts}"


def _plain(found: Tally, since: date) -> dict[str, object]:
    return {
        "since": since.isoformat(),
        "searches": [
            {"query": one.query, "language": one.language, "count": one.count}
            for one in found.searches
        ],
        "troubleshooters": [
            {
                "page": page.page,
                **page.results.as_dict(),
                "outcomes": [
                    {"node": node, **results.as_dict()} for node, results in page.nodes.items()
                ],
            }
            for page in found.pages
        ],
    }
