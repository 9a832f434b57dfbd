"""The pages of a site as their writers left them, with a note of who reads which.

A page is kept from one build to the next while its file and what else its reading depends on are
the same; its text is then read from the file only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, TypeVar

from carebase.articles import Page, Pages
from carebase.articles.files import DocsFiles
from carebase.build.digest import digest, digest_of
from carebase.build.reads import READS
from carebase.errors import Problem

Value = TypeVar("Value")
# Of a page what everybody may ask for without reading its text.
_CARD = ("kind", "front", "title", "product", "products", "course", "blocks")


def card_of(page: Page) -> str:
    """Give the digest of what lists, menus and links can show of a page."""
    return digest([getattr(page, name) for name in _CARD])


class NotedPage(Page):
    """A page whose text is noted when it is read, and read only then."""

    __slots__ = ("card", "load", "origin")
    card: str
    # The digest of the text, or of the file and all else that it was read from.
    origin: str | None
    load: Callable[[], Any] | None


def _noting(name: str) -> property:
    slot = Page.__dict__[name]

    def read(page: NotedPage) -> Any:
        READS.note("text", page.src_uri)
        if page.load is not None:
            whole = page.load()
            for text in TEXTS:
                Page.__dict__[text].__set__(page, getattr(whole, text))
            object.__setattr__(page, "load", None)
        return slot.__get__(page)

    return property(read, lambda page, value: slot.__set__(page, value))


# What of a page is its text.
TEXTS = ("body", "lines", "document")
HEAD = tuple(field.name for field in fields(Page) if field.name not in TEXTS)
for _name in TEXTS:
    setattr(NotedPage, _name, _noting(_name))


def noted_page(page: Page, card: str | None = None, origin: str | None = None) -> NotedPage:
    """Give a page as one whose reading is noted; `card` and `origin` where they are known."""
    if isinstance(page, NotedPage):
        return page
    noted = NotedPage(**{field.name: getattr(page, field.name) for field in fields(Page)})
    object.__setattr__(noted, "card", card or card_of(page))
    object.__setattr__(noted, "load", None)
    object.__setattr__(noted, "origin", origin)
    return noted


def remembered_page(
    head: Sequence[Any], card: str, origin: str, load: Callable[[], Any]
) -> NotedPage:
    """Give a page of which all but the text was kept; `load` reads it whole."""
    page = NotedPage.__new__(NotedPage)
    for name, value in zip(HEAD, head, strict=True):
        Page.__dict__[name].__set__(page, value)
    object.__setattr__(page, "card", card)
    object.__setattr__(page, "load", load)
    object.__setattr__(page, "origin", origin)
    return page


@contextmanager
def lent(page: Page) -> Iterator[None]:
    """Let a page have its text inside, and forget it then if it can be loaded again.

    The texts of many pages take much memory.
    """
    load = page.load if isinstance(page, NotedPage) else None
    yield
    if load is not None:
        for text in TEXTS:
            Page.__dict__[text].__set__(page, None)
        object.__setattr__(page, "load", load)


class Noted(Mapping[str, Value]):
    """A mapping that notes what is looked up in it: one thing, or all of it."""

    def __init__(self, held: Mapping[str, Value], one: str, every: str) -> None:
        self.held = held
        self._one = one
        self._every = every

    def __getitem__(self, name: str) -> Value:
        READS.note(self._one, name)
        return self.held[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Give what stands under a name."""
        READS.note(self._one, name)
        return self.held.get(name, default)

    def __contains__(self, name: object) -> bool:
        READS.note(self._one, str(name))
        return name in self.held

    def __iter__(self) -> Iterator[str]:
        READS.note(self._every)
        return iter(self.held)

    def __len__(self) -> int:
        READS.note(self._every)
        return len(self.held)

    def values(self) -> Any:
        """Give all there are."""
        READS.note(self._every)
        return self.held.values()

    def items(self) -> Any:
        """Give all there are with their names."""
        READS.note(self._every)
        return self.held.items()


class NotedPages(Pages):
    """All pages; looking through them is noted."""

    def __init__(self, pages: Pages) -> None:
        self._all = [noted_page(page) for page in pages.pages]
        self._problems = pages.problems
        self._listing = pages.files
        self.held = {page.src_uri: page for page in self._all}
        self._noted: Noted[NotedPage] = Noted(self.held, "source", "sources")

    @property
    def pages(self) -> list[Page]:  # type: ignore[override]
        READS.note("sources")
        return list(self._all)

    @property
    def problems(self) -> list[Problem]:  # type: ignore[override]
        return self._problems

    @property
    def files(self) -> DocsFiles:  # type: ignore[override]
        READS.note("listing")
        return self._listing

    def by_uri(self) -> Mapping[str, Page]:
        return self._noted

    def replace(self, page: Page) -> None:
        """Put a page that was edited in the place of its former self."""
        noted = noted_page(page)
        former = self.held[page.src_uri]
        # Pages that are compared read their texts.
        place = next(at for at, known in enumerate(self._all) if known is former)
        self._all[place] = noted
        self.held[page.src_uri] = noted

    def card(self, uri: str) -> str | None:
        """Give the digest of what can be read of a page without its text."""
        return self.held[uri].card if uri in self.held else None

    def text_digest(self, uri: str) -> str | None:
        """Give the digest of a page's text."""
        page = self.held.get(uri)
        if page is None:
            return None
        return page.origin or digest_of(page.body.encode("utf-8", "surrogatepass"))
