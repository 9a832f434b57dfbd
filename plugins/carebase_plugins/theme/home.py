"""What the home page shows below its search field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from mkdocs.structure.pages import Page as SitePage

from carebase.build.reads import looked_up
from carebase.catalog import Product
from carebase.catalog.hub import Entry
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import Fragments, relative
from carebase_plugins.theme.nearest import nearest
from carebase_plugins.theme.words import Words, words_of

HOME_TEMPLATE = "carebase/home.html"
_MOST_LINKS = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A product as a card shows it."""

    name: str
    address: str
    summary: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing people come for, with the pages that serve it."""

    title: str
    hint: str
    icon: str
    links: list[Entry] = field(default_factory=list)


def cards(shared: Shared) -> list[Card]:
    """Give a card for each product of the catalogue."""
    places = shared.places
    made = []
    for product in shared.catalog.products.values():
        hub = places.index_of(str(product.folder))
        if hub is not None:
            picture = shared.address_of(product.path(product.picture)) if product.picture else ""
            made.append(Card(product.name, hub.address, product.summary, picture))
    return made


def pages_with(
    shared: Shared, block: str, argument: str | None = None, language: str = ""
) -> list[Entry]:
    """Give the pages outside product folders on which a block stands.

    Where some of them are in the language, else in that of the site, they are all.
    """
    return _pages_with(shared, block, argument or "", language)


@looked_up("pages_with")
def _pages_with(shared: Shared, block: str, argument: str, language: str) -> list[Entry]:
    entries = shared.places.entries
    found = (
        page
        for page in shared.pages.pages
        if page.product is None
        and page.src_uri in entries
        and any(one.name == block and argument in ("", one.argument) for one in page.blocks)
    )
    return [entries[page.src_uri] for page in nearest(shared, found, language)]


def tasks(shared: Shared, words: Words) -> list[Task]:
    """Give the four things people come for, each with a link per product; none without a link."""
    products = list(shared.catalog.products.values())
    setup = _first_of_each(shared, products, "setup")
    trouble = _first_of_each(shared, products, "trouble_group")
    courses = [
        index
        for course in shared.courses.by_id
        if (index := shared.places.index_of(f"courses/{course}")) is not None
    ]
    warranty = pages_with(shared, "warranty-check") + [
        entry
        for form in ("product-registration", "warranty-claim")
        for entry in pages_with(shared, "form", form)
    ]
    found = (
        ("setup", "material/power-plug-outline", setup),
        ("fix", "material/wrench-outline", trouble),
        ("learn", "material/school-outline", courses),
        ("warranty", "material/shield-check-outline", warranty),
    )
    return [
        Task(words(f"task.{name}"), words(f"task.{name}.hint"), icon, links[:_MOST_LINKS])
        for name, icon, links in found
        if links
    ]


def _first_of_each(shared: Shared, products: list[Product], group: str) -> list[Entry]:
    links = []
    for product in products:
        entries: list[Any] = next(
            (found.entries for found in shared.places.groups_of(product) if found.id == group), []
        )
        if entries:
            first = entries[0]
            named = product.name.casefold() in first.title.casefold()
            title = first.title if named else f"{product.name}: {first.title}"
            links.append(Entry(title, first.address))
    return links


def home_view(shared: Shared, page: SitePage) -> dict[str, Any]:
    """Give all that the home page's template shows."""
    words = words_of(shared.site.language)
    contact = shared.catalog.contact
    written = ""
    if contact is not None:
        support = pages_with(shared, "form", "support-request")
        address = relative(support[0].address, page.url) if support else None
        written = Fragments(shared.site.language).contact(contact, address)
    return {
        # A page with a template of its own has the search of every other page.
        "home": page.meta.get("template") == HOME_TEMPLATE,
        "products": cards(shared),
        "tasks": tasks(shared, words),
        "contact": Markup(written),  # noqa: S704
        "breadcrumbs": [],
        "previous": None,
        "next": None,
    }
