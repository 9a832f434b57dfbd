"""Tools and parts that the steps of a guide mention and its head does not list.

Which words are tools is what the heads of the site's guides say, so that this works in every
language. A name of one word counts on pages of the product whose guides list it: elsewhere a box
is only a box. A tool that guides mention far more often than they list it is a word like any
other.

A part is mentioned by its number, or by its name in the guide that its product names for it:
elsewhere a guide may speak of a part that it leaves where it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from carebase.articles.front_matter import GuideFront
from carebase.articles.page import Page
from carebase.articles.running_text import running_text
from carebase.catalog import Catalog
from carebase.errors import Problem

# A tool's name is a plain word when it stands unlisted in more guides than so many times those that
# list it.
_PLAIN = 2
_STEP = re.compile(r"##(?!#)(?P<rest>.*)")
_WORDS = re.compile(r"\w+")
# A part number that no word is.
_NUMBER = re.compile(r"(?=.*\d)[\w.-]{4,}\Z")


@dataclass(frozen=True, slots=True)
class _Thing:
    """A tool or part: how messages call it, what a head lists it by, and what names it."""

    what: str
    name: str
    listed_as: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    page: Page
    thing: _Thing
    line: int
    column: int
    found: str


def check_mentions(catalog: Catalog, pages: list[Page]) -> Iterator[Problem]:
    """Give a warning for each tool or part of a step that the head of its guide lacks."""
    guides = [page for page in pages if page.kind == "guide"]
    heads = {page.src_uri: _Head(page, catalog) for page in guides}
    tools = _tools(guides)
    every = [thing for thing, _ in tools if " " in thing.name]
    listed: defaultdict[_Thing, int] = defaultdict(int)
    mentions: defaultdict[_Thing, list[_Mention]] = defaultdict(list)
    for page in guides:
        head = heads[page.src_uri]
        small = page.body.casefold()
        asked: list[_Thing] = []
        own = [thing for thing, products in tools if products & {*page.products}]
        for thing in dict.fromkeys((*every, *own, *_parts(page, catalog))):
            if head.lists(thing):
                listed[thing] += 1
            elif any(word.casefold() in small for word in thing.said):
                asked.append(thing)
        for mention in _find(page, asked, head) if asked else ():
            mentions[mention.thing].append(mention)
    for thing, found in mentions.items():
        if thing.what == "part" or len(found) <= _PLAIN * listed[thing]:
            yield from (_problem(mention, heads[mention.page.src_uri]) for mention in found)


class _Head:
    """What the head of a guide lists."""

    def __init__(self, page: Page, catalog: Catalog) -> None:
        front = page.front
        self.tools = list(front.tools) if isinstance(front, GuideFront) else []
        self.parts = [part.sku for part in front.parts] if isinstance(front, GuideFront) else []
        names = {
            part.sku: part.name
            for product in page.products
            if product in catalog.products
            for part in catalog.products[product].parts
        }
        # A part that is listed under the tools, or the other way round, is listed.
        listed = [*self.tools, *self.parts, *(names.get(sku, "") for sku in self.parts)]
        self.words = [set(_WORDS.findall(name.casefold())) for name in listed]

    def lists(self, thing: _Thing) -> bool:
        """Tell whether a thing is listed, if in fewer or more words: a brush, a soft brush."""
        if thing.listed_as in (self.parts if thing.what == "part" else self.tools):
            return True
        own = set(_WORDS.findall(thing.name.casefold()))
        return any(words and (own <= words or words <= own) for words in self.words)

    def is_said_in(self, line: str, thing: _Thing) -> bool:
        """Tell whether a line means a listed thing: a clean cloth is one that is dry as well."""
        said = set(_WORDS.findall(line.casefold()))
        own = set(_WORDS.findall(thing.name.casefold()))
        return any(words & own and words <= said for words in self.words)


def _tools(guides: list[Page]) -> list[tuple[_Thing, set[str]]]:
    """Give each tool that a head lists, with the products of the guides that list it."""
    names: dict[str, str] = {}
    products: defaultdict[str, set[str]] = defaultdict(set)
    for page in guides:
        if isinstance(page.front, GuideFront):
            for name in page.front.tools:
                plain = " ".join(name.split())
                if len(plain) > 2:
                    names.setdefault(plain.casefold(), plain)
                    products[plain.casefold()].update(page.products)
    return [
        (_Thing("tool", name, name, (name,)), products[key]) for key, name in sorted(names.items())
    ]


def _parts(page: Page, catalog: Catalog) -> Iterator[_Thing]:
    for product in (catalog.products[name] for name in page.products if name in catalog.products):
        for part in product.parts:
            said = [part.sku] if _NUMBER.match(part.sku) else []
            if part.guide and product.path(part.guide) == page.src_uri:
                said.append(part.name)
            if said:
                yield _Thing("part", part.name, part.sku, tuple(said))


def _find(page: Page, things: list[_Thing], head: _Head) -> Iterator[_Mention]:
    """Find the first mention of each thing in the steps, longer names before shorter ones."""
    by_word: Mapping[str, _Thing] = {
        " ".join(word.casefold().split()): thing for thing in things for word in thing.said
    }
    words = sorted(by_word, key=len, reverse=True)
    each = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
    pattern = re.compile(rf"(?<![\w-])({each})(?:e?s)?(?![\w-])", re.IGNORECASE)
    met: set[_Thing] = set()
    in_step = False
    for line, text in running_text(page):
        step = _STEP.match(line.inner)
        if step:
            in_step = ".aside" not in step["rest"]
        for found in pattern.finditer(text) if in_step else ():
            thing = by_word[" ".join(found[1].casefold().split())]
            if thing not in met and not head.is_said_in(text, thing):
                met.add(thing)
                yield _Mention(page, thing, line.number, found.start() + 1, found[1])


def _problem(mention: _Mention, head: _Head) -> Problem:
    thing = mention.thing
    listed = head.tools if thing.what == "tool" else head.parts
    return Problem(
        mention.page.file,
        mention.line,
        mention.column,
        f"{thing.what}-not-listed",
        f"The step mentions the {thing.what} `{thing.name}`, which the guide's head does not list.",
        found=f"`{mention.found}`",
        allowed=", ".join(listed) or f"no {thing.what} is listed",
        hint=f"add `{thing.listed_as}` to `{thing.what}s`",
        severity="warning",
    )
