"""Searching the Whoosh index: each word of a query for itself, sections folded into pages."""

from __future__ import annotations

import warnings
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import log, prod
from pathlib import Path
from typing import Any

from carebase.build.garbage import not_looked_for
from carebase.i18n import primary_language
from carebase.search.found import Found, Hits
from carebase.search.index import FIELDS, read_vocabulary
from carebase.search.query import Query, understand
from carebase.search.ranking import Answer, Posting
from carebase.search.sections import PageText, page_text
from carebase.search.spelling import Vocabulary
from carebase.search.stems import stems_of
from carebase.search.synonyms import Synonyms
from carebase.search.words import DENSE, telling, words_of
from carebase.search.written import as_written

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh.query import Term
    from whoosh.scoring import Frequency

_STALE = 0.7
# Who searches wants to be done with it: what teaches comes after what helps.
_TEACHING, _TAUGHT = frozenset(("course", "lesson")), 0.75
# Pages that answer much worse than the best are not counted as found.
_LEAST = 0.12
_FEW = 10
# So many pages say how a word is written that was put right.
_TOP = 4
# Letters of a short word.
_BRIEF = 3


@dataclass(slots=True)
class _Part:
    """A document of the index: its page, the number of its section, where its fields begin."""

    address: str
    section: int
    starts: tuple[int, ...] = ()


class Searcher:
    """A Whoosh index opened for reading. It may be used by several threads, one at a time."""

    def __init__(
        self,
        opened: Any,
        language: str,
        synonyms: Synonyms | None = None,
    ) -> None:
        self.language = primary_language(language)
        self.synonyms = synonyms or Synonyms()
        self._searcher = opened.searcher(weighting=Frequency())
        reader = self._searcher.reader()
        self.vocabularies = {
            code: Vocabulary(words, code)
            for code, words in read_vocabulary(Path(opened.storage.folder)).items()
        }
        self._pages: dict[str, PageText] = {}
        self._titles: dict[str, int] = {}
        self._parts: dict[int, _Part] = {}
        lengths: dict[int, list[int]] = {}
        for number in reader.all_doc_ids():
            stored = self._searcher.stored_fields(number)
            self._parts[number] = _Part(stored["address"], stored["section"])
            lengths[number] = [reader.doc_field_length(number, name) or 0 for name in FIELDS]
            if "page" in stored:
                page = self._pages[stored["address"]] = page_text(stored["page"])
                self._titles[page.address] = len(words_of(page.title))
        self._lengths: dict[str, int] = {}
        for number, part in sorted(self._parts.items(), key=lambda item: item[1].section):
            start = self._lengths.get(part.address, 0)
            part.starts = tuple(accumulate(lengths[number], initial=start))
            self._lengths[part.address] = part.starts[-1]
        # Pages in another language say nothing of how rare a word is, or how long a page.
        lengths_of: dict[str, list[int]] = {}
        for address, length in self._lengths.items():
            lengths_of.setdefault(self._pages[address].lang, []).append(length)
        self._count = {lang: len(each) for lang, each in lengths_of.items()}
        self._average = {lang: sum(each) / len(each) or 1.0 for lang, each in lengths_of.items()}

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
        """Find the pages that answer; those of the language asked for, else of any other.

        Another language is meant too where this one has none of the words as they were typed, but
        that one has: they are no typing errors then.
        """
        wanted = language if language in self.vocabularies else self.language
        found = self._search(text, wanted, product, kind, today, literal)
        is_guess = len(found.query.ideas) > 1 or bool(found.query.mended)
        is_foreign = is_guess and not self._knows(text, wanted)
        if found.hits and not is_foreign:
            return found
        for other in sorted(self.vocabularies):
            if other != wanted and (not found.hits or self._knows(text, other)):
                again = self._search(text, other, product, kind, today, literal)
                if again.hits:
                    return again
        return found

    def _knows(self, text: str, language: str) -> bool:
        """Tell whether any telling word of a query stands on a page of a language, as typed."""
        vocabulary = self.vocabularies.get(language) or Vocabulary({})
        return any(
            word in vocabulary
            if len(word) == _BRIEF
            else vocabulary.knows(word) or vocabulary.respelled(word) != ""
            for word in telling(words_of(text), language)
            # Those of a letter or two are words of every language.
            if len(word) >= _BRIEF or DENSE.match(word)
        )

    def _search(
        self, text: str, language: str, product: str, kind: str, today: date | None, literal: bool
    ) -> Found:
        # On a large site it would look through a million places, for half of the time.
        with not_looked_for():
            return self._look(text, language, product, kind, today, literal)

    def _look(
        self, text: str, language: str, product: str, kind: str, today: date | None, literal: bool
    ) -> Found:
        vocabulary = self.vocabularies.get(language) or Vocabulary({})
        query = understand(
            text,
            language,
            vocabulary,
            [*self.synonyms.of(language, self.language), *vocabulary.twins],
            literal=literal,
        )
        scored = []
        for address, answer in self._answers(query, language).items():
            page = self._pages[address]
            if product and product not in page.products:
                continue
            if not kind or kind == page.kind:
                score = answer.score(len(query.ideas), self._titles[address])
                score *= prod(_page_factors(page, today).values())
                scored.append((score, page, answer))
        scored.sort(key=lambda one: (-one[0], one[1].address))
        floor = scored[0][0] * _LEAST if scored else 0.0
        kept = [one for at, one in enumerate(scored) if at < _FEW or one[0] >= floor]
        best = [page for _, page, _ in kept[:_TOP]]

        def factors(page: PageText, answer: Answer) -> dict[str, float]:
            of_answer = answer.factors(len(query.ideas), self._titles[page.address])
            return {**of_answer, **_page_factors(page, today)}

        mended = {typed: as_written(best, meant) for typed, meant in query.mended.items()}
        return Found(query, Hits(query, kept, factors), language, mended)

    def _answers(self, query: Query, language: str) -> dict[str, Answer]:
        """Give for each page that holds a word of a query what it says to it."""
        held = {word: self._places(word, language) for word in sorted(query.words)}
        count, average = self._count.get(language, 0), self._average.get(language, 1.0)

        def rare(pages: int) -> float:
            return log(1 + (count - pages + 0.5) / (pages + 0.5))

        answers: dict[str, Answer] = defaultdict(Answer)
        for idea, ways in enumerate(query.ideas):
            compounds: dict[str, list[tuple[float, list[Posting]]]] = {}
            for way in ways:
                if way.is_compound:
                    for address, postings in held[way.words[0]].items():
                        compounds.setdefault(address, []).append((way.weight, postings))
                    continue
                lists = [held[word] for word in way.words]
                for address in set(lists[0]).intersection(*lists[1:]):
                    length = self._lengths[address] / average
                    parts = [(rare(len(pages)), pages[address]) for pages in lists]
                    answers[address].add(idea, parts, way.weight, length)
            for address, found in compounds.items():
                length = self._lengths[address] / average
                answers[address].add_compounds(idea, found, rare(len(compounds)), length)
        return answers

    def _places(self, word: str, language: str) -> dict[str, list[Posting]]:
        """Give for each page with a word where it stands."""
        found: dict[str, list[Posting]] = {}
        for field_, name in enumerate(FIELDS):
            in_title = name == "title"
            for term in self._terms(name, word, language):
                matcher = Term(name, term).matcher(self._searcher)
                if not matcher.is_active():
                    continue
                for number, places in matcher.items_as("positions"):
                    part = self._parts[number]
                    if self._pages[part.address].lang == language:
                        posting = Posting(part.starts[field_], part.section, in_title, places)
                        found.setdefault(part.address, []).append(posting)
        return found

    def _terms(self, name: str, word: str, language: str) -> list[str]:
        """Give what stands in a field of the index for a word.

        One character of a script without spaces is in it as a part of pairs.
        """
        (stem,) = stems_of([word], language)
        if len(word) > 1 or not DENSE.match(word):
            return [stem]
        return [term for term in self._searcher.reader().field_terms(name) if stem in term]


def _page_factors(page: PageText, today: date | None) -> dict[str, float]:
    """Give by what the score of a page is multiplied whatever was asked, each with its reason."""
    factors = {"boost": page.boost}
    if today is not None and page.is_stale(today):
        factors["past review"] = _STALE
    if page.kind in _TEACHING:
        factors[page.kind] = _TAUGHT
    return factors
