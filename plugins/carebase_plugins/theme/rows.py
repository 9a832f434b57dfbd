"""The rows of the menu beside a page, written once for all pages of a folder.

They link the same places alike; only the row of the page itself differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape
from mkdocs.structure.pages import Page as SitePage

from carebase.catalog.hub import Entry
from carebase_plugins.theme.addresses import folder_of, linked

_MOST = 1 << 16


class _Known(NamedTuple):
    # The entry itself is held, so that no other can take its place in memory.
    entry: Entry
    row: str


# By entry, and by the folder of the page that links it: of a long list each page shows a part.
_KNOWN: dict[tuple[int, str], _Known] = {}


def rows_of(entries: Sequence[Entry], page: SitePage) -> Markup:
    """Write a row for each entry, as a page links it."""
    here = page.url
    folder = folder_of(here)
    if folder is None:
        return Markup("".join([_row(entry, page) for entry in entries]))  # noqa: S704
    if len(_KNOWN) > _MOST:
        _KNOWN.clear()
    rows = []
    for entry in entries:
        # A page links itself, and what is below it, as no other does.
        if entry.address.startswith(here):
            rows.append(_row(entry, page))
            continue
        key = (id(entry), folder)
        known = _KNOWN.get(key)
        if known is None:
            known = _KNOWN[key] = _Known(entry, _row(entry, page))
        rows.append(known.row)
    return Markup("".join(rows))  # noqa: S704


def _row(entry: Entry, page: SitePage) -> str:
    address = escape(linked(entry.address, page))
    current = ' aria-current="page"' if entry.address == page.url else ""
    link = f'<a class="cb-nav__link" href="{address}"{current}>{escape(entry.title)}</a>'
    return f"\n    <li>{link}</li>\n    "
