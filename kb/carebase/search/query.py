"""What a query asks for: for each of its words the ways to say it. The same as in `query.js`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carebase.search.spelling import Vocabulary
from carebase.search.words import stop_words, telling, words_of

_SYNONYM = 0.8
_SECOND_GUESS = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a word of a query: all of `words` must be there; `weight` is at most 1.

    Of a word's ways the one counts that says most; compounds say it too, and all are added as one.
    """

    words: tuple[str, ...]
    weight: float = 1.0
    is_compound: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood: its ideas, and the words that were put right."""

    text: str
    ideas: tuple[tuple[Way, ...], ...]
    mended: Mapping[str, str]

    @property
    def words(self) -> set[str]:
        """Every word that is looked up."""
        return {word for ways in self.ideas for way in ways for word in way.words}


def understand(
    text: str,
    language: str,
    vocabulary: Vocabulary,
    synonyms: Sequence[Sequence[str]] = (),
    *,
    literal: bool = False,
) -> Query:
    """Read a query; with `literal` nothing in it is put right."""
    words = words_of(text)
    mended: dict[str, str] = {}
    ideas = []
    for word in telling(words, language):
        ways = _ways(word, vocabulary, literal, mended)
        ways += _joined(word, words, vocabulary)
        ways += _synonyms(word, words, synonyms, stop_words(language))
        ways += [
            Way((one,), weight, is_compound=vocabulary.is_compounding)
            for one, weight in vocabulary.longer(ways[0].words[0]).items()
        ]
        ideas.append(tuple(ways))
    return Query(text, tuple(ideas), mended)


def _ways(word: str, vocabulary: Vocabulary, literal: bool, mended: dict[str, str]) -> list[Way]:
    own = Way((word,))
    if other := vocabulary.respelled(word):
        return [Way((other,))]
    if literal or vocabulary.knows(word):
        return [own]
    if infinitive := vocabulary.infinitive(word):
        return [Way((infinitive,))]
    if parts := vocabulary.split(word):
        return [Way(tuple(parts)), own]
    near = vocabulary.near(word)
    if not near:
        return [own]
    mended[word] = near[0]
    return [Way((near[0],)), *(Way((other,), _SECOND_GUESS) for other in near[1:2])]


def _joined(word: str, words: Sequence[str], vocabulary: Vocabulary) -> list[Way]:
    """Give the word that two neighbours make together, where the site writes them as one."""
    at = words.index(word)
    pairs = [words[at - 1] + word if at else "", "".join(words[at : at + 2])]
    return [Way((pair,)) for pair in pairs if len(pair) > 3 and pair != word and pair in vocabulary]


def _synonyms(
    word: str, words: Sequence[str], synonyms: Sequence[Sequence[str]], stop: frozenset[str]
) -> list[Way]:
    """Give what else the site calls a word, or the phrase that it stands in."""
    line = f" {' '.join(words)} "
    ways = []
    for group in synonyms:
        if any(f" {entry} " in line and word in entry.split() for entry in group):
            for entry in group:
                if f" {entry} " not in line:
                    parts = entry.split()
                    kept = [one for one in parts if len(parts) == 1 or one not in stop]
                    ways.append(Way(tuple(kept or parts), _SYNONYM))
    return ways
