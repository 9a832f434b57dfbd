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

_MOST = 256


class _Known(NamedTuple):
    # The entries themselves are held, so that no other list can take their place in memory.
    entries: Sequence[Entry]
    rows: list[str]


_KNOWN: dict[tuple[int, str], _Known] = {}


def rows_of(entries: Sequence[Entry], page: SitePage) -> Markup:
    """Write a row for each entry, as a page links it."""
    here = page.url
    folder = folder_of(here)
    if folder is None:
        return Markup("".join([_row(entry, page) for entry in entries]))  # noqa: S704
    key = (id(entries), folder)
    known = _KNOWN.get(key)
    if known is None or known.entries is not entries:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        known = _KNOWN[key] = _Known(entries, [_row(entry, page) for entry in entries])
        own = [at for at, entry in enumerate(entries) if entry.address.startswith(here)]
        for at in own:
            # Not as this page links it, but as any other does.
            known.rows[at] = ""
    rows = [
        written if written and not entry.address.startswith(here) else _row(entry, page)
        for entry, written in zip(entries, known.rows, strict=True)
    ]
    return Markup("".join(rows))  # noqa: S704


def _row(entry: Entry, page: SitePage) -> str:
    address = escape(linked(entry.address, page))
    current = ' aria-current="page"' if entry.address == page.url else ""
    link = f'<a class="cb-nav__link" href="{address}"{current}>{escape(entry.title)}</a>'
    return f"\n    <li>{link}</li>\n    "
