"""What the templates of a page see, as `carebase`: where it stands and what surrounds it."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

from markupsafe import Markup
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.catalog.hub import Entry, Group
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import index_uri, title_of
from carebase_plugins.theme.fragments import Fragments
from carebase_plugins.theme.navigation import Places
from carebase_plugins.theme.rows import rows_of
from carebase_plugins.theme.withdrawal import withdrawal_page
from carebase_plugins.theme.words import words_of

SITE_INDEX = "all-pages.md"
_H1 = re.compile(r"<h1\b.*?</h1>", re.DOTALL)
_SEARCH_WORDS = (
    *("loading", "none", "some", "one", "failed", "all", "more", "mended", "instead"),
    *("product", "kind", "kind.guide", "kind.faq", "kind.troubleshooter", "kind.course"),
    *("kind.lesson", "kind.page", "kind.product"),
)


def without_h1(content: str | None) -> Markup:
    """Give a page's content without its first heading, which the template writes itself."""
    return Markup(_H1.sub("", content or "", count=1))  # noqa: S704


def view_of(context: dict[str, Any], shared: Shared, page: SitePage) -> dict[str, Any]:
    """Give the view of a page, the same to every plugin, and put it into the template's context."""
    view: dict[str, Any] | None = context.get("carebase")
    if view is not None:
        return view
    view = frame(context, shared)
    places: Places = shared.places
    source = shared.page_of(page)
    language = shared.language_of(page)
    previous, following = places.neighbours(page)
    heading = _H1.search(page.content or "")
    written = title_of(page)
    title = Markup.escape(written)
    shared.views[page.file.src_uri] = view
    if language != shared.site.language:
        view["search_language"] = language.replace("_", "-").split("-")[0].lower()
    product = places.product_of(page.file.src_uri)
    view |= {
        "title": written,
        "description": str(page.meta.get("description") or ""),
        "home": False,
        "sections": places.sections_for(page),
        "nav": places.local(page),
        "rows": lambda entries: rows_of(entries, page),
        "breadcrumbs": places.breadcrumbs(page),
        "previous": previous,
        "next": following,
        "template": None,
        "heading": Markup(heading[0]) if heading else Markup("<h1>{}</h1>").format(title),  # noqa: S704
        "body": without_h1(page.content),
        "product": product.id if product else "",
        # Where Material's link past the menu leads.
        "anchor": next((item.id for item in page.toc), "top"),
        "feedback": "",
        "banners": "",
        "late": None,
        "related": None,
        "language": language if language != shared.site.language else "",
        **reviewed(shared, source),
    }
    if page.file.src_uri == SITE_INDEX:
        view |= site_index(shared)
    # Material's own head writes both as they are.
    if not page.is_homepage:
        page.meta["title"] = title
    if page.meta.get("description"):
        page.meta["description"] = Markup.escape(page.meta["description"])
    # Material's own head links the neighbours that readers see.
    page.previous_page = _site_page(places, previous)
    page.next_page = _site_page(places, following)
    return view


class View(dict[str, Any]):
    """A dictionary whose entries are attributes too, which templates ask for first."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def frame(context: dict[str, Any], shared: Shared) -> dict[str, Any]:
    """Put what every template needs into the context: words, menu, search."""
    places: Places = shared.places
    language = shared.site.language
    view = View(
        {
            "sections": places.top,
            "footer": places.footer,
            "withdrawal": withdrawal_page(shared),
            "search": "carebase-search" in shared.site.plugins,
            "search_language": language.replace("_", "-").split("-")[0].lower(),
            "endpoint": _endpoint(shared, str(context.get("base_url", "."))),
            "site_index": shared.site.address_of(SITE_INDEX),
            # By its file name, so that it opens from an unpacked folder too.
            "index_file": shared.site.output_of(SITE_INDEX),
        }
    )
    context["carebase"] = view
    context["t"] = words_of(language)
    context["search_strings"] = _search_strings(language)
    return view


@cache
def _search_strings(language: str) -> Markup:
    words = words_of(language)
    strings = {name: words(f"search.{name}") for name in _SEARCH_WORDS}
    # A template and not a script: instant navigation runs each script of a page's content again.
    written = json.dumps(strings, ensure_ascii=False)
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(written)  # noqa: S704


def _endpoint(shared: Shared, base: str) -> str | None:
    """Give the endpoint's address for any template, also for pages that have no place."""
    endpoint = shared.endpoint
    if endpoint is None or "://" in endpoint:
        return endpoint
    return f"{base.rstrip('/')}/{endpoint.lstrip('/')}"


def reviewed(shared: Shared, source: Page | None) -> dict[str, str]:
    """Say when a page was last reviewed and who keeps it."""
    if source is None:
        return {"reviewed": "", "owner": ""}
    fragments = Fragments(shared.site.language)
    return {
        "reviewed": fragments.date(source.front.reviewed),
        "owner": source.front.owner or "",
    }


def _site_page(places: Places, entry: Any) -> SitePage | None:
    file = places.files.get_file_from_path(entry.src_uri) if entry else None
    return file.page if file else None


def _told_apart(entries: list[Entry], places: Places) -> list[Entry]:
    """Name the folder with each title that several pages have, such as the glossary of a course."""
    count = Counter(entry.title for entry in entries)

    def named(entry: Entry) -> Entry:
        folder = posixpath.dirname(entry.src_uri)
        if count[entry.title] == 1 or not folder:
            return entry
        return replace(entry, title=f"{entry.title} – {places.folder_title(folder)}")

    return [named(entry) for entry in entries]


def site_index(shared: Shared) -> dict[str, Any]:
    """List every page of the site under the top section that it stands in."""
    places = shared.places
    by_top: dict[str, list[Entry]] = {}
    for entry in places.entries.values():
        if index_uri(entry.src_uri) not in (SITE_INDEX, "index.md"):
            top = entry.src_uri.partition("/")[0] if "/" in entry.src_uri else ""
            by_top.setdefault(top, []).append(entry)
    words = words_of(shared.site.language)
    titles = {top: places.folder_title(top) if top else words("index.other") for top in by_top}
    order = [section.folder for section in places.top]
    sections = sorted(
        by_top, key=lambda top: (order.index(top) if top in order else len(order), titles[top])
    )
    return {
        "index": [Group(titles[top], _told_apart(by_top[top], places)) for top in sections],
        "template": "carebase/site-index.html",
        "previous": None,
        "next": None,
    }
