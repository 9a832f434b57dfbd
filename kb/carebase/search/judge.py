"""How well a search finds: queries with their right pages, asked to an engine and counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from carebase.errors import UsageError, nearest

# The columns of a file of queries, and how many results are looked at.
QUERY, PAGES = "query", "relevant_pages"
DEPTH = 10

# So many lines that cannot be used are told one by one.
_TOLD = 20

# Gives the best pages for each query, by their path below `docs/`.
Engine = Callable[[Sequence[str]], Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and the pages that answer it; one of them is enough for a reader."""

    query: str
    pages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of one engine, each from 0 to 1.

    `mrr` is the mean of 1/rank of the first right page among ten (MRR@10), `success_1` and
    `success_3` the share of queries with a right page first or among the first three, `recall`
    the mean share of the right pages among the first ten, `silent` the share without any result.
    """

    queries: int
    mrr: float
    success_1: float
    success_3: float
    recall: float
    silent: float


def read_queries(
    path: Path, known: Collection[str], unknown: list[str] | None = None
) -> list[Judged]:
    """Read a CSV file with the columns `query` and `relevant_pages` (paths with spaces between).

    A path may be that of the repository or below `docs/`: it is the page of the site whose path
    is its end. A space within it is written `%20`. UsageError names each line that cannot be used;
    `unknown` gathers pages that stand beside right ones and are not there, with their line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text in UTF-8: save it as CSV in UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
    rows = csv.DictReader(io.StringIO(text))
    columns = rows.fieldnames or []
    if QUERY not in columns or PAGES not in columns:
        needs = f"{path} needs the columns `{QUERY}` and `{PAGES}` in its first line"
        raise UsageError(f"{needs}, with a comma between.")
    found: list[Judged] = []
    wrong: list[str] = []
    try:
        for row in rows:
            query = (row[QUERY] or "").strip()
            names = [unquote(name) for name in (row[PAGES] or "").split()]
            pages = {name: page_named(name, known) for name in names}
            right = frozenset(page for page in pages.values() if page)
            if not query or not right:
                # Of a row with more values than columns the rest is below no name.
                said = _lacking(query, names, known, is_cut=None in row)
                wrong.append(f"{path}:{rows.line_num}: {said}")
            elif unknown is not None:
                missing = (name for name, page in pages.items() if page is None)
                unknown += [f"{path}:{rows.line_num}: `{name}`" for name in missing]
            found.append(Judged(query, right))
    except csv.Error:
        # The reader has counted the lines of whole rows only.
        at = rows.line_num + 1
        wrong.append(f"{path}:{at}: a value does not end: a double quote is missing.")
    if wrong:
        more = [f"and {len(wrong) - _TOLD} more."] if len(wrong) > _TOLD else []
        raise UsageError("\n".join(wrong[:_TOLD] + more))
    if not found:
        raise UsageError(f"{path} holds no query.")
    return found


def _lacking(query: str, names: Sequence[str], known: Collection[str], *, is_cut: bool) -> str:
    """Say what a line lacks, and which page may have been meant."""
    if not query:
        return "no query."
    if is_cut:
        return "a comma in the query divides it: put the query between double quotes."
    if not names:
        return "no page that answers the query."
    match = nearest(names[0], known)
    hint = f" Did you mean `{match}`?" if match else ""
    return f"none of `{' '.join(names)}` is a page of this site.{hint}"


def page_named(name: str, known: Collection[str]) -> str | None:
    """Give the page that a path means: the longest end of it that is a page of the site."""
    parts = name.strip("/").split("/")
    for start in range(len(parts)):
        end = "/".join(parts[start:])
        if end in known:
            return end
    return None


def measure(queries: Sequence[Judged], answers: Iterable[Sequence[str]]) -> Quality:
    """Count how good the answers of an engine are, one list of pages for each query."""
    mrr = first = third = recall = silent = 0.0
    for judged, answer in zip(queries, answers, strict=True):
        best = list(answer)[:DEPTH]
        ranks = [rank for rank, page in enumerate(best, 1) if page in judged.pages]
        silent += not best
        if ranks:
            mrr += 1 / ranks[0]
            first += ranks[0] == 1
            third += ranks[0] <= 3
            recall += len(ranks) / len(judged.pages)
    count = len(queries)
    return Quality(count, mrr / count, first / count, third / count, recall / count, silent / count)
