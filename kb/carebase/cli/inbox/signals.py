"""`carebase inbox signals`: what readers looked for in vain, and what spared them a form."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from carebase.build.private import private_of
from carebase.cli.extras import endpoint_part
from carebase.endpoint.settings import database_url
from carebase.errors import CarebaseError, UsageError
from carebase.search.build import PRIVATE
from carebase.search.nearest import Nearest, find_nearest, open_searcher
from carebase.signals.tally import FailedSearch, Results, Tally, tally

_DAYS = 30
# As many as a person reads at once; other programs get all.
_SHOWN = 50
_NO_WORDS = "(words not kept)"
# Where `carebase build` puts a site whose settings name no other place.
_SITE = "site"

# For each search the nearest page; nothing at all where there is no index.
Found = Mapping[FailedSearch, Nearest | None] | None


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
    """List what readers searched for in vain, and how troubleshooters and forms ended.

    The most frequent comes first. Of a troubleshooter the share solved is that of all who said
    whether an outcome helped or went on to a form. Nothing is known of who they were.

    Below each search stands the page that comes nearest, and which of the words it lacks, from the
    search index of the site in CAREBASE_SITE (`site` in this folder when it is not set).

    Of forms those are counted on which somebody opened an article that was offered while they
    wrote: left without being sent, or sent all the same.

    On a terminal these are tables; elsewhere each line begins with `search`, `outcome` or
    `suggestion`, with tabs between count, language, words, address of the nearest page and words it
    lacks, between page, outcome, solved, not solved and escalated, or between form, left and sent.
    """
    with endpoint_part("The inbox needs"):
        from carebase.store.signals import read_counts
    found = tally(read_counts(database_url(os.environ), since))
    nearest, reason = _nearest(found)
    if as_json:
        click.echo(json.dumps(_plain(found, since, nearest), ensure_ascii=False, indent=1))
    elif sys.stdout.isatty():
        for line in _tables(found, since, nearest, reason):
            click.echo(line)
    else:
        if reason:
            click.echo(reason, err=True)
        for line in _lines(found, nearest):
            click.echo(line)


def _nearest(found: Tally) -> tuple[Found, str]:
    """Find the page nearest to each search; where that cannot be done, say why."""
    if not found.searches:
        return None, ""
    site = Path(os.environ.get("CAREBASE_SITE", "").strip() or _SITE)
    try:
        with open_searcher(private_of(site) / PRIVATE) as searcher:
            return {
                one: find_nearest(searcher, one.query, one.language) if one.query else None
                for one in found.searches
            }, ""
    except CarebaseError:
        reason = (
            f"The nearest pages are not shown: there is no search index beside {site}"
            " (CAREBASE_SITE names the built site)."
        )
        return None, reason


def _tables(found: Tally, since: date, nearest: Found, reason: str) -> Iterator[str]:
    if not found.searches and not found.pages and not found.forms:
        yield f"Nothing has been counted since {since}."
        return
    if found.searches:
        yield f"Searches without a result since {since}"
        for one in found.searches[:_SHOWN]:
            yield f"{one.count:>7,}  {one.language or '–':<4}{one.query or _NO_WORDS}"
            if nearest is not None and one.query:
                yield f"{'':13}{_said(nearest[one])}"
        if len(found.searches) > _SHOWN:
            yield f"These are the {_SHOWN} most frequent; --json gives all {len(found.searches):,}."
        if reason:
            yield reason
    if found.searches and found.pages:
        yield ""
    if found.pages:
        yield f"Troubleshooters since {since}"
        yield "  share  solved  not solved  escalated"
        for page in found.pages:
            yield f"{_row(page.results)}  {page.page}"
            for node, results in page.nodes.items():
                yield f"{_row(results)}    #{node}"
    if found.forms:
        if found.searches or found.pages:
            yield ""
        yield f"Forms on which an offered article was opened since {since}"
        yield "  share    left    sent"
        for one_form in found.forms:
            share = f"{one_form.share_left:>7.0%}{one_form.left:>8,}{one_form.sent:>8,}"
            yield f"{share}  {one_form.form}"


def _said(nearest: Nearest | None) -> str:
    if nearest is None:
        return "no page holds any of these words"
    if not nearest.lacks:
        return f"found by now: {nearest.title} ({nearest.address})"
    words = ", ".join(f"`{word}`" for word in nearest.lacks)
    return f"nearest: {nearest.title} ({nearest.address}), which lacks {words}"


def _row(results: Results) -> str:
    return (
        f"{results.share_solved:>7.0%}{results.solved:>8,}"
        f"{results.not_solved:>12,}{results.escalated:>11,}"
    )


def _lines(found: Tally, nearest: Found) -> Iterator[str]:
    for one in found.searches:
        closest = nearest[one] if nearest is not None else None
        beside = f"{closest.address}\t{' '.join(closest.lacks)}" if closest else "\t"
        yield f"search\t{one.count}\t{one.language}\t{one.query}\t{beside}"
    for page in found.pages:
        for node, results in page.nodes.items():
            counts = f"{results.solved}\t{results.not_solved}\t{results.escalated}"
            yield f"outcome\t{page.page}\t{node}\t{counts}"
    for form in found.forms:
        yield f"suggestion\t{form.form}\t{form.left}\t{form.sent}"


def _plain(found: Tally, since: date, nearest: Found) -> dict[str, object]:
    return {
        "since": since.isoformat(),
        "index": nearest is not None,
        "searches": [
            {
                "query": one.query,
                "language": one.language,
                "count": one.count,
                "nearest": asdict(closest)
                if nearest is not None and (closest := nearest[one])
                else None,
            }
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
        "suggestions": [
            {**asdict(form), "share_left": round(form.share_left, 3)} for form in found.forms
        ],
    }
