"""Pages that go together, by their product and by the words of their titles and keywords.

Nothing is counted over the site: what a page has in common with another follows from the two
alone, so that an edit changes no list but those which the edited page enters, leaves or moves
in. What rarity would tell of a word (K. Spärck Jones, "A statistical interpretation of term
specificity", 1972) is told by lists of words that say little on any site. Two pages are compared
only where a list of the pages with a word holds both, and a word that many pages have has no such
list: the work grows with the number of pages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import sqrt

from carebase.articles.front_matter import MOST_RELATED
from carebase.search.spelling import COMPOUNDING
from carebase.search.stems import stems_of
from carebase.search.words import indexed_words_of, slight_words, stop_words

# How much a word of the title and one of the keywords say about a page, and one of either that
# says little. What each counts among all that a page is about: many keywords do not make what the
# title says less.
_TITLE, _KEYWORD, _SLIGHT = 4, 3, 2
_BESIDE = {_TITLE: 4.0, _KEYWORD: 1.5, _SLIGHT: 2.0}
# A title of one word counts as if it had another: it is not the likest to all that hold the word.
_SHORTEST = 2 * _TITLE**2
# Pages with a word, beyond which the word brings no pages together.
_COMMON = 64
# How alike two pages must be to be shown; 1 is the same.
_LEAST = 0.12
# The same for pages of which one is of no product, or which stand in two parts of a site: one
# word that both have is chance.
_LEAST_APART, _FEWEST_APART = 0.4, 2
_SAME_KIND = 1.1
# Letters of a word that stands within a longer one, at its beginning or end, in languages that
# write compounds as one word, and how much of a common word it is.
_PART, _PARTLY = 5, 0.5


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about. `words` are those that tell it from others, with their weight.

    `first` are the pages that its writer wants shown, `before` those that a reader does before it,
    `part` the part of the site where it stands. A page that is no `article` is neither shown below
    others nor shows any; one that is not `wanting` shows none.
    """

    lang: str
    kind: str
    words: Mapping[str, int]
    products: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    part: str = ""
    late: bool = False
    article: bool = True
    wanting: bool = True


def telling_words(
    title: str,
    keywords: Iterable[str],
    lang: str,
    without: Collection[str] = (),
    slight: Collection[str] = (),
) -> dict[str, int]:
    """Give the stems of a title and its keywords that say something, with their weight.

    `without` are names that all pages beside it hold too, such as that of their product; `slight`
    are texts whose words say little, such as the name of the site.
    """
    unsaid = {stem for name in without for stem in _stems(name, lang)}
    little = _slight_stems(lang).union(stem for text in slight for stem in _stems(text, lang))
    weights: dict[str, int] = {}
    for texts, weight in (((title,), _TITLE), (keywords, _KEYWORD)):
        for text in texts:
            for stem in _stems(text, lang):
                if stem not in unsaid:
                    weights.setdefault(stem, _SLIGHT if stem in little else weight)
    return dict(sorted(weights.items()))


def _stems(text: str, lang: str) -> list[str]:
    stop = stop_words(lang)
    words = [word for word in indexed_words_of(text) if word not in stop and not word.isdigit()]
    return stems_of(words, lang)


@cache
def _slight_stems(lang: str) -> frozenset[str]:
    return frozenset(stems_of(sorted(slight_words(lang)), lang))


@dataclass(slots=True)
class Relations:
    """The pages that go with each page of a site, the best first, and what that was made of."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        """Give the pages to show below a page."""
        return self.found.get(name, ())


def relate(subjects: Mapping[str, Subject], before: Relations | None = None) -> Relations:
    """Find for each page those that go with it; from what was known `before`, where that holds.

    The answer is the same as from nothing.
    """
    known = before or Relations()
    lists = _Lists(subjects)
    changed = {
        name
        for name in {*subjects, *known.subjects}
        if subjects.get(name) != known.subjects.get(name)
    }
    stale = set(changed) if before else set(subjects)
    if before:
        for name in changed:
            for subject in (subjects.get(name), known.subjects.get(name)):
                if subject is not None:
                    stale.update(lists.concerned(subject, len(changed)))
        stale.update(
            name
            for name, subject in subjects.items()
            if subject.first and not changed.isdisjoint(subject.first)
        )
    found = {name: lists.related(name) if name in stale else known.found[name] for name in subjects}
    return Relations(dict(subjects), found)


class _Lists:
    """The articles of a site by the words that they hold."""

    def __init__(self, subjects: Mapping[str, Subject]) -> None:
        self.subjects = subjects
        # By word, and by word and product; those without a product have an empty one.
        self.by_word: dict[tuple[str, str], list[str]] = {}
        self.by_product: dict[tuple[str, str, str], list[str]] = {}
        for name, subject in subjects.items():
            if subject.article:
                for key in _keys(subject):
                    self.by_word.setdefault((subject.lang, key), []).append(name)
                    for product in subject.products or ("",):
                        own = (subject.lang, product, key)
                        self.by_product.setdefault(own, []).append(name)
        self._lengths: dict[str, float] = {}
        self._by_end: dict[tuple[str, str], list[str]] = {}
        for lang, word in {(one.lang, word) for one in subjects.values() for word in _parted(one)}:
            for end in _ends(word):
                self._by_end.setdefault((lang, end), []).append(word)
        self._kin_of: dict[tuple[str, str], set[str]] = {}

    def concerned(self, subject: Subject, changes: int) -> Iterator[str]:
        """Give the pages that one of these words brings together with a page, as of now.

        Lists that were too long before `changes` of pages are left out.
        """
        longest = _COMMON + changes
        for key in _keys(subject):
            general = self.by_product.get((subject.lang, "", key), ())
            for product in subject.products:
                names = self.by_product.get((subject.lang, product, key), ())
                if len(names) <= longest:
                    yield from names
            if len(general) <= longest:
                # A page of no product goes with those of any, and they with it.
                own = self.by_word.get((subject.lang, key), ())
                yield from general if subject.products else own

    def related(self, name: str) -> tuple[str, ...]:
        """Give the pages that go with a page."""
        own = self.subjects[name]
        if not own.wanting or not own.article:
            return ()
        chosen = [one for one in own.first if one in self.subjects and one != name]
        near = {one for names in self._beside(own) if len(names) <= _COMMON for one in names}
        scores = {
            other: score for other in near if other != name and (score := self._score(name, other))
        }
        # Of equals those that follow: each is then shown somewhere.
        good = sorted(
            scores,
            key=lambda other: (self.subjects[other].late, -scores[other], other < name, other),
        )
        return tuple(dict.fromkeys([*chosen, *good]))[:MOST_RELATED]

    def _beside(self, subject: Subject) -> Iterator[list[str]]:
        """Give for each word of a page the pages that have it too, of no other product."""
        for key in _keys(subject):
            if not subject.products:
                yield self.by_word.get((subject.lang, key), [])
                continue
            for product in (*subject.products, ""):
                yield self.by_product.get((subject.lang, product, key), [])

    def _score(self, name: str, other: str) -> float:
        """Tell how alike two pages are: the cosine of their words, from 0 to about 1."""
        one, two = self.subjects[name], self.subjects[other]
        if name in two.before or other in one.before:
            return 0.0
        if one.models and two.models and set(one.models).isdisjoint(two.models):
            return 0.0
        shared = one.words.keys() & two.words.keys()
        weights = [float(one.words[word] * two.words[word]) for word in shared]
        weights += self._partly(one, two)
        # In one product a word that says little says what is done with it.
        together = not set(one.products).isdisjoint(two.products)
        apart = not together and (one.products + two.products != () or one.part != two.part)
        if not together and max(weights, default=0.0) <= _SLIGHT**2:
            return 0.0
        if apart and len(weights) < _FEWEST_APART:
            return 0.0
        score = sum(weights) / (self._length(name) * self._length(other)) if weights else 0.0
        if one.kind == two.kind:
            score *= _SAME_KIND
        return score if score >= (_LEAST_APART if apart else _LEAST) else 0.0

    def _partly(self, one: Subject, two: Subject) -> Iterator[float]:
        """Give what words count of which the other page has a part, or that are part of one."""
        for word in _parted(one):
            kin = self._kin(one.lang, word)
            if word not in two.words and not kin.isdisjoint(two.words):
                others = kin.intersection(two.words) - one.words.keys()
                if others:
                    yield _PARTLY * one.words[word] * max(two.words[other] for other in others)

    def _kin(self, lang: str, word: str) -> set[str]:
        """Give the words of the site that begin or end with a word, or it with them."""
        found = self._kin_of.get((lang, word))
        if found is None:
            start, end = _ends(word)
            found = {
                *(one for one in self._by_end[lang, start] if _is_first(word, one)),
                *(one for one in self._by_end[lang, end] if _is_first(word[::-1], one[::-1])),
            }
            self._kin_of[lang, word] = found
        return found

    def _length(self, name: str) -> float:
        length = self._lengths.get(name)
        if length is None:
            words = self.subjects[name].words
            squares = sum(_BESIDE[weight] ** 2 for weight in words.values())
            length = self._lengths[name] = sqrt(max(squares, _SHORTEST))
        return length


def _keys(subject: Subject) -> Iterator[str]:
    """Give the words by which a page is compared with others, and the beginnings and ends of them.

    Words that say little bring pages of one product together alone.
    """
    for word, weight in subject.words.items():
        if weight > _SLIGHT or subject.products:
            yield word
    for word in _parted(subject):
        yield from _ends(word)


def _parted(subject: Subject) -> Iterator[str]:
    """Give the words of a page that may be part of others, or have parts."""
    if subject.lang in COMPOUNDING:
        for word, weight in subject.words.items():
            if weight > _SLIGHT and len(word) >= _PART:
                yield word


def _ends(word: str) -> tuple[str, str]:
    return f"{word[:_PART]}-", f"-{word[-_PART:]}"


def _is_first(one: str, two: str) -> bool:
    """Tell whether the longer of two words begins with the other."""
    return one.startswith(two) or two.startswith(one)
