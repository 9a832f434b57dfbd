"""Searching the Whoosh index: each word of a query for itself, sections folded into pages."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from math import log
from pathlib import Path
from typing import Any
from urllib.parse import quote

from carebase.build.garbage import not_looked_for
from carebase.search.index import FIELDS, read_vocabulary
from carebase.search.passage import in_one_line, passage
from carebase.search.query import Query, understand
from carebase.search.ranking import Answer, Place
from carebase.search.sections import PageText, Section, page_text
from carebase.search.spelling import Vocabulary
from carebase.search.stems import stems_of
from carebase.search.synonyms import Synonyms
from carebase.search.words import DENSE, telling, words_of
from carebase.search.written import as_written, corrected

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

# What stands for itself in an address.
_UNQUOTED = "/~!$&'()*+,;=:@"


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

    @property
    def path(self) -> str:
        """The same as a link has it: what an address may not hold is written as `%` (RFC 3986)."""
        path = quote(self.page.address, _UNQUOTED)
        name = quote(self.section.id, _UNQUOTED) if self.section else ""
        return f"{path}#{name}" if name else path

    def passage(self, length: int) -> str:
        """Give what a reader is shown: of a question its answer, else the text around the words."""
        return "".join(piece for piece, _ in self.pieces(length))

    def pieces(self, length: int) -> list[tuple[str, bool]]:
        """Give the passage in pieces, each with whether it is one of the words asked for."""
        if self.section is None:
            return []
        text = in_one_line(self.section.text)
        if self.section.is_question:
            answer = passage(text, self.stems, self.page.lang, length, from_start=True)
            asked = passage(self.section.heading, self.stems, self.page.lang, length)
            # Of a long answer that says the words only further down, what stands there.
            if any(marked for _, marked in (*answer, *asked)):
                return answer
        return passage(text, self.stems, self.page.lang, length)


@dataclass(slots=True)
class Found:
    """What a query found, the best first.

    `mended` are the words that were put right, each with what it was taken for, as the pages write
    it.
    """

    query: Query
    hits: list[Hit] = field(default_factory=list)
    language: str = ""
    mended: Mapping[str, str] = field(default_factory=dict)

    @property
    def corrected(self) -> str:
        """The query with its words put right."""
        return corrected(self.query.text, self.mended)


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
        self.language = language.replace("_", "-").split("-")[0].lower()
        self.synonyms = synonyms or Synonyms()
        self._searcher = opened.searcher(weighting=Frequency())
        reader = self._searcher.reader()
        self.vocabularies = {
            code: Vocabulary(words, code)
            for code, words in read_vocabulary(Path(opened.storage.folder)).items()
        }
        self._pages: dict[str, PageText] = {}
        self._parts: dict[int, _Part] = {}
        lengths: dict[int, list[int]] = {}
        for number in reader.all_doc_ids():
            stored = self._searcher.stored_fields(number)
            self._parts[number] = _Part(stored["address"], stored["section"])
            lengths[number] = [reader.doc_field_length(number, name) or 0 for name in FIELDS]
            if "page" in stored:
                self._pages[stored["address"]] = page_text(stored["page"])
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
        hits = []
        for address, answer in self._answers(query, language).items():
            page = self._pages[address]
            if product and product not in page.products:
                continue
            if not kind or kind == page.kind:
                hits.append(self._hit(page, answer, query, today))
        hits.sort(key=lambda hit: (-hit.score, hit.page.address))
        floor = hits[0].score * _LEAST if hits else 0.0
        kept = [hit for at, hit in enumerate(hits) if at < _FEW or hit.score >= floor]
        best = [hit.page for hit in kept[:_TOP]]
        mended = {typed: as_written(best, meant) for typed, meant in query.mended.items()}
        return Found(query, kept, language, mended)

    def _answers(self, query: Query, language: str) -> dict[str, Answer]:
        """Give for each page that holds a word of a query what it says to it."""
        held = {word: self._places(word, language) for word in sorted(query.words)}
        count, average = self._count.get(language, 0), self._average.get(language, 1.0)

        def rare(pages: int) -> float:
            return log(1 + (count - pages + 0.5) / (pages + 0.5))

        answers: dict[str, Answer] = defaultdict(Answer)
        for idea, ways in enumerate(query.ideas):
            compounds: dict[str, list[tuple[float, list[Place]]]] = {}
            for way in ways:
                if way.is_compound:
                    for address, places in held[way.words[0]].items():
                        compounds.setdefault(address, []).append((way.weight, places))
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

    def _places(self, word: str, language: str) -> dict[str, list[Place]]:
        """Give for each page with a word where it stands."""
        found: dict[str, list[Place]] = {}
        for field_, name in enumerate(FIELDS):
            in_title = name == "title"
            for term in self._terms(name, word, language):
                matcher = Term(name, term).matcher(self._searcher)
                while matcher.is_active():
                    part = self._parts[matcher.id()]
                    if self._pages[part.address].lang == language:
                        start, section = part.starts[field_], part.section
                        # Past the constructor, which takes longer than all the rest: there may be
                        # a hundred thousand.
                        found.setdefault(part.address, []).extend(
                            [
                                tuple.__new__(Place, (start + at, section, in_title))
                                for at in matcher.value_as("positions")
                            ]
                        )
                    matcher.next()
        return found

    def _terms(self, name: str, word: str, language: str) -> list[str]:
        """Give what stands in a field of the index for a word.

        One character of a script without spaces is in it as a part of pairs.
        """
        (stem,) = stems_of([word], language)
        if len(word) > 1 or not DENSE.match(word):
            return [stem]
        return [term for term in self._searcher.reader().field_terms(name) if stem in term]

    def _hit(self, page: PageText, answer: Answer, query: Query, today: date | None) -> Hit:
        asked = len(query.ideas)
        score = answer.score(asked, len(words_of(page.title))) * page.boost
        if today is not None and page.is_stale(today):
            score *= _STALE
        if page.kind in _TEACHING:
            score *= _TAUGHT
        best = answer.best_section(len(page.sections))
        words = {
            query.ideas[at][0].words[0]: round(value, 3)
            for at, value in answer.parts(asked).items()
        }
        stems = frozenset(stems_of(sorted(query.words), page.lang))
        return Hit(page, None if best is None else page.sections[best], score, words, stems)
