"""Pages that go together, by their product and by the words of their titles and keywords.

Words weigh by how rare they are among the titles and keywords of a language (K. Spärck Jones, "A
statistical interpretation of term specificity", 1972), in whole steps, so that an edited title
seldom changes what other words weigh. Two pages are compared only where a list of the pages with
a word holds both, and a word that many pages have has no such list: the work grows with the
number of pages, and an edited page concerns those alone that share a word with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt

from carebase.articles.front_matter import MOST_RELATED
from carebase.search.stems import stems_of
from carebase.search.words import indexed_words_of, stop_words

# How much a word of the title and one of the keywords say about a page. Many keywords do not
# make what the title says less: beside others, each counts as less.
_TITLE, _KEYWORD, _BESIDE = 4, 3, 1.5
# Pages with a word, beyond which the word brings no pages together.
_COMMON = 64
# How alike two pages must be to be shown (1 is the same), and beside the best one that is.
_LEAST, _NEAR_BEST = 0.12, 0.35
# The same for pages of which one is of no product, or which stand in two parts of a site: one
# word that both have is chance.
_LEAST_APART, _FEWEST_APART = 0.4, 2
_SAME_KIND = 1.1


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
    title: str, keywords: Iterable[str], lang: str, without: Collection[str] = ()
) -> dict[str, int]:
    """Give the stems of a title and its keywords that say something, with their weight.

    `without` are names that all pages beside it hold too, such as that of their product.
    """
    unsaid = {stem for name in without for stem in _stems(name, lang)}
    weights: dict[str, int] = {}
    for texts, weight in (((title,), _TITLE), (keywords, _KEYWORD)):
        for text in texts:
            for stem in _stems(text, lang):
                if stem not in unsaid:
                    weights.setdefault(stem, weight)
    return dict(sorted(weights.items()))


def _stems(text: str, lang: str) -> list[str]:
    stop = stop_words(lang)
    words = [word for word in indexed_words_of(text) if word not in stop and not word.isdigit()]
    return stems_of(words, lang)


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
    old = _Lists(known.subjects)
    changed = {
        name
        for name in {*subjects, *known.subjects}
        if subjects.get(name) != known.subjects.get(name)
    }
    # A word may weigh more or less now, in pages that were not edited.
    for word in lists.reweighed(old):
        changed.update(lists.by_word.get(word, ()))
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
        counts: dict[str, int] = {}
        for name, subject in subjects.items():
            if subject.article:
                counts[subject.lang] = counts.get(subject.lang, 0) + 1
                for word in subject.words:
                    self.by_word.setdefault((subject.lang, word), []).append(name)
                    for product in subject.products or ("",):
                        key = (subject.lang, product, word)
                        self.by_product.setdefault(key, []).append(name)
        self._sizes = {lang: count.bit_length() for lang, count in counts.items()}
        self._lengths: dict[str, float] = {}

    def rarity(self, lang: str, word: str) -> int:
        """Tell how rare a word is, in powers of two; 1 where every page has it."""
        return 1 + self._sizes.get(lang, 0) - len(self.by_word.get((lang, word), ())).bit_length()

    def reweighed(self, old: _Lists) -> Iterator[tuple[str, str]]:
        """Give the words of pages now there that weigh other than in the lists before."""
        for key in self.by_word:
            if self.rarity(*key) != old.rarity(*key):
                yield key

    def concerned(self, subject: Subject, changes: int) -> Iterator[str]:
        """Give the pages that one of these words brings together with a page, as of now.

        Lists that were too long before `changes` of pages are left out.
        """
        longest = _COMMON + changes
        for word in subject.words:
            key = (subject.lang, word)
            general = self.by_product.get((subject.lang, "", word), ())
            for product in subject.products:
                names = self.by_product.get((subject.lang, product, word), ())
                if len(names) <= longest:
                    yield from names
            if len(general) <= longest:
                # A page of no product goes with those of any, and they with it.
                yield from general if subject.products else self.by_word.get(key, ())

    def related(self, name: str) -> tuple[str, ...]:
        """Give the pages that go with a page."""
        own = self.subjects[name]
        if not own.wanting or not own.article:
            return ()
        chosen = [one for one in own.first if one in self.subjects and one != name]
        scores = {
            other: score
            for other in self._beside(own)
            if other != name and (score := self._score(name, other))
        }
        least = max(scores.values(), default=0.0) * _NEAR_BEST
        good = [other for other, score in scores.items() if score >= least]
        # Of equals those that follow: each is then shown somewhere.
        good.sort(
            key=lambda other: (self.subjects[other].late, -scores[other], other < name, other)
        )
        return tuple(dict.fromkeys([*chosen, *good]))[:MOST_RELATED]

    def _beside(self, own: Subject) -> set[str]:
        """Give the pages that a word of a page brings together with it, of no other product."""
        found: set[str] = set()
        for word in own.words:
            if own.products:
                keys = [(own.lang, product, word) for product in (*own.products, "")]
                lists = [self.by_product.get(key, []) for key in keys]
            else:
                lists = [self.by_word.get((own.lang, word), [])]
            for names in lists:
                if len(names) <= _COMMON:
                    found.update(names)
        return found

    def _score(self, name: str, other: str) -> float:
        """Tell how alike two pages are: the cosine of their words, from 0 to about 1."""
        one, two = self.subjects[name], self.subjects[other]
        if name in two.before or other in one.before:
            return 0.0
        if one.models and two.models and set(one.models).isdisjoint(two.models):
            return 0.0
        shared = one.words.keys() & two.words.keys()
        apart = _are_apart(one, two)
        if not shared or (apart and len(shared) < _FEWEST_APART):
            return 0.0
        product = sum(
            one.words[word] * two.words[word] * self.rarity(one.lang, word) ** 2 for word in shared
        )
        score = product / (self._length(name) * self._length(other)) if product else 0.0
        if one.kind == two.kind:
            score *= _SAME_KIND
        return score if score >= (_LEAST_APART if apart else _LEAST) else 0.0

    def _length(self, name: str) -> float:
        length = self._lengths.get(name)
        if length is None:
            subject = self.subjects[name]
            squares = (
                ((_TITLE if weight == _TITLE else _BESIDE) * self.rarity(subject.lang, word)) ** 2
                for word, weight in subject.words.items()
            )
            length = self._lengths[name] = sqrt(sum(squares))
        return length


def _are_apart(one: Subject, two: Subject) -> bool:
    """Tell whether one page is of a product that the other is not of, or of another part."""
    if one.products or two.products:
        return set(one.products).isdisjoint(two.products)
    return one.part != two.part
