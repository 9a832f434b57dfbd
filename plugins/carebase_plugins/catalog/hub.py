"""The hub of a product: everything about it on one page, made of its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup
from mkdocs.structure.pages import Page as SitePage

from carebase import clock
from carebase.articles import Page
from carebase.build.reads import looked_up
from carebase.catalog import Product
from carebase.catalog.hub import Entry, Group
from carebase.warranty.policy import Length, Policy
from carebase_plugins.blocks import Placeholder
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import questions_of
from carebase_plugins.theme.fragments import Fragments
from carebase_plugins.theme.nearest import nearest
from carebase_plugins.theme.words import Words, words_of

_MOST_QUESTIONS = 12


@dataclass(frozen=True, slots=True)
class Quick:
    """One of the first steps that a hub offers."""

    label: str
    title: str
    address: str
    icon: str


def product_named(shared: Shared, block: Placeholder, page: SitePage) -> Product | None:
    """Give the product that a block names, or in whose folder its page stands."""
    named = block.options.get("product")
    if named is None:
        parts = page.file.src_uri.split("/")
        named = parts[1] if len(parts) > 2 and parts[0] == "products" else None
    return shared.catalog.products.get(named) if named else None


def hub_view(shared: Shared, product: Product, page: SitePage) -> dict[str, Any]:
    """Give all that the hub's template shows."""
    words = words_of(shared.site.language)
    places = shared.places
    fragments = Fragments(shared.site.language)
    groups = places.groups_of(product)
    shown = [group for group in groups if group.id != "questions"]

    def block(name: str) -> Markup:
        filler = shared.fillers.get(name)
        options = {"product": product.id, "anchors": "yes"}
        written = filler(Placeholder(name, "", options), page) if filler else ""
        return Markup(written)  # noqa: S704

    questions = _questions(shared, product)
    today = shared.catalog.policy_on(product, clock.today())
    names = {component.id: component.name for component in product.components}
    hub = {
        "product": product,
        "picture": _file(shared, product, product.picture),
        "serial_picture": _file(
            shared, product, product.serial.picture if product.serial else None
        ),
        "notices": block("notices") if product.notices else "",
        "quick": list(_quick(groups, shared, product, words)),
        "groups": [Group(group.id, group.entries) for group in shown],
        "titles": {group.id: words(f"hub.{group.id}") for group in shown},
        "questions": questions[:_MOST_QUESTIONS],
        "more_questions": questions[_MOST_QUESTIONS:],
        "courses": _courses(shared, product),
        "service_plan": block("service-plan") if product.service_plan else "",
        "parts": block("parts") if product.parts else "",
        "warranty": glance(today, names, words, fragments) if today else [],
        "terms": _terms(shared, product, words, fragments),
        "check": block("warranty-check") if shared.catalog.policies_of(product) else "",
        "downloads": _downloads(shared, product, fragments),
        "forms": _forms(shared, product),
        "support_until": fragments.date(product.support_until),
    }
    return {"hub": hub, "template": "carebase/hub.html", "previous": None, "next": None}


def _file(shared: Shared, product: Product, name: str | None) -> str:
    return shared.address_of(product.path(name)) if name else ""


def _quick(groups: list[Group], shared: Shared, product: Product, words: Words) -> Iterator[Quick]:
    first = {group.id: group.entries[0] for group in groups}
    icons = {
        "setup": ("first", "material/power-plug-outline"),
        "trouble_group": ("trouble", "material/wrench-outline"),
    }
    for name, (label, icon) in icons.items():
        if name in first:
            entry = first[name]
            yield Quick(words(f"hub.{label}"), entry.title, entry.address, icon)
    for course in _courses(shared, product)[:1]:
        yield Quick(words("hub.learn"), course.title, course.address, "material/school-outline")


def _questions(shared: Shared, product: Product) -> list[Entry]:
    """Give the questions about a product: those of its own folder, then those of other pages."""
    questions: list[Entry] = []
    for uri in _question_pages(shared, product.id):
        file = shared.places.files.get_file_from_path(uri)
        if file and file.page:
            questions += questions_of(file.page)
    return questions


@looked_up("question pages")
def _question_pages(shared: Shared, product: str) -> list[str]:
    found = _all_question_pages(shared).get(product, [])
    return sorted(found, key=lambda uri: shared.sources[uri].product != product)


@looked_up("all question pages")
def _all_question_pages(shared: Shared) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for uri, source in shared.sources.items():
        for product in source.products if source.kind == "faq" else ():
            found.setdefault(product, []).append(uri)
    return found


def _courses(shared: Shared, product: Product) -> list[Entry]:
    return [
        outline
        for course in shared.courses.by_id.values()
        if product.id in course.products and (outline := shared.places.index_of(course.folder))
    ]


def glance(
    policy: Policy, names: Mapping[str, str], words: Words, fragments: Fragments
) -> list[dict[str, str]]:
    """Say in short how long each coverage lasts; `names` are those of the components."""
    return [
        {
            "name": names.get(coverage.id, coverage.id.replace("-", " ").capitalize()),
            "length": _length(coverage.length, words, fragments),
        }
        for coverage in policy.coverages
    ]


def _length(length: Length, words: Words, fragments: Fragments) -> str:
    if length.unit:
        return fragments.every(f"{length.amount} {length.unit}")
    if length.until:
        return words("unit.until", date=fragments.date(length.until))
    return words(f"unit.lifetime.{length.lifetime}")


def _terms(
    shared: Shared, product: Product, words: Words, fragments: Fragments
) -> list[dict[str, str]]:
    rows = []
    for choice in product.policy:
        policy = shared.catalog.policies.get(choice.policy)
        if policy is None:
            continue
        if len(product.policy) == 1:
            title = words("hub.terms")
        elif choice.sold_until:
            title = words("hub.terms_until", date=fragments.date(choice.sold_until))
        else:
            title = words("hub.terms_now")
        rows.append({"title": title, "address": shared.address_of(shared.terms_uri(policy))})
    return rows


def _downloads(shared: Shared, product: Product, fragments: Fragments) -> list[dict[str, str]]:
    rows = []
    for download in product.downloads:
        uri = product.path(download.file)
        file = shared.site.docs_dir / uri
        if file.is_file():
            kind = PurePosixPath(uri).suffix.removeprefix(".").upper()
            size = fragments.size(file.stat().st_size)
            address = shared.address_of(uri)
            rows.append({"title": download.title, "address": address, "type": kind, "size": size})
    return rows


def _forms(shared: Shared, product: Product) -> list[Entry]:
    """Give the pages with a form, their address naming the product so that it is filled in."""
    entries = shared.places.entries
    # Of pages with the same forms those that are in the language of the site.
    by_forms: dict[tuple[str, ...], list[Page]] = {}
    for page in shared.pages.pages:
        forms = tuple(block.argument or "" for block in page.blocks if block.name == "form")
        if forms and page.product is None and page.src_uri in entries:
            by_forms.setdefault(forms, []).append(page)
    shown = {page.src_uri for pages in by_forms.values() for page in nearest(shared, pages)}
    return [
        Entry(
            entries[page.src_uri].title,
            f"{entries[page.src_uri].address}?product={product.id}",
            description=entries[page.src_uri].description,
        )
        for page in shared.pages.pages
        if page.src_uri in shown
    ]
