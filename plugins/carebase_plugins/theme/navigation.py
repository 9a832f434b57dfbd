"""Where a page stands: top sections, the product's own pages, breadcrumbs, neighbours.

What a page shows of the rest of the site stays the same however large the site grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.build.digest import digest_of
from carebase.build.reads import READS, looked_up
from carebase.build.sources import Noted
from carebase.catalog import Product
from carebase.catalog.hub import Entry, Group, group_entries
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import entries_of, index_uri, plain
from carebase_plugins.theme.words import Words

Value = TypeVar("Value")
# Top folders in the order people look for them; folders that only hold data stay out.
_FIRST = ("products", "courses", "faq", "support")
_HIDDEN = frozenset({"warranty", "about", "forms", "assets", "img", "images"})
_MOST_SECTIONS = 6
# Beyond this many pages beside each other only the nearest are listed.
_MOST_SIBLINGS = 40
_MOST_ROWS = 64
# All that is known of an entry.
_WHOLE = attrgetter(*(one.name for one in fields(Entry)))


@dataclass(frozen=True, slots=True)
class TopSection:
    """One entry of the menu at the top."""

    title: str
    address: str
    folder: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class LocalNav:
    """The pages beside the one that is read, under the title of what they belong to."""

    title: str = ""
    address: str = ""
    active: bool = False
    groups: list[Group] = field(default_factory=list)
    more: bool = False


class Places:
    """Places of all pages, made once after every page has been read."""

    def __init__(self, shared: Shared, files: Files, nav: Navigation, words: Words) -> None:
        self.shared = shared
        self.held_files = files
        self.nav = nav
        self.words = words
        self.held = entries_of(shared, files)
        self.entries: Mapping[str, Entry] = Noted(self.held, "entry", "entries")
        self._rows: dict[int, tuple[list[Group], list[Entry], dict[str, int]]] = {}
        # By folder, or by section of the written navigation.
        self._beside: dict[str | int, tuple[list[Entry], dict[str, int]]] = {}

    def site_page(self, uri: str) -> SitePage:
        """Give a page of the generator by its path below the docs folder; KeyError without it."""
        file = self.held_files.get_file_from_path(uri)
        if file is None or file.page is None:
            raise KeyError(uri)
        return file.page

    @property
    def files(self) -> NotedFiles:
        """The files of the site; looking one up is noted."""
        return NotedFiles(self.held_files)

    def world(self) -> str:
        """Give the digest of all that pages can read of each other but for texts."""
        metas = self.shared.metas
        files = (
            (file.src_uri, file.url, file.inclusion.name, metas.get(file.src_uri))
            for file in self.held_files
        )
        entries = map(_WHOLE, self.held.values())
        return digest_of(repr([_shape(self.nav), *entries, *files]).encode())

    @property
    def by_folder(self) -> dict[str, list[Entry]]:
        """The pages of each folder."""
        READS.note("entries")
        return self._by_folder

    @cached_property
    def _by_folder(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.held.values():
            found.setdefault(entry.src_uri.rpartition("/")[0], []).append(entry)
        return found

    @cached_property
    def _order(self) -> dict[str, int]:
        return {uri: number for number, uri in enumerate(self.held)}

    @property
    def top(self) -> list[TopSection]:
        """The menu: the site's own navigation where it has one, else its top folders."""
        return _top(self.shared)

    def _top(self) -> list[TopSection]:
        written = self.shared.config.nav
        sections = self._written_sections() if written else self._folder_sections()
        return sections[:_MOST_SECTIONS]

    def _written_sections(self) -> list[TopSection]:
        sections = []
        for item in self.nav.items:
            page = _first_page(item)
            if isinstance(item, Link):
                sections.append(TopSection(item.title, item.url))
            elif page is not None and not page.is_homepage:
                folder = page.file.src_uri.rpartition("/")[0] if isinstance(item, Section) else ""
                title = plain(str(item.title or page.title or ""))
                sections.append(TopSection(title, page.url, folder.partition("/")[0]))
        return sections

    def _folder_sections(self) -> list[TopSection]:
        folders = sorted(
            {src.partition("/")[0] for src in self.entries if "/" in src} - _HIDDEN,
            key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name),
        )
        sections = []
        for folder in folders:
            index = self.index_of(folder)
            first = index or next(
                (e for src, e in sorted(self.entries.items()) if src.startswith(f"{folder}/")), None
            )
            if first is not None:
                sections.append(TopSection(self.folder_title(folder), first.address, folder))
        return sections

    def folder_title(self, folder: str) -> str:
        """Name a folder: by the words for it, by its index page, else by its own name."""
        name = folder.rpartition("/")[2]
        if folder in _FIRST:
            return self.words(f"nav.{folder}")
        index = self.index_of(folder)
        return index.title if index else name.replace("-", " ").replace("_", " ").capitalize()

    def index_of(self, folder: str) -> Entry | None:
        """Give the page that stands for a folder."""
        prefix = f"{folder}/" if folder else ""
        return self.entries.get(f"{prefix}index.md") or self.entries.get(f"{prefix}README.md")

    def sections_for(self, page: SitePage) -> list[TopSection]:
        """Give the menu with the section of this page marked."""
        return _of_page(_sections_for, self, page)

    def _sections_for(self, page: SitePage) -> list[TopSection]:
        folder = page.file.src_uri.rpartition("/")[0].partition("/")[0]
        within = _first_page([page, *page.ancestors][-1])
        return [
            replace(
                section,
                active=(within is not None and section.address == within.url)
                or (bool(section.folder) and section.folder == folder),
            )
            for section in self.top
        ]

    @property
    def footer(self) -> list[TopSection]:
        """The links at the foot of every page: the menu and what is about the maker."""
        return _footer(self.shared)

    def _footer(self) -> list[TopSection]:
        about = [
            TopSection(entry.title, entry.address)
            for entry in sorted(self.by_folder.get("about", []), key=lambda entry: entry.src_uri)
        ]
        return [*self.top, *about[:4]]

    def product_of(self, src_uri: str) -> Product | None:
        """Give the product in whose folder a page stands."""
        parts = src_uri.split("/")
        if len(parts) < 3 or parts[0] != "products":
            return None
        return self.shared.catalog.products.get(parts[1])

    def _product_under(self, src_uri: str) -> Product | None:
        """Give the product whose warranty terms a page tells, if it is one alone."""
        policy = self.shared.terms.get(src_uri)
        products = self.shared.products_under(policy) if policy else []
        return products[0] if len(products) == 1 else None

    def pages_of(self, product: Product) -> list[Entry]:
        """Give the pages in a product's folder, without its hub."""
        top = str(product.folder)
        hub = f"{top}/index.md"
        found = [
            entry
            for folder, entries in self.by_folder.items()
            if folder == top or folder.startswith(f"{top}/")
            for entry in entries
            if index_uri(entry.src_uri) != hub
        ]
        return sorted(found, key=lambda entry: self._order[entry.src_uri])

    def groups_of(self, product: Product) -> list[Group]:
        """Give a product's pages as groups: guides by what one comes for, questions, the rest."""
        return _groups_of(self.shared, product.id)

    def _groups_of(self, product: Product) -> list[Group]:
        pages = self.pages_of(product)
        groups = group_entries(product, pages)
        questions = [entry for entry in pages if entry.kind == "faq"]
        rest = [entry for entry in pages if entry.kind not in _GROUPED]
        groups += [Group("questions", questions)] if questions else []
        groups += [Group("more", rest)] if rest else []
        return groups

    def local(self, page: SitePage) -> LocalNav | None:
        """Give the pages beside a page: of its product, of its course, or of its folder."""
        shown = self._of_product(page)
        if shown is None:
            return _of_page(_local, self, page)
        # What all pages of a product show is found once for all of them.
        active = bool(shown.address) and shown.address == page.url
        return replace(shown, active=True) if active else shown

    def _of_product(self, page: SitePage) -> LocalNav | None:
        src_uri = page.file.src_uri
        product = self.product_of(src_uri) or self._product_under(src_uri)
        return _of_product(self.shared, product.id) if product else None

    def _product_nav(self, product: Product) -> LocalNav:
        hub = self.index_of(str(product.folder))
        return LocalNav(
            product.name,
            hub.address if hub else "",
            groups=[
                Group(self.words(f"hub.{group.id}"), group.entries)
                for group in self.groups_of(product)
            ],
        )

    def _local(self, page: SitePage) -> LocalNav | None:
        src_uri = page.file.src_uri
        folder = src_uri.rpartition("/")[0]
        if not folder and not (self.shared.config.nav and page.parent):
            return None
        siblings, places = self._siblings(page, folder)
        index = self.index_of(folder) if folder else None
        near, more = _window(siblings, places.get(src_uri, 0))
        return LocalNav(
            self.folder_title(folder) if index else "",
            index.address if index else "",
            active=index is not None and index.src_uri == src_uri,
            groups=[Group("", near)] if near else [],
            more=more,
        )

    def _siblings(self, page: SitePage, folder: str) -> tuple[list[Entry], dict[str, int]]:
        """Give the pages beside a page, and where each of them stands; found once for all."""
        section = page.parent if self.shared.config.nav else None
        key = folder if section is None else id(section)
        known = self._beside.get(key)
        if known is None:
            order = list(self._children(section)) if section else self._in_folder(folder)
            known = self._beside[key] = order, _places_in(order)
        return known

    def _in_folder(self, folder: str) -> list[Entry]:
        index = self.index_of(folder)
        beside = [entry for entry in self.by_folder.get(folder, []) if entry is not index]
        below = [
            sub
            for name in sorted(self.by_folder)
            if name.rpartition("/")[0] == folder and name != folder and (sub := self.index_of(name))
        ]
        course = self.shared.courses.by_folder.get(folder)
        if course is not None:
            order = {lesson: number for number, lesson in enumerate(course.shown)}
            beside.sort(key=lambda entry: order.get(entry.src_uri, len(order)))
        return [*beside, *below]

    def _children(self, section: Section) -> Iterator[Entry]:
        """Give the pages of a section of the written navigation, and the first of each in it."""
        for item in section.children:
            page = _first_page(item)
            entry = self.entries.get(page.file.src_uri) if page else None
            if entry is not None:
                titled = isinstance(item, Section) and item.title
                yield replace(entry, title=titled) if titled else entry

    def breadcrumbs(self, page: SitePage) -> list[Entry]:
        """Give the way from the home page to a page, without the page itself."""
        return _of_page(_breadcrumbs, self, page)

    def _breadcrumbs(self, page: SitePage) -> list[Entry]:
        parts = page.file.src_uri.split("/")[:-1]
        crumbs = [Entry(self.shared.config.site_name, ".")]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            index = self.index_of(folder)
            if index is not None and index.src_uri != page.file.src_uri:
                title = self.folder_title(folder) if depth == 1 else index.title
                crumbs.append(replace(index, title=title))
        product = self._product_under(page.file.src_uri)
        hub = self.index_of(str(product.folder)) if product else None
        if hub is not None:
            crumbs.append(hub)
        return crumbs if not page.is_homepage else []

    def neighbours(self, page: SitePage) -> tuple[Entry | None, Entry | None]:
        """Give the page before and the page after, within the same product, course or folder."""
        if self._of_product(page) is not None:
            return self._neighbours(page)
        return _of_page(_neighbours, self, page)

    def _neighbours(self, page: SitePage) -> tuple[Entry | None, Entry | None]:
        local = self.local(page)
        source = self.shared.page_of(page)
        # A page with a form is not one of a row to be read.
        if local is None or local.active or (source is not None and _has_form(source)):
            return None, None
        order, places = self._row_of(local)
        at = places.get(page.file.src_uri)
        if at is None:
            return None, None
        return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)

    def _row_of(self, local: LocalNav) -> tuple[list[Entry], dict[str, int]]:
        """Give the pages beside each other in their order, and where each of them stands."""
        known = self._rows.get(id(local.groups))
        if known is None or known[0] is not local.groups:
            if len(self._rows) >= _MOST_ROWS:
                self._rows.clear()
            order = [entry for group in local.groups for entry in group.entries]
            known = self._rows[id(local.groups)] = (local.groups, order, _places_in(order))
        return known[1:]


class NotedFiles:
    """The generator's files, for looking one up."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def get_file_from_path(self, path: str) -> File | None:
        """Give a file by its path below the docs folder."""
        READS.note("file", path)
        return self._files.get_file_from_path(path)


def _of_page(look: Callable[[Shared, str], Value], places: Places, page: SitePage) -> Value:
    return look(places.shared, page.file.src_uri)


@looked_up("top")
def _top(shared: Shared) -> list[TopSection]:
    return shared.places._top()


@looked_up("footer")
def _footer(shared: Shared) -> list[TopSection]:
    return shared.places._footer()


@looked_up("groups")
def _groups_of(shared: Shared, product: str) -> list[Group]:
    known = shared.catalog.products.get(product)
    return shared.places._groups_of(known) if known else []


@looked_up("product_nav")
def _of_product(shared: Shared, product: str) -> LocalNav | None:
    known = shared.catalog.products.get(product)
    return shared.places._product_nav(known) if known else None


@looked_up("sections")
def _sections_for(shared: Shared, uri: str) -> list[TopSection]:
    return shared.places._sections_for(shared.places.site_page(uri))


@looked_up("local")
def _local(shared: Shared, uri: str) -> LocalNav | None:
    return shared.places._local(shared.places.site_page(uri))


@looked_up("breadcrumbs")
def _breadcrumbs(shared: Shared, uri: str) -> list[Entry]:
    return shared.places._breadcrumbs(shared.places.site_page(uri))


@looked_up("neighbours")
def _neighbours(shared: Shared, uri: str) -> tuple[Entry | None, Entry | None]:
    return shared.places._neighbours(shared.places.site_page(uri))


@looked_up("entry")
def _entry(shared: Shared, uri: str) -> Entry | None:
    return shared.places.held.get(uri)


@looked_up("entries")
def _entries(shared: Shared) -> dict[str, Entry]:
    return shared.places.held


@looked_up("file")
def _file(shared: Shared, path: str) -> Any:
    file = shared.places.held_files.get_file_from_path(path)
    if file is None:
        return None
    return file.url, file.inclusion, shared.places.held.get(path), shared.metas.get(path)


@looked_up("nav")
def _nav(shared: Shared) -> Any:
    return _shape(shared.places.nav), shared.places.held


def _shape(nav: Navigation) -> list[Any]:
    """Give the navigation as plain values."""

    def told(item: Any) -> Any:
        below = [told(one) for one in item.children or ()]
        return str(item.title), getattr(item, "url", ""), below

    return [told(item) for item in nav.items]


_GROUPED = frozenset({"guide", "troubleshooter", "faq"})


def _has_form(source: Page) -> bool:
    return any(block.name in ("form", "warranty-check") for block in source.blocks)


def _first_page(item: object) -> SitePage | None:
    if isinstance(item, SitePage):
        return item
    if isinstance(item, Section):
        return next((page for child in item.children if (page := _first_page(child))), None)
    return None


def _places_in(order: list[Entry]) -> dict[str, int]:
    """Give where in a row each page stands first."""
    places: dict[str, int] = {}
    for number, entry in enumerate(order):
        places.setdefault(entry.src_uri, number)
    return places


def _window(entries: list[Entry], at: int) -> tuple[list[Entry], bool]:
    if len(entries) <= _MOST_SIBLINGS:
        return entries, False
    start = max(0, min(at - _MOST_SIBLINGS // 2, len(entries) - _MOST_SIBLINGS))
    return entries[start : start + _MOST_SIBLINGS], True
