"""Product names that are written otherwise than in the catalogue.

Nothing here knows a language. What the whole site writes tells a slip from a word of its own: a
slip is rarer than the name, and a near miss has no form in small letters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from carebase.articles.page import Page
from carebase.articles.running_text import running_text
from carebase.catalog import Catalog
from carebase.errors import Fix, Problem
from carebase.site import Site

# Digits that pass for letters.
_DIGITS = {"0": "o", "1": "l", "3": "e", "5": "s", "8": "b"}
_LOOKS_LIKE = str.maketrans(_DIGITS)
_WORD = re.compile(r"(?<![\w@#/.\-])[^\W_]{4,}(?![\w@/]|[.\-]\w)")
# From how many letters on a word may be so many signs from a name to be taken for it.
_ONE_OFF, _TWO_OFF = 6, 10
# A word that stands on the site as often as this is no slip.
_OFTEN = 3
_HEADING = re.compile(r" {0,3}#")


@dataclass(frozen=True, slots=True)
class _Slip:
    page: Page
    line: int
    column: int
    found: str
    name: str
    in_heading: bool


def check_spelling(site: Site, catalog: Catalog, pages: list[Page]) -> Iterator[Problem]:
    """Give a warning for each name of a product or model in running text that is misspelt."""
    names = _names(catalog)
    if not names:
        return
    movable = "slugify" not in site.extension_configs.get("toc", {})
    for slip in sorted(_other_cases(names, pages), key=lambda slip: slip.page.src_uri):
        same = [name for name in names if name.casefold() == slip.found.casefold()]
        fix = Fix(slip.line, slip.column, slip.found, slip.name)
        safe = same == [slip.name] and (movable or not slip.in_heading)
        yield _problem(
            slip, "The catalogue writes this name otherwise.", f"write `{slip.name}`",
            fix if safe else None,
        )  # fmt: skip
    for slip in _near_misses(names, catalog, pages):
        text = "This is nearly the name of a product, but not written like it."
        yield _problem(slip, text, f"did you mean `{slip.name}`?", None)


def _names(catalog: Catalog) -> list[str]:
    """Give the names of products and models, the longest first."""
    names = {
        " ".join(name.split())
        for product in catalog.products.values()
        for name in (product.name, *(model.name for model in product.models))
    }
    # What has no capital letter cannot be told from a word, what has two letters from anything.
    return sorted((name for name in names if name != name.lower() and len(name) > 2), key=_order)


def _order(name: str) -> tuple[int, str]:
    return -len(name), name


def _problem(slip: _Slip, text: str, hint: str, fix: Fix | None) -> Problem:
    return Problem(
        slip.page.file,
        slip.line,
        slip.column,
        "product-spelling",
        text,
        found=f"`{slip.found}`",
        allowed=f"`{slip.name}`",
        hint=hint,
        severity="warning",
        fix=fix,
    )


def _other_cases(names: list[str], pages: list[Page]) -> Iterator[_Slip]:
    """Find names with other capital letters or spaces, such as `brio` and `BrioX1`."""
    each = "|".join(r"[ \t\u00a0]*".join(map(re.escape, name.split())) for name in names)
    pattern = re.compile(rf"(?<![\w@#/.\-])(?:{each})(?![\w@/]|[.\-]\w)", re.IGNORECASE)
    known = {_squashed(name): name for name in reversed(names)}
    right: Counter[str] = Counter()
    slips: list[_Slip] = []
    for page in pages:
        if not _may_slip(page.body, names, right):
            continue
        for line, text in running_text(page):
            shouted = text.isupper()
            for found in pattern.finditer(text):
                written = found.group()
                name = known[_squashed(written)]
                if " ".join(written.split()) in names or (shouted and written.isupper()):
                    continue
                is_heading = _HEADING.match(line.inner) is not None
                slips.append(_Slip(page, line.number, found.start() + 1, written, name, is_heading))
    often = Counter(slip.found for slip in slips)
    for slip in slips:
        count = often[slip.found]
        # In small letters many a name is a word of some language.
        rare = count == 1 or 2 * count <= right[slip.name]
        if right[slip.name] and (rare if slip.found.islower() else count <= right[slip.name]):
            yield slip


def _may_slip(body: str, names: list[str], right: Counter[str]) -> bool:
    """Count the names as they should be, and tell whether any stands otherwise."""
    small = body.casefold()
    found = False
    for name in names:
        exact = body.count(name)
        right[name] += exact
        folded = name.casefold()
        found = found or small.count(folded) > exact
        if " " in name:
            found = found or folded.replace(" ", "") in small
    return found


def _squashed(text: str) -> str:
    return "".join(text.split()).casefold()


def _near_misses(names: list[str], catalog: Catalog, pages: list[Page]) -> Iterator[_Slip]:
    """Find words that are one or two signs from a long name, or have digits for its letters."""
    words = sorted({word for name in names for word in _WORD.findall(name)}, key=_order)
    if not words:
        return
    known = {word.casefold() for word in _catalog_words(catalog)}
    holders: defaultdict[str, list[Page]] = defaultdict(list)
    firsts = {word[0].upper() for word in words}
    firsts |= {digit for digit, letter in _DIGITS.items() if letter.upper() in firsts}
    # A class of signs first, and what stands before it asked after it: that is ten times faster.
    begins = re.compile(rf"[{''.join(sorted(firsts))}](?<![\w@#/.\-].)[^\W_]{{3,}}(?![\w@/])")
    for page in pages:
        for word in set(begins.findall(page.body)):
            if not word.isdigit():
                holders[word].append(page)
    misses: dict[str, str] = {}
    for word, on in holders.items():
        if word.casefold() not in known and len(on) < _OFTEN:
            near = next((one for one in words if one not in word and _is_near(word, one)), None)
            if near:
                misses[word] = near
    small = {word: word.lower() for word in misses}
    for page in pages if misses else ():
        # A word that also stands in small letters is one of the language.
        misses = {word: one for word, one in misses.items() if small[word] not in page.body}
    for word in sorted(misses):
        pattern = re.compile(rf"(?<![\w@#/.\-]){re.escape(word)}(?![\w@/]|[.\-]\w)")
        for page in holders[word]:
            for line, text in running_text(page):
                for found in pattern.finditer(text):
                    place = (line.number, found.start() + 1)
                    yield _Slip(page, *place, word, misses[word], in_heading=False)


def _catalog_words(catalog: Catalog) -> Iterator[str]:
    for product in catalog.products.values():
        names = [product.name, product.summary]
        names += [model.name for model in product.models]
        names += [part.name for part in product.parts]
        names += [component.name for component in product.components]
        for text in names:
            yield from re.findall(r"\w+", text)


def _is_near(word: str, name: str) -> bool:
    if any(char.isdigit() for char in word):
        # Two models differ by a digit: only one that passes for a letter counts.
        plain = word.casefold().translate(_LOOKS_LIKE)
        return name.isalpha() and plain.replace("l", "i") == name.casefold().replace("l", "i")
    if not word[0].isupper() or not name.isalpha() or len(name) < _ONE_OFF:
        return False
    one, other = word.casefold(), name.casefold()
    # A longer or shorter end is how languages bend a word.
    if one.startswith(other) or other.startswith(one):
        return False
    most = 2 if len(name) >= _TWO_OFF else 1
    return abs(len(one) - len(other)) <= most and _distance(one, other) <= most


def _distance(one: str, other: str) -> int:
    """Count the signs to add, drop, change or swap (Damerau, 1964; swaps of neighbours alone)."""
    above: list[int] = []
    row = list(range(len(other) + 1))
    for index, char in enumerate(one, 1):
        before, above, row = above, row, [index]
        for place, wanted in enumerate(other, 1):
            least = min(above[place] + 1, row[-1] + 1, above[place - 1] + (char != wanted))
            swapped = index > 1 and place > 1 and char == other[place - 2]
            if swapped and one[index - 2] == wanted:
                least = min(least, before[place - 2] + 1)
            row.append(least)
    return row[-1]
