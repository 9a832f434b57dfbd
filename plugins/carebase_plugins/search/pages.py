"""Reading the pages of a built site for its indexes, from the HTML that readers get."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mkdocs.structure.files import Files

from carebase.articles import Page
from carebase.search.asides import without_asides
from carebase.search.build import Source
from carebase.search.pagefind import DENSE_LANGUAGES
from carebase.search.sections import PageText, Section, plain_text, read_sections
from carebase.search.words import count_words, known_languages, language_of
from carebase_plugins.courses.glossary import glossary_uri
from carebase_plugins.courses.walk import points_uri
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import index_uri
from carebase_plugins.theme.view import SITE_INDEX

# A folder that is named as a language, with or without a region or a script: `de-AT/`, `zh-Hant/`.
_LANGUAGE_FOLDER = re.compile(r"([a-z]{2})(?:[-_](?:[A-Za-z]{2}|[A-Z][a-z]{3}))?/")
# What the theme's templates mark as a page's own; what stands between two marks is left out.
_FROM, _TO = "<!--search-->", "<!--/search-->"
_ARTICLE = re.compile(r"<article\b[^>]*>(.*?)</article>", re.DOTALL)
_TITLE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_HEAD_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_PERMALINK = re.compile(r"<a\b[^>]*class=\"headerlink\".*?</a>", re.DOTALL)
# What the theme adds to a page, by its classes: words for those who hear a page or print it,
# links to a place in it, lists of links to other pages, banners, and what one presses or is asked.
_ASIDES = frozenset(
    (
        *("cb-visually-hidden", "cb-sheet", "cb-link", "cb-step__number", "cb-step__foot"),
        *("cb-rows", "cb-quick", "cb-questions", "cb-index", "cb-cards", "cb-lessons"),
        *("cb-task__links", "cb-banners", "cb-notices"),
        *("cb-instructor", "cb-solved", "cb-completion"),
        *("cb-quiz", "cb-remind", "cb-serial", "cb-status", "cb-along", "cb-button", "md-button"),
    )
)
_CONTROLS = frozenset(("form",))
# Lists of what stands elsewhere: whoever searches wants the thing, not the list.
_LISTS = frozenset({SITE_INDEX, "products/index.md", "courses/index.md", "faq/index.md"})
_LESSON, _GUIDE_AGAIN = "lesson", "guide again"


def sources_of(shared: Shared, site_dir: Path, digests: Mapping[str, str]) -> Iterator[Source]:
    """Give the pages of a site that a search may find; `digests` are by path below `docs/`."""
    taught = _taught(shared)
    for uri, digest in sorted(digests.items()):
        source = shared.sources.get(uri)
        kind = source.kind if source is not None else taught.get(uri, "page")
        if kind == _GUIDE_AGAIN:
            continue
        if source is None and index_uri(uri) in _LISTS:
            continue
        if source is not None and _is_hidden(source):
            continue
        yield Source(
            shared.site.address_of(uri),
            # What the page's front matter says of it does not all stand in its HTML.
            f"{digest}:{_front_of(source) or kind}",
            lambda uri=uri, source=source, kind=kind: read_page(  # type: ignore[misc]
                shared, site_dir, uri, source, kind
            ),
        )


def _taught(shared: Shared) -> dict[str, str]:
    """Give the kind of the pages that a build makes for courses, by their path.

    A guide that is a lesson too is found where it stands itself.
    """
    courses = shared.courses.by_id.values()
    made = {
        uri: _LESSON for course in courses for uri in (points_uri(course), glossary_uri(course))
    }
    again = {
        lesson.shown(course.id): _GUIDE_AGAIN
        for course in courses
        for lesson in course.lessons
        if lesson.guide is not None
    }
    return made | again


def digests_of(shared: Shared, site_dir: Path, files: Files) -> dict[str, str]:
    """Give the digest of each page's HTML, for builds that do not tell it."""
    found = {}
    for file in files.documentation_pages():
        path = site_dir / shared.site.output_of(file.src_uri)
        if not file.inclusion.is_excluded() and path.is_file():
            found[file.src_uri] = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    return found


def _wishes(page: Page | None) -> dict[str, Any]:
    """Give what a page's head says of searches, as for Material's own plugin."""
    data = page.document.data if page is not None else None
    search = data.get("search") if isinstance(data, dict) else None
    return search if isinstance(search, dict) else {}


def _is_hidden(page: Page) -> bool:
    return _wishes(page).get("exclude") is True


def _boost(page: Page | None) -> float:
    boost = _wishes(page).get("boost")
    return float(boost) if isinstance(boost, int | float) and boost > 0 else 1.0


def _front_of(page: Page | None) -> str:
    if page is None:
        return ""
    front = page.front
    said = (page.kind, page.products, front.keywords, front.lang, front.review_by, _boost(page))
    return hashlib.blake2b(repr(said).encode(), digest_size=8).hexdigest()


def read_page(
    shared: Shared, site_dir: Path, uri: str, source: Page | None, kind: str
) -> PageText | None:
    """Read one page; nothing is given when it has no text."""
    html = (site_dir / shared.site.output_of(uri)).read_text(encoding="utf-8")
    content = " ".join(_marked(html)) or " ".join(_ARTICLE.findall(html)) or html
    content = without_asides(content, _ASIDES, _CONTROLS)
    found = _TITLE.search(content) or _HEAD_TITLE.search(html)
    title = plain_text(_PERMALINK.sub("", found[1])).replace("\n", " ") if found else ""
    sections = read_sections(content)
    if not title and not sections:
        return None
    hub = shared.hubs.get(index_uri(uri))
    products = source.products if source is not None else ()
    return PageText(
        address=shared.site.address_of(uri),
        src_uri=uri,
        title=title,
        kind="product" if hub else kind,
        lang=_language_of(shared, uri, source, sections).replace("_", "-").split("-")[0].lower(),
        sections=sections,
        products=tuple(dict.fromkeys([*([hub.id] if hub else []), *products])),
        keywords=tuple(source.front.keywords) if source is not None else (),
        boost=_boost(source),
        review_by=review.isoformat() if source and (review := source.front.review_by) else "",
    )


def _marked(html: str) -> Iterator[str]:
    """Give what stands between the marks; an end is looked for only behind its beginning."""
    start = html.find(_FROM)
    while start >= 0:
        start += len(_FROM)
        end = html.find(_TO, start)
        if end < 0:
            return
        yield html[start:end]
        start = html.find(_FROM, end)


def _language_of(shared: Shared, uri: str, source: Page | None, sections: Iterable[Section]) -> str:
    """Give the language of a page: as its head says, its folder is named, or it reads."""
    if source is not None and source.front.lang:
        return source.front.lang
    named = _LANGUAGE_FOLDER.match(uri)
    if named and named[1] in {*known_languages(), *DENSE_LANGUAGES}:
        return named[1]
    words = count_words(" ".join(one.text for one in sections))
    return language_of(words, shared.site.language)
