"""Which categories and sections of a help centre are products, by how their articles speak.

A product has a proper name. It keeps its capitals in the middle of a sentence, where the name of
a topic such as `Shipping` is written small. So a section is a product when its name, written so,
stands in most of its articles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup

from carebase.errors import UsageError, nearest
from carebase.importing.export import Article, Export
from carebase.importing.slugs import slug_of

Path = tuple[str, ...]

# In these languages every noun keeps its capital: nothing follows from one.
_NOUNS_TALL = ("de", "lb")
_FEWEST = 2
_SHARE = 0.6
_FAMILY = re.compile(r"\s+(?:Family|Series|Range|Line|Boards?|Kits?)\Z")
# What is set off by markup is often the name of a button or a menu.
_SET_OFF = ("strong", "code", "kbd", "a", "h2", "h3", "h4", "em", "pre")


@dataclass(frozen=True, slots=True)
class Found:
    """A product that was found: the names that lead to it, its id, its name and why it is one."""

    path: Path
    id: str
    name: str
    why: str


def find_products(
    export: Export,
    soups: Mapping[int, BeautifulSoup],
    wanted: Sequence[str],
    guess: bool,
) -> list[Found]:
    """Give the products; `wanted` are names of sections to take, and then nothing is guessed.

    Raises UsageError when no section has a wanted name.
    """
    below: dict[Path, list[int]] = {}
    for index, article in enumerate(export.articles):
        for end in range(1, len(article.path) + 1):
            below.setdefault(article.path[:end], []).append(index)
    found: list[Found] = []

    def take(path: Path, why: str) -> None:
        name = slug_of(path[-1])
        taken = {one.id for one in found}
        name = name if name[:1].isalpha() and name.isascii() else f"p-{name}"
        name = re.sub(r"[^a-z0-9_-]", "", name) or "p"
        number = 2
        unique = name
        while unique in taken:
            unique, number = f"{name}-{number}", number + 1
        found.append(Found(path, unique, path[-1], why))

    if wanted:
        for name in wanted:
            paths = [path for path in below if path[-1] == name]
            if not paths:
                match = nearest(name, [path[-1] for path in below])
                way_out = f"did you mean `{match}`?" if match else "see the export's sections."
                raise UsageError(f"The export has no section or category `{name}`: {way_out}")
            take(paths[0], "named by --product")
    elif guess and not export.locale.lower().startswith(_NOUNS_TALL):
        texts = {index: _sentences(export.articles[index], soup) for index, soup in soups.items()}
        for path in sorted(below, key=lambda path: (len(path), path)):
            if any(path[: len(one.path)] == one.path for one in found):
                continue
            known = [index for index in below[path] if index in texts]
            said = sum(_says(texts[index], path[-1]) for index in known)
            if len(known) >= _FEWEST and said >= max(_FEWEST, _SHARE * len(known)):
                take(path, f"its name stands in {said} of {len(known)} articles")
    return found


def _sentences(article: Article, soup: BeautifulSoup) -> str:
    copy = BeautifulSoup(str(soup), "html.parser")
    for tag in copy.find_all(_SET_OFF):
        tag.replace_with(" \n ") if tag.name.startswith("h") else tag.replace_with(" … ")
    return f"{article.title}\n{copy.get_text()}"


def _says(text: str, name: str) -> bool:
    """Tell whether a name stands with its capitals inside a sentence, not at its beginning."""
    core = _FAMILY.sub("", name)
    if core == core.lower():
        return False
    # A word in capitals, or with a figure or a capital inside, is a name wherever it stands.
    certain = bool(re.search(r"\d|[a-z][A-Z]|[A-Z]{2}", core)) or " " in core
    before = r"(?<![\w-])" if certain else r"(?<=[a-z,;] )"
    return re.search(before + re.escape(core) + r"(?![\w])", text) is not None
