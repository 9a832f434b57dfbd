"""`carebase search`: what a query finds, and how well queries find."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import unquote

import click

from carebase.clock import today
from carebase.counting import counted
from carebase.errors import CarebaseError, UsageError, nearest
from carebase.search.build import INDEX, cache_of, is_old
from carebase.search.found import Found
from carebase.search.index import open_index
from carebase.search.judge import DEPTH, Quality, measure, read_queries
from carebase.search.reader_engine import ask_readers
from carebase.search.search import Searcher
from carebase.search.synonyms import load_synonyms
from carebase.search.written import as_typed
from carebase.site import Site

_SHOWN = 10
_LENGTH = 160
_HEADS = ("MRR@10", "success@1", "success@3", "recall@10", "no result")


@click.command("search")
@click.argument("words", nargs=-1)
@click.option("--product", default="", metavar="ID", help="Only pages about this product.")
@click.option("--kind", default="", help="Only pages of this kind, such as `guide` or `faq`.")
@click.option("--explain", is_flag=True, help="Say what each word of the query added.")
@click.option("--json", "as_json", is_flag=True, help="An object for programs.")
@click.option(
    "--evaluate",
    "queries",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Measure how well the queries of a CSV file (`query,relevant_pages`) find their pages.",
)
@click.option(
    "-d",
    "--site-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The built site whose search for readers is measured; `site_dir` when left out.",
)
def command(
    words: tuple[str, ...],
    product: str,
    kind: str,
    explain: bool,
    as_json: bool,
    queries: Path | None,
    site_dir: Path | None,
) -> int:
    """Search the pages of the site in this folder, as of the last `carebase build`.

    Exit code 0: something was found, or measured; 1: nothing was found.
    """
    from carebase_plugins.engine import load_site

    text = " ".join(words).strip()
    if bool(text) == (queries is not None):
        raise UsageError("Give the words to search for, or a file of queries with --evaluate.")
    if queries is not None and (product or kind or explain):
        raise UsageError("--product, --kind and --explain are for one search, not for --evaluate.")
    site = load_site(Path.cwd())
    if site_dir is not None:
        site = replace(site, site_dir=site_dir.absolute())
    if is_old(site.site_dir):
        click.echo("The pages are newer than the index: build without --no-index.", err=True)
    synonyms = load_synonyms(site).synonyms
    with open_index(cache_of(site) / INDEX) as opened:
        searcher = Searcher(opened, site.language, synonyms)
        if queries is not None:
            return _evaluate(site, searcher, queries, as_json)
        _check_wish("product", product, {one for page in searcher.pages for one in page.products})
        _check_wish("kind", kind, {page.kind for page in searcher.pages})
        found = searcher.search(text, product=product, kind=kind, today=today())
    click.echo(
        json.dumps(_as_data(found), ensure_ascii=False) if as_json else _as_text(found, explain)
    )
    return 0 if found.hits else 1


def _check_wish(name: str, wanted: str, known: set[str]) -> None:
    """Refuse to look for pages about what no page is about."""
    if wanted and wanted not in known:
        match = nearest(wanted, known)
        verb = "is" if len(known) == 1 else "are"
        there = f"did you mean `{match}`?" if match else f"there {verb} {', '.join(sorted(known))}."
        there = there if known else "the pages have none."
        raise UsageError(f"No page has the {name} `{wanted}`: {there}")


def _as_data(found: Found) -> dict[str, object]:
    return {
        "query": found.query.text,
        "language": found.language,
        "mended": dict(found.mended),
        "count": len(found.hits),
        "results": [
            {
                "title": hit.page.title,
                "address": hit.address,
                "page": hit.page.src_uri,
                "kind": hit.page.kind,
                "products": list(hit.page.products),
                "section": hit.section.heading if hit.section else "",
                "passage": hit.passage(_LENGTH),
                "score": round(hit.score, 3),
                "words": hit.words,
                "factors": hit.factors,
            }
            for hit in found.hits[:_SHOWN]
        ],
    }


def _as_text(found: Found, explain: bool) -> str:
    query = found.query.text
    lines = [f"Instead of `{as_typed(query, one)}`: {to}" for one, to in found.mended.items()]
    if explain:
        for ways in found.query.ideas:
            said = " or ".join(
                " and ".join(way.words) + ("" if way.weight == 1 else f" (x {way.weight:.2g})")
                for way in ways
            )
            lines.append(f"Looked for: {said}")
    if not found.hits:
        return "\n".join([*lines, f"Nothing found for `{found.query.text}`."])
    for rank, hit in enumerate(found.hits[:_SHOWN], 1):
        where = " · ".join(filter(None, [*hit.page.products, hit.page.kind]))
        heading = f" > {hit.section.heading}" if hit.section and hit.section.heading else ""
        lines += [f"{rank:>2}. {hit.page.title}{heading}", f"    {where}  {hit.address or '/'}"]
        if explain:
            parts = ", ".join(f"{word} {value:g}" for word, value in hit.words.items())
            asked = len(found.query.ideas)
            share = f"{len(hit.words)} of {counted(asked, 'word')}"
            times = "".join(f"; x {value:g} {name}" for name, value in hit.factors.items())
            lines.append(f"    {hit.score:.3f}: {parts}; {share}{times}")
        lines.append(f"    {hit.passage(_LENGTH)}")
    return "\n".join(lines)


def _evaluate(site: Site, searcher: Searcher, path: Path, as_json: bool) -> int:
    pages = {page.src_uri: page for page in searcher.pages}
    unknown: list[str] = []
    judged = read_queries(path, pages.keys(), unknown)
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        click.echo(f"Left out, since no page of this site: {unknown[0]}{more}.", err=True)
    texts = [one.query for one in judged]
    writers = [
        [hit.page.src_uri for hit in searcher.search(text, today=today()).hits[:DEPTH]]
        for text in texts
    ]
    rows: dict[str, Quality] = {"programs (Whoosh)": measure(judged, writers)}
    refused = ""
    by_file = {unquote(site.output_of(uri)): uri for uri in pages}
    try:
        answers = ask_readers(site.site_dir, site.language, texts)
    except CarebaseError as error:
        refused = str(error)
    else:
        readers = [
            [by_file.get(unquote(url).lstrip("/"), url) for url in answer["pages"]]
            for answer in answers
        ]
        rows = {"readers (Pagefind)": measure(judged, readers), **rows}
        times = sorted(answer["took"] for answer in answers)
    if as_json:
        data: dict[str, object] = {name: asdict(row) for name, row in rows.items()}
        if not refused:
            data["milliseconds"] = {
                "median": round(times[len(times) // 2], 1),
                "p95": round(times[int(len(times) * 0.95)], 1),
            }
        click.echo(json.dumps(data))
    else:
        queries = counted(len(judged), "query", "queries")
        click.echo(f"{queries} of {path}, {counted(len(pages), 'page')}")
        click.echo(" " * 20 + "".join(f"{head:>11}" for head in _HEADS))
        for name, row in rows.items():
            values = (row.mrr, row.success_1, row.success_3, row.recall, row.silent)
            click.echo(f"{name:20}" + "".join(f"{value:11.3f}" for value in values))
    if refused:
        click.echo(refused, err=True)
    return 0
