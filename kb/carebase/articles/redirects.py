"""Old addresses that lead to the pages which took their place: `aliases` in front matter."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from carebase.articles.page import Page
from carebase.errors import Problem

# As it is written, and without `%20` and the like: there a `#` is part of a name.
_ALIAS = re.compile(r"/?[^?#:\\/]+(?:/[^?#:\\/]+)*/?\Z")
_NAME = re.compile(r"/?(?!\.\.?(?:/|\Z))[^/\x00-\x1f]+(?:/(?!\.\.?(?:/|\Z))[^/\x00-\x1f]+)*/?\Z")
_SPECIAL = re.compile(r"[%?#:\\]")


@dataclass(frozen=True, slots=True)
class Redirect:
    """One old address: the file of the built site that stands there, and the page it leads to."""

    file: str
    alias: str
    page: Page


def file_of(alias: str) -> str | None:
    """Give the file for an old address, `old/descale/index.html`; nothing for what is none.

    Signs may be written as in the address of a page, `100%25/`: so can those that have a meaning
    there, such as `#`.
    """
    name = unquote(alias)
    if not _ALIAS.match(alias) or not _NAME.match(name):
        return None
    name = name.lstrip("/")
    return name if name.endswith((".html", ".htm")) else f"{name.rstrip('/')}/index.html"


def write_alias(address: str) -> str:
    """Write an address of `Site.address_of` as an alias: only what would not be read as it is."""
    return _SPECIAL.sub(lambda sign: quote(sign[0]), address)


def redirects_of(pages: Iterable[Page]) -> dict[str, Redirect]:
    """Give the redirects by file; where another alias stands already, none is made."""
    found: dict[str, Redirect] = {}
    for page in pages:
        for alias in page.front.aliases:
            file = file_of(alias)
            if file is not None:
                found.setdefault(file, Redirect(file, alias, page))
    return found


def check_aliases(pages: Iterable[Page], taken: Mapping[str, str]) -> Iterator[Problem]:
    """Check the old addresses of all pages; `taken` has the file of each page with its source."""
    owners: dict[str, Page] = {}
    for page in pages:
        for index, alias in enumerate(page.front.aliases):
            place = ("aliases", index)
            line, column = page.document.place(
                place if place in page.document.values else ("aliases",)
            )
            file = file_of(alias)
            if file is None:
                yield Problem(
                    page.file,
                    line,
                    column,
                    "alias-form",
                    "An old address is a path below the site, without `..`, `?` or `#`.",
                    found=f"`{alias}`",
                    allowed="for example `old/descale/`",
                )
                continue
            owner = taken.get(file) or (owners[file].src_uri if file in owners else None)
            if owner is not None:
                yield Problem(
                    page.file,
                    line,
                    column,
                    "alias-taken",
                    f"The old address `{alias}` is taken by `{owner}`.",
                    found=f"`{alias}`",
                    allowed="an address that no page has",
                    hint="delete it here or there",
                )
            owners.setdefault(file, page)


def redirect_page(target: str, title: str, language: str) -> str:
    """Write the page that leads on; `target` is as seen from it. It needs no JavaScript.

    Its icon is empty: without one, browsers ask for `/favicon.ico` of the host on the way.
    """
    address, name = html.escape(target), html.escape(title)
    own = address.partition("#")[0]
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{name}</title>\n'
        f'<link rel="canonical" href="{own}">\n<meta name="robots" content="noindex">\n'
        '<link rel="icon" href="data:,">\n'
        f'<meta http-equiv="refresh" content="0; url={address}">\n</head>\n'
        f'<body>\n<main><p><a href="{address}">{name}</a></p></main>\n</body>\n</html>\n'
    )
