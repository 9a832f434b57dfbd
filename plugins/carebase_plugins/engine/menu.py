"""The menu of Material's own templates: its entries are written once for all pages of a folder.

Pages of a folder link the same places alike; only the sections that a page stands in are its own.
What a page's menu shows of other pages is noted: it is made again when that changes, and only then.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import jinja2
from jinja2.runtime import Context, Macro
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Link, Navigation
from mkdocs.structure.pages import Page as SitePage

from carebase.build.reads import READS, Name, looked_up
from carebase_plugins.shared import Shared
from carebase_plugins.theme.addresses import folder_of

_TEMPLATE = "partials/nav-item.html"
# The macro that writes an entry and those below it, each with its place in the menu.
_MACRO, _GIVEN = "render", ("nav_item", "path", "level", "parent")
_TOP = "__nav"
# Pages are written folder by folder.
_MOST_FOLDERS = 8


class _Entry(NamedTuple):
    html: Any
    read: dict[Name, str]


class Menu:
    """The entries of one navigation as they were written last, by the folder that links them."""

    def __init__(self, nav: Navigation) -> None:
        self.nav = nav
        self._folders: dict[str, dict[tuple[str, bool], _Entry]] = {}
        self._within = False
        # The page that is being written, and the folder whose pages link every entry as it does.
        self._page: SitePage | None = None
        self._folder: str | None = None
        pages = [page.url for page in nav.pages]
        # A page that stands twice in a menu is the current one in both places.
        self._twice = len(set(pages)) < len(pages)
        # What links lead below: from there they are other links than from beside it.
        self._holding = {above for url in pages for above in _above(url)}
        self._holding.update(
            above for link in _links(nav.items) for above in _above(f"{link}/below")
        )

    def entry(
        self, write: Callable[[], Any], page: SitePage | None, item: Any, path: str, parent: Any
    ) -> Any:
        """Give an entry's HTML: what `write` gives, or gave for another page of the folder."""
        # The section around it is open; the top always is.
        READS.note("menu", path.rpartition("_")[0])
        if page is not self._page:
            self._page, self._folder = page, self._folder_of(page)
        if item.active or self._within or self._folder is None:
            return write()
        known = self._entries(self._folder)
        key = (path, bool(parent and parent.active))
        if key not in known:
            self._within = True
            try:
                with READS.noted(READS.stage) as read:
                    known[key] = _Entry(write(), read)
            finally:
                self._within = False
        entry = known[key]
        READS.note_again(entry.read)
        return entry.html

    def _folder_of(self, page: SitePage | None) -> str | None:
        """Give the folder whose pages link every entry alike; nothing for a page with its own."""
        if page is None or self._twice or page.url in self._holding:
            return None
        folder, _, name = page.url.rpartition("/")
        # A file is linked from its folder, and nothing lies in it.
        return f"{folder}/." if "." in name else folder_of(page.url)

    def _entries(self, folder: str) -> dict[tuple[str, bool], _Entry]:
        if folder not in self._folders:
            if len(self._folders) >= _MOST_FOLDERS:
                del self._folders[next(iter(self._folders))]
            self._folders[folder] = {}
        return self._folders[folder]


def write_menu_once(env: jinja2.Environment, config: MkDocsConfig) -> bool:
    """Have each entry of the menu written once, where the templates are Material's own.

    Give whether they are; then what pages show of the navigation is noted, too.
    """
    if config.theme.name != "material" or config.theme.custom_dir or env.loader is None:
        return False
    try:
        template = env.loader.get_source(env, _TEMPLATE)[1]
    except jinja2.TemplateNotFound:
        # It is another theme of that name.
        return False

    class MenuContext(Context):
        menu: Menu | None = None

        def call(self, called: Any, /, *given: Any, **named: Any) -> Any:
            if (
                type(called) is not Macro
                or called.name != _MACRO
                or tuple(called.arguments) != _GIVEN
                or called._func.__code__.co_filename != template
            ):
                return Context.call(self, called, *given, **named)
            nav = self["nav"]
            if MenuContext.menu is None or MenuContext.menu.nav is not nav:
                MenuContext.menu = Menu(nav)
            item, path, _, parent = (*given, None)[:4]
            page = self.get("page")

            def write() -> Any:
                return Context.call(self, called, *given, **named)

            return MenuContext.menu.entry(write, page, item, path, parent)

    env.context_class = MenuContext
    return True


def note_around(page: SitePage) -> None:
    """Note what templates of Material show around a page besides its menu."""
    READS.note("beside", page.file.src_uri)


@looked_up("menu")
def _section(shared: Shared, path: str) -> Any:
    """Give what a menu shows of a section at a place: its own title and each entry in it."""
    below: Any = shared.places.nav.items
    title = ""
    for place in path.removeprefix(_TOP).split("_")[1:]:
        section = below[int(place) - 1]
        title, below = section.title, section.children
    return title, [_shown(shared, item) for item in below]


@looked_up("beside")
def _beside(shared: Shared, uri: str) -> Any:
    """Give what a page shows of those before and after it."""
    page = shared.places.site_page(uri)
    return [one and _shown(shared, one) for one in (page.previous_page, page.next_page)]


def _shown(shared: Shared, item: Any) -> Any:
    """Give what stands in a menu for a page, a link, or a section that is shut."""
    if isinstance(item, SitePage):
        uri = item.file.src_uri
        return uri, item.url, str(item.title), shared.metas.get(uri)
    inner, first = item, item
    while first.children:
        inner, first = first, first.children[0]
    # A section that has nothing but an index may be shown with what that says of itself.
    alone = _shown(shared, first) if item.children and not item.children[1:] else None
    return str(item.title), len(inner.children or ()), getattr(first, "url", None), alone


def _links(items: Iterable[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Link):
            yield item.url
        yield from _links(item.children or ())


def _above(url: str) -> Iterator[str]:
    """Give the folders that an address of the site lies in."""
    parts = posixpath.normpath(f"/{url}").strip("/").split("/")
    return ("/".join(parts[:count]) + "/" for count in range(1, len(parts)))
