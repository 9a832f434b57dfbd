"""Queries from the links of a site: what other pages call a page is how it would be looked for.

A query is the text of a link in other words than the title of its page; the right pages are those
that this text leads to anywhere on the site. Texts of one word and addresses are left out. To each
query belongs the same one with a typing error in one word of five letters or more: a neighbour on
the keyboard, two letters swapped, one left out, one doubled, or a wrong first letter.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from carebase.search.judge import Judged
from carebase.search.words import words_of

_LINK = re.compile(r"(?<!!)\[([^\]\[]+)\]\(([^)\s]+)[^)]*\)")
_TITLE = re.compile(r"^(?:title:|#)\s+[\"']?(.*?)[\"']?\s*$", re.MULTILINE)
# Help desks link to the number of an article and not to its file.
_NUMBER = re.compile(r"^id:\s*(\d{6,})", re.MULTILINE)
_ARTICLE = re.compile(r"articles/(\d{6,})")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LONG = 5


def linked_queries(docs: Path) -> list[Judged]:
    """Give the queries of a folder of pages, with paths below it."""
    pages = {path: path.read_text("utf-8", errors="replace") for path in sorted(docs.rglob("*.md"))}
    numbers = {found[1]: path for path, text in pages.items() if (found := _NUMBER.search(text))}
    titles = {
        path: words_of(found[1]) if (found := _TITLE.search(text)) else []
        for path, text in pages.items()
    }
    right: dict[str, set[str]] = {}
    for path, text in pages.items():
        for said, target in _LINK.findall(text):
            article = _ARTICLE.search(target)
            page = numbers.get(article[1]) if article else _page_at(path, target, pages)
            words = words_of(re.sub(r"[*_`]", "", said))
            if page in (None, path) or len(words) < 2 or "://" in said or words == titles[page]:
                continue
            right.setdefault(" ".join(words), set()).add(page.relative_to(docs).as_posix())
    return [Judged(query, frozenset(found)) for query, found in sorted(right.items())]


def with_slips(queries: list[Judged], seed: int = 7) -> Iterator[Judged]:
    """Give each query with a typing error in one of its long words, where it has one."""
    chance = random.Random(seed)
    for judged in queries:
        words = judged.query.split()
        places = [at for at, word in enumerate(words) if len(word) >= _LONG and word.isalpha()]
        if places:
            at = chance.choice(places)
            words[at] = slip(words[at], chance)
            yield Judged(" ".join(words), judged.pages)


def slip(word: str, chance: random.Random) -> str:
    """Give a word as fingers mistype it."""
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("neighbour", "swap", "drop", "double", "first"))
    if kind == "first":
        at = 0
    row = next((row for row in _ROWS if word[at] in row), "")
    if kind in ("neighbour", "first") and row:
        place = row.index(word[at])
        near = chance.choice([row[to] for to in (place - 1, place + 1) if 0 <= to < len(row)])
        return word[:at] + near + word[at + 1 :]
    if kind == "swap" and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at] + word[at:] if kind == "double" else word[:at] + word[at + 1 :]


def _page_at(path: Path, target: str, pages: dict[Path, str]) -> Path | None:
    name = unquote(target.partition("#")[0])
    if not name or "://" in name:
        return None
    plain = (path.parent / name).resolve()
    places = (plain, plain.with_name(plain.name + ".md"), plain / "index.md", plain / "README.md")
    return next((place for place in places if place in pages), None)
