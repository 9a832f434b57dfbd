"""The text of a page as it may stand in another place of the site, with its links still right."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from carebase.articles.page import Page
from carebase.articles.twins import TARGET
from carebase.site import Site


def rebase(page: Page, src_uri: str, names: Collection[str], site: Site) -> str:
    """Give the text of a page for the place `src_uri`; `names` are the files below the docs.

    Links to the page itself stay with it. What leads out of the site, or nowhere, is left alone.
    """
    return "\n".join(
        _row(page, line.text, line.without_code, src_uri, names, site) for line in page.lines.lines
    )


def _row(
    page: Page, text: str, visible: str, src_uri: str, names: Collection[str], site: Site
) -> str:
    if "](" not in visible and "]:" not in visible and "=" not in visible:
        return text
    pieces, at = [], 0
    for found in TARGET.finditer(visible):
        name = found.lastgroup or "inline"
        pieces.append(text[at : found.start(name)])
        pieces.append(_target(page, found[name], name == "html", src_uri, names, site))
        at = found.end(name)
    return "".join([*pieces, text[at:]])


def _target(
    page: Page, target: str, is_html: bool, src_uri: str, names: Collection[str], site: Site
) -> str:
    try:
        parts = urlsplit(target)
    except ValueError:
        return target
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or "{" in target or not path or path.startswith("/"):
        return target
    name = posixpath.normpath(posixpath.join(page.folder, path))
    if not is_html and name in names:
        moved = posixpath.relpath(src_uri if name == page.src_uri else name, _folder(src_uri))
        return urlunsplit(("", "", quote(moved), parts.query, parts.fragment))
    # Written as the browser sees it, from the address of the page.
    whole = urljoin("/" + quote(site.address_of(page.src_uri)), path)
    here = posixpath.dirname("/" + site.address_of(src_uri))
    moved = posixpath.relpath(whole, here) + ("/" if whole.endswith("/") and whole != "/" else "")
    return urlunsplit(("", "", quote(unquote(moved)), parts.query, parts.fragment))


def _folder(src_uri: str) -> str:
    return posixpath.dirname(src_uri) or "."
