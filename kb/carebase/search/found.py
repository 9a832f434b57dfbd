"""What a query found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload
from urllib.parse import quote

from carebase.search.passage import in_one_line, passage
from carebase.search.query import Query
from carebase.search.ranking import Answer
from carebase.search.sections import PageText, Section
from carebase.search.stems import stems_of
from carebase.search.written import corrected

# What stands for itself in an address.
_UNQUOTED = "/~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that answers: its best section, and what made its score.

    That is the sum of what each of `words` added, times the `factors`.
    """

    page: PageText
    section: Section | None
    score: float
    words: dict[str, float]
    factors: dict[str, float]
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


class Hits(Sequence[Hit]):
    """The pages that answer a query, the best first: each is looked at when it is asked for.

    There may be thousands, of which some are shown.
    """

    def __init__(
        self,
        query: Query,
        found: Sequence[tuple[float, PageText, Answer]],
        factors: Callable[[PageText, Answer], dict[str, float]],
    ) -> None:
        """Take the pages in their order, each with its score and what it says."""
        self._query = query
        self._found = found
        self._factors = factors

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> Hit: ...

    @overload
    def __getitem__(self, at: slice) -> list[Hit]: ...

    def __getitem__(self, at: int | slice) -> Hit | list[Hit]:
        """Give a page, or several."""
        if isinstance(at, slice):
            return [self._hit(*one) for one in self._found[at]]
        return self._hit(*self._found[at])

    def _hit(self, score: float, page: PageText, answer: Answer) -> Hit:
        ideas = self._query.ideas
        best = answer.best_section(len(page.sections))
        words = {
            ideas[at][0].words[0]: round(value, 3) for at, value in answer.parts(len(ideas)).items()
        }
        stems = frozenset(stems_of(sorted(self._query.words), page.lang))
        factors = {
            name: round(value, 3)
            for name, value in self._factors(page, answer).items()
            if value != 1
        }
        section = None if best is None else page.sections[best]
        return Hit(page, section, score, words, factors, stems)


@dataclass(slots=True)
class Found:
    """What a query found, the best first.

    `mended` are the words that were put right, each with what it was taken for, as the pages write
    it.
    """

    query: Query
    hits: Sequence[Hit] = ()
    language: str = ""
    mended: Mapping[str, str] = field(default_factory=dict)

    @property
    def corrected(self) -> str:
        """The query with its words put right."""
        return corrected(self.query.text, self.mended)
