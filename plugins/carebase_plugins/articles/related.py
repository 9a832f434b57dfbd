"""The articles that go with the one that is read, below it."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.build.reads import looked_up
from carebase.catalog.hub import Entry
from carebase.search.related import Relations, Subject, relate, telling_words
from carebase_plugins.articles.late import late_today
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import index_uri, required_by
from carebase_plugins.theme.words import words_of

_KINDS = frozenset(("guide", "faq", "troubleshooter", "page"))
# Who comes to a page with one of these wants to do something, and no more to read.
_ASKING = frozenset(("form", "survey", "warranty-check", "contact-hours"))
_KEPT = "related"


def related_view(shared: Shared, page: SitePage) -> dict[str, Any]:
    """Give the articles that go with a page, under their heading in its language."""
    entries = _related(shared, page.file.src_uri)
    if not entries:
        return {}
    title = words_of(shared.language_of(page))("related")
    return {"related": {"title": title, "entries": entries}}


def prepare(shared: Shared) -> None:
    """Find what goes together once for all pages, if that was never done."""
    if shared.facts is None or shared.facts.recall(_KEPT) is None:
        _relations(shared)


@looked_up("related")
def _related(shared: Shared, uri: str) -> list[Entry]:
    held = shared.places.held
    return [held[one] for one in _relations(shared).of(uri) if one in held]


@looked_up("relations")
def _relations(shared: Shared) -> Relations:
    facts = shared.facts
    kept: tuple[dict[str, str], Relations] | None = facts.recall(_KEPT) if facts else None
    marks, before = kept or ({}, None)
    subjects: dict[str, Subject] = {}
    told: dict[str, str] = {}
    lists = _lists(shared)
    site = (shared.site.language, shared.site.name)
    for source, site_page in _pages(shared):
        uri = source.src_uri
        search = site_page.meta.get("search")
        hidden = isinstance(search, dict) and search.get("exclude") is True
        article = uri not in lists and not hidden and not site_page.is_homepage
        late = late_today(source)
        told[uri] = f"{shared.pages.card(uri)} {shared.data} {site} {article} {late}"
        if before is None or marks.get(uri) != told[uri]:
            subjects[uri] = _subject(shared, source, article, late)
        else:
            subjects[uri] = before.subjects[uri]
    if before is not None and told == marks:
        return before
    relations = relate(subjects, before)
    if facts is not None:
        facts.remember(_KEPT, (told, relations))
    return relations


def _pages(shared: Shared) -> Iterator[tuple[Page, SitePage]]:
    """Give each published page that a writer wrote, as it was read and as the generator has it."""
    for uri in shared.places.held:
        source = shared.pages.held.get(uri)
        if source is not None:
            yield source, shared.places.site_page(uri)


def _lists(shared: Shared) -> set[str]:
    """Give the pages that list others: hubs, and indexes of folders that hold more."""
    above = Counter(
        folder for uri in shared.places.held for folder in _folders(uri.rpartition("/")[0])
    )
    return {
        uri
        for uri in shared.places.held
        if index_uri(uri) in shared.hubs
        or (index_uri(uri).rpartition("/")[2] == "index.md" and above[uri.rpartition("/")[0]] > 1)
    }


def _folders(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _subject(shared: Shared, source: Page, article: bool, late: bool) -> Subject:
    front = source.front
    lang = (front.lang or shared.site.language).replace("_", "-").split("-")[0].lower()
    products = shared.catalog.products
    names = [
        name
        for one in source.products
        for name in (one, *([products[one].name] if one in products else []))
    ]
    asking = any(block.name in _ASKING for block in source.blocks)
    return Subject(
        lang=lang,
        kind=source.kind,
        words=telling_words(source.title, front.keywords, lang, names, [shared.site.name]),
        products=source.products,
        models=tuple(front.models),
        first=tuple(
            posixpath.normpath(posixpath.join(source.folder, name)) for name in front.related or ()
        ),
        before=required_by(source),
        part=source.src_uri.partition("/")[0] if "/" in source.src_uri else "",
        late=late,
        article=article and not asking and source.kind in _KINDS,
        wanting=front.related is not False,
    )
