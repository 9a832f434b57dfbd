"""Searching the Whoosh index: each word of a query for itself, sections folded into pages."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from datetime import date
from math import log
from pathlib import Path
from typing import Any

from carebase.search.index import FIELDS, read_vocabulary
from carebase.search.passage import passage
from carebase.search.query import Query, understand
from carebase.search.sections import PageText, Section, page_text
from carebase.search.spelling import Vocabulary
from carebase.search.stems import stems_of
from carebase.search.synonyms import Synonyms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh.query import Term
    from whoosh.scoring import Frequency

# BM25 (Robertson and Zaragoza, 2009), on the fields of a page taken together: none weighs more.
_K1, _B = 1.6, 0.75
# How much a page counts by the share of what was asked that it holds,
_COVERAGE = 0.5
# and how much more when one section of it holds them together.
_NEARNESS = 1.0
_STALE = 0.7
# Pages that answer much worse than the best are not counted as found.
_LEAST = 0.12
_FEW = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that answers: its best section, and what each word added to its score."""

    page: PageText
    section: Section | None
    score: float
    words: dict[str, float]
    stems: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """The address of the section that answers, relative to the site's own."""
        name = self.section.id if self.section else ""
        return f"{self.page.address}#{name}" if name else self.page.address

    def passage(self, length: int) -> str:
        """Give what a reader is shown: of a question its answer, else the text around the words."""
        return "".join(piece for piece, _ in self.pieces(length))

    def pieces(self, length: int) -> list[tuple[str, bool]]:
        """Give the passage in pieces, each with whether it is one of the words asked for."""
        text = " ".join(self.section.text.split()) if self.section else ""
        is_answer = self.section is not None and self.section.is_question
        return passage(text, self.stems, self.page.lang, length, from_start=is_answer)


@dataclass(slots=True)
class Found:
    """What a query found, the best first; `mended` are the words that were put right."""

    query: Query
    hits: list[Hit] = field(default_factory=list)
    language: str = ""


class Searcher:
    """A Whoosh index opened for reading. It may be used by several threads, one at a time."""

    def __init__(
        self,
        opened: Any,
        language: str,
        synonyms: Synonyms | None = None,
    ) -> None:
        self.language = language.replace("_", "-").split("-")[0].lower()
        self.synonyms = synonyms or Synonyms()
        self._searcher = opened.searcher(weighting=Frequency())
        reader = self._searcher.reader()
        self.vocabularies = {
            code: Vocabulary(words)
            for code, words in read_vocabulary(Path(opened.storage.folder)).items()
        }
        self._pages: dict[str, PageText] = {}
        self._places: dict[int, tuple[str, int]] = {}
        self._lengths: dict[str, int] = {}
        for number in reader.all_doc_ids():
            stored = self._searcher.stored_fields(number)
            address = stored["address"]
            self._places[number] = (address, stored["section"])
            length = sum(reader.doc_field_length(number, name) or 0 for name in FIELDS)
            self._lengths[address] = self._lengths.get(address, 0) + length
            if "page" in stored:
                self._pages[address] = page_text(stored["page"])
        self._average = sum(self._lengths.values()) / (len(self._lengths) or 1) or 1.0

    @property
    def pages(self) -> list[PageText]:
        """Every page of the index."""
        return list(self._pages.values())

    def search(
        self,
        text: str,
        *,
        language: str = "",
        product: str = "",
        kind: str = "",
        today: date | None = None,
        literal: bool = False,
    ) -> Found:
        """Find the pages that answer; those of the language asked for, else of any other."""
        wanted = language if language in self.vocabularies else self.language
        found = self._search(text, wanted, product, kind, today, literal)
        if not found.hits:
            for other in sorted(self.vocabularies):
                if other != wanted:
                    again = self._search(text, other, product, kind, today, literal)
                    if again.hits:
                        return again
        return found

    def _search(
        self, text: str, language: str, product: str, kind: str, today: date | None, literal: bool
    ) -> Found:
        vocabulary = self.vocabularies.get(language) or Vocabulary({})
        query = understand(
            text,
            language,
            vocabulary,
            self.synonyms.of(language, self.language),
            literal=literal,
        )
        hits = []
        for address, rows in self._pages_with(query, language).items():
            page = self._pages[address]
            if page.lang != language or (product and product not in page.products):
                continue
            if not kind or kind == page.kind:
                hits.append(self._hit(page, rows, query, today))
        hits.sort(key=lambda hit: (-hit.score, hit.page.address))
        floor = hits[0].score * _LEAST if hits else 0.0
        kept = [hit for at, hit in enumerate(hits) if at < _FEW or hit.score >= floor]
        return Found(query, kept, language)

    def _pages_with(self, query: Query, language: str) -> dict[str, list[dict[int, float]]]:
        """Give for each page that holds a word what each idea scores in it and its sections.

        The first row is the page, the others its sections by their number.
        """
        counts = {word: self._counts(word, language) for word in sorted(query.words)}
        rarity = {
            word: log(1 + (len(self._pages) - len(found) + 0.5) / (len(found) + 0.5))
            for word, found in counts.items()
        }
        pages: dict[str, list[dict[int, float]]] = {}
        for at, ways in enumerate(query.ideas):
            for way in ways:
                lists = [counts[word] for word in way.words]
                for address in set(lists[0]).intersection(*lists[1:]):
                    page = self._pages[address]
                    rows = pages.setdefault(address, [{} for _ in range(len(page.sections) + 1)])
                    length = self._lengths[address] / self._average
                    score = 0.0
                    for word in way.words:
                        count = sum(counts[word][address].values())
                        score += rarity[word] * count / (count + _K1 * (1 - _B + _B * length))
                        for place in counts[word][address]:
                            if place + 1 < len(rows):
                                row = rows[place + 1]
                                row[at] = max(row.get(at, 0.0), way.weight * rarity[word])
                    score *= way.weight / len(way.words)
                    rows[0][at] = max(rows[0].get(at, 0.0), score)
        return pages

    def _counts(self, word: str, language: str) -> dict[str, dict[int, float]]:
        """Count how often a word stands in each section of each page."""
        (stem,) = stems_of([word], language)
        counts: dict[str, dict[int, float]] = {}
        for name in FIELDS:
            matcher = Term(name, stem).matcher(self._searcher)
            while matcher.is_active():
                address, place = self._places[matcher.id()]
                sections = counts.setdefault(address, {})
                sections[place] = sections.get(place, 0.0) + matcher.weight()
                matcher.next()
        return counts

    def _hit(
        self, page: PageText, rows: list[dict[int, float]], query: Query, today: date | None
    ) -> Hit:
        whole, sections = rows[0], rows[1:]
        asked = len(query.ideas)
        score = sum(whole.values()) * (len(whole) / asked) ** _COVERAGE
        best = max(range(len(sections)), key=lambda at: sum(sections[at].values()), default=None)
        if best is not None and asked > 1:
            score *= 1 + _NEARNESS * (len(sections[best]) / asked) ** 2
        score *= page.boost
        if today is not None and page.is_stale(today):
            score *= _STALE
        words = {query.ideas[at][0].words[0]: round(value, 3) for at, value in whole.items()}
        stems = frozenset(stems_of(sorted(query.words), page.lang))
        return Hit(page, None if best is None else page.sections[best], score, words, stems)
