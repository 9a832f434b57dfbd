"""The page that comes nearest to a search that found nothing, and the words that it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from carebase.errors import CarebaseError
from carebase.search.index import open_index
from carebase.search.search import Searcher
from carebase.search.synonyms import Synonyms

WORDS = "words.json"


@dataclass(frozen=True, slots=True)
class Nearest:
    """A page that holds some of the words asked for; `lacks` are those that it does not hold.

    `address` is relative to the site's own.
    """

    title: str
    address: str
    lacks: tuple[str, ...]


def find_nearest(searcher: Searcher, query: str, language: str) -> Nearest | None:
    """Find the page nearest to a query: any of its words will do, and misspelt ones are put right.

    Nothing is given when no page holds any of them.
    """
    found = searcher.search(query, language=language)
    if not found.hits:
        return None
    best = found.hits[0]
    asked = [ways[0].words[0] for ways in found.query.ideas]
    # A word that was put right may have been right: it is told as it was written.
    written = {right: typed for typed, right in found.query.mended.items()}
    lacks = tuple(written.get(word, word) for word in asked if word not in best.words)
    return Nearest(best.page.title, best.page.address, lacks)


@contextmanager
def open_searcher(folder: Path) -> Iterator[Searcher]:
    """Open the index that lies in the private folder of a built site.

    Raises CarebaseError in one sentence when there is none.
    """
    with open_index(folder) as opened:
        try:
            words = json.loads((folder / WORDS).read_text("utf-8"))
            synonyms = Synonyms.model_validate(words["synonyms"])
            language = str(words["language"])
        except (OSError, ValueError, KeyError, TypeError):
            raise CarebaseError(
                f"The search index in {folder} is not whole: build the site anew."
            ) from None
        yield Searcher(opened, language, synonyms)
