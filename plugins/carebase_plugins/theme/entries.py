"""Pages as entries of lists: titles, addresses and facts of what the generator has read."""

from __future__ import annotations

import html
import posixpath
import re

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.asking import asks
from carebase.catalog.hub import Entry
from carebase_plugins.shared import Shared

_TAGS = re.compile(r"<[^>]+>")
_HEADINGS = re.compile(r"<h([1-4])\b[^>]*\bid=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)
_PERMALINK = re.compile(r"<a[^>]*class=\"headerlink\".*?</a>", re.DOTALL)


def plain(fragment: str) -> str:
    """Give the text of an HTML fragment, as it would be read."""
    return html.unescape(_TAGS.sub("", _PERMALINK.sub("", fragment))).strip()


def title_of(site_page: SitePage) -> str:
    """Give a page's title as it would be read: one of the front matter is text, any other HTML."""
    title = str(site_page.title or site_page.file.name)
    return title if title == site_page.meta.get("title") else plain(title)


def entry_of(site_page: SitePage, page: Page | None) -> Entry:
    """Describe a page for lists and navigation."""
    front = page.front if page else None
    return Entry(
        title=title_of(site_page),
        address=site_page.url,
        src_uri=site_page.file.src_uri,
        kind=page.kind if page else "page",
        description=str(site_page.meta.get("description") or ""),
        time=str(getattr(front, "time", None) or ""),
        difficulty=str(getattr(front, "difficulty", None) or ""),
        requires=required_by(page),
    )


def index_uri(src_uri: str) -> str:
    """Give the path of a page, `index.md` where a folder has a `README.md` for it."""
    folder, slash, name = src_uri.rpartition("/")
    return f"{folder}{slash}index.md" if name == "README.md" else src_uri


def page_at(files: Files, src_uri: str) -> File | None:
    """Find a page by its path, an index also by the name `README.md`."""
    readme = src_uri.removesuffix("index.md") + "README.md"
    return files.get_file_from_path(src_uri) or (
        files.get_file_from_path(readme) if index_uri(readme) == src_uri else None
    )


def required_by(page: Page | None) -> tuple[str, ...]:
    """Give the sources of the guides to do first; they are written relative to the page."""
    written = getattr(page.front, "requires", ()) if page else ()
    folder = page.folder if page else ""
    return tuple(posixpath.normpath(posixpath.join(folder, name)) for name in written)


def entries_of(shared: Shared, files: Files) -> dict[str, Entry]:
    """Describe every page that is published, by its source."""
    entries: dict[str, Entry] = {}
    for file in files.documentation_pages():
        if file.page is not None and not file.inclusion.is_excluded():
            entries[file.src_uri] = entry_of(file.page, shared.sources.get(file.src_uri))
    return entries


def questions_of(site_page: SitePage) -> list[Entry]:
    """List the questions of an FAQ page, each with its own address."""
    return [
        Entry(title=plain(text), address=f"{site_page.url}#{anchor}", kind="faq")
        for _, anchor, text in _HEADINGS.findall(site_page.content or "")
        if asks(plain(text))
    ]
