"""The words of a site that a mistyped word meant; the same as `spelling.js` does for readers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from math import exp, inf

from carebase.i18n import primary_language
from carebase.search.stems import has_stemmer, stemmer
from carebase.search.words import DENSE

# Words of at most so many letters are taken as they are.
_SHORT = 3
# Of words of so many letters most are a letter away from another word: only slips of the fingers
# are put right, such as two letters swapped.
_BRIEF = 4
# From so many letters on a word may hold two errors.
_LONG = 8
# Endings by which two words of one stem may differ, where nothing is known of a language.
_ENDING = re.compile(
    r"(?:|s|es|e|d|ed|er|ers|ing|ings|ion|ions|n|en|em|te|ten|t|st|ung|ungen|a|as|o|os|x|ent|ant"
    r"|ment|ly|r)"
)
# Longer words are looked for that begin with one of so many letters, at most so many.
_BEGINNING, _MOST_LONGER = 4, 60
# Languages that write compounds as one word. Their last word has so many letters at least, and
# what stands before it.
COMPOUNDING = frozenset(("da", "de", "fi", "hu", "nl", "no", "sv"))
_LAST, _FIRST = 5, 3
_ENDING_WEIGHT = 0.3
# Letters that are no accented ones, as those write them who do not have them on their keyboards.
_LETTERS = {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
# Of these, those that one language writes in both ways: Danish ø and o are two letters.
_TWO_WAYS = re.compile("[ßœæ]")
# So does who writes `ue` for `ü`; in `neue` and `quer` it is no other letter.
_DOUBLE = re.compile(r"(^|[^aeq])([aou])e")
_PAIR = re.compile("[aou]e")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {key: (row, at) for row, keys in enumerate(_ROWS) for at, key in enumerate(keys)}


def plainly(word: str) -> str:
    """Write a word without letters that not everybody has: `strasse`, `oeillet`."""
    return _LETTER.sub(lambda letter: _LETTERS[letter[0]], word)


def twins_of(words: Collection[str], language: str) -> list[list[str]]:
    """Give the words that pages write in several ways, each with its others: `große`, `groesse`.

    Words of one stem are left out, for they are found together anyway.
    """
    german = primary_language(language) == "de"
    stem = stemmer(language) if has_stemmer(language) else str
    twins: dict[str, list[str]] = {}
    for word in words:
        letters = _TWO_WAYS.search(word) or (german and _PAIR.search(word))
        if letters and len(word) > _SHORT:
            plain = plainly(word)
            single = _DOUBLE.sub(r"\1\2", plain) if german else plain
            twins.setdefault(single, []).append(word)
    for single, found in twins.items():
        if single in words and single not in found:
            found.append(single)
    several = (sorted(found) for found in twins.values() if len(found) > 1)
    return sorted(found for found in several if len(set(map(stem, found))) > 1)


class Vocabulary:
    """The words of a language with the number of pages that each stands on."""

    def __init__(self, words: Mapping[str, int], language: str = "") -> None:
        self.words = words
        self.language = primary_language(language)
        self._stem = stemmer(language) if has_stemmer(language) else None

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        lengths: dict[int, list[str]] = {}
        for word in self.words:
            lengths.setdefault(len(word), []).append(word)
        return lengths

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def knows(self, word: str) -> bool:
        """Tell whether the site has a word, be it in another form."""
        if len(word) <= _SHORT or word in self.words or word.isdigit() or DENSE.match(word):
            return True
        if any(sign.isdigit() for sign in word):
            return False
        start = max(_SHORT, len(word) - (4 if len(word) > 6 else 3))
        stem = word[:start]
        for at in range(bisect_left(self._sorted, stem), len(self._sorted)):
            other = self._sorted[at]
            if not other.startswith(stem):
                break
            if self._stem is not None:
                # An ending that is none in this language is a slip: `descalee`.
                if self._stem(word) == self._stem(other):
                    return True
                continue
            shared = start
            while shared < min(len(word), len(other)) and word[shared] == other[shared]:
                shared += 1
            if _ENDING.fullmatch(word[shared:]) and _ENDING.fullmatch(other[shared:]):
                return True
        return False

    @cached_property
    def _with_letters(self) -> dict[str, str]:
        """The words with letters that not everybody has, by how they are written without them."""
        return {plainly(word): word for word in self.words if _LETTER.search(word)}

    def respelled(self, word: str) -> str:
        """Give the word of the site that is written with other letters: `große` of `groesse`.

        That is no typing error. Nothing where the site has the word as it is.
        """
        if len(word) <= _SHORT or word in self.words or any(sign.isdigit() for sign in word):
            return ""
        plain = plainly(word)
        forms = (plain, _DOUBLE.sub(r"\1\2", plain))
        found = (form if form in self.words else self._with_letters.get(form) for form in forms)
        return next(filter(None, found), "")

    @cached_property
    def twins(self) -> list[list[str]]:
        """The words that the site writes in several ways; who asks for one means the others."""
        return twins_of(self.words.keys(), self.language)

    def infinitive(self, word: str) -> str:
        """Give the infinitive of a German verb, `schicken` of `schickt`, if the site has it.

        The stemmer takes the two for different words, and the form would be put right as a slip.
        """
        if self.language == "de" and len(word) > _BRIEF and word.endswith("t"):
            for ending in ("et", "t"):
                verb = f"{word.removesuffix(ending)}en"
                if word.endswith(ending) and verb in self.words:
                    return verb
        return ""

    def split(self, word: str) -> list[str]:
        """Give the two words of the site that a word is made of, if it is."""
        best: list[str] = []
        most = -1
        for at in range(_SHORT, len(word) - _SHORT + 1):
            parts = [word[:at], word[at:]]
            least = min(self._common(part) for part in parts)
            if least > most:
                best, most = parts, least
        return best

    @property
    def is_compounding(self) -> bool:
        """Whether the language makes compounds freely, and writes them as one word."""
        return self.language in COMPOUNDING

    def longer(self, word: str) -> dict[str, float]:
        """Give the words made of another: `membership` of `member`, compounds that end with it.

        Each has its weight: what begins with the word weighs less the longer it goes on. Where
        they are too many, those on the most pages are kept of equals.
        """
        if self._stem is None or len(word) < _BEGINNING:
            return {}
        stem = self._stem(word)
        # Of each stem the first word that has it stands for all; with the pages of all.
        found: dict[str, tuple[float, str]] = {}
        pages: Counter[str] = Counter()
        for at in range(bisect_left(self._sorted, stem), len(self._sorted)):
            other = self._sorted[at]
            if not other.startswith(stem):
                break
            own = self._stem(other)
            # The same as Pagefind does for readers (`termSimilarity` 3 in `heavy-words.js`).
            weight = exp(3 * (exp(-((len(own) - len(stem)) ** 2) / 8) - 1))
            found.setdefault(own, (weight, other))
            pages[own] += self.words[other]
        if self.is_compounding and len(word) >= _LAST:
            for other in self._endings.get(word[-_LAST:], ()):
                if len(other) - len(word) >= _FIRST and other.endswith(word):
                    own = self._stem(other)
                    found.setdefault(own, (_ENDING_WEIGHT, other))
                    pages[own] += self.words[other]
        found.pop(stem, None)
        best = sorted(found, key=lambda own: (-found[own][0], -pages[own], own))[:_MOST_LONGER]
        return {other: weight for weight, other in (found[own] for own in best)}

    @cached_property
    def _endings(self) -> dict[str, list[str]]:
        endings: dict[str, list[str]] = {}
        for word in self._sorted:
            if len(word) >= _LAST + _FIRST:
                endings.setdefault(word[-_LAST:], []).append(word)
        return endings

    def near(self, word: str) -> list[str]:
        """Give the words that a mistyped one most probably meant, the best first."""
        if any(sign.isdigit() for sign in word):
            return []
        reach = 2 if len(word) >= _LONG else 1
        limit = 2.2 if len(word) >= _LONG else 1.2 if len(word) > _BRIEF else 0.8
        found = []
        for length in range(len(word) - reach, len(word) + reach + 1):
            for other in self._by_length.get(length, ()):
                cost = distance(word, other, limit)
                if cost < inf:
                    found.append((3 * cost - 0.3 * self._common(other), other))
        return [other for _, other in sorted(found)]

    def _common(self, word: str) -> int:
        """Tell how common a word is, as the browser's vocabulary does (see `vocabulary.pack`)."""
        return min(9, self.words[word].bit_length() - 1) if word in self.words else -1


def distance(typed: str, meant: str, limit: float) -> float:
    """Give how far a typed word is from another, less for what fingers do; infinite beyond a limit.

    After Damerau (1964): a letter changed, left out, added, or two swapped.
    """
    before: list[float] = []
    above: list[float] = [float(at) for at in range(len(meant) + 1)]
    for i, one in enumerate(typed, 1):
        previous = typed[i - 2] if i > 1 else ""
        row: list[float] = [float(i)]
        added = 0.7 if one == previous else 1.0
        for j, other in enumerate(meant, 1):
            earlier = meant[j - 2] if j > 1 else ""
            if one == other:
                changed = 0.0
            elif _is_beside(one, other):
                changed = 0.8
            else:
                changed = 1.2 if i == 1 else 1.0
            lost = 0.7 if other == earlier else 1.0
            least = min(above[j - 1] + changed, above[j] + added, row[j - 1] + lost)
            if i > 1 and j > 1 and one == earlier and previous == other:
                least = min(least, before[j - 2] + 0.7)
            row.append(least)
        # Two letters that are swapped go on from the row above.
        if min(*row, *above) > limit:
            return inf
        before, above = above, row
    return above[-1] if above[-1] <= limit else inf


def _is_beside(one: str, other: str) -> bool:
    """Tell whether two letters lie beside each other on a keyboard."""
    first, second = _PLACES.get(one), _PLACES.get(other)
    if first is None or second is None:
        return False
    return abs(first[0] - second[0]) <= 1 and abs(first[1] - second[1]) <= 1
