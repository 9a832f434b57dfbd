"""The templates' filter `url` with a memory: pages of one folder link the same places alike."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils import normalize_url

# Where the way to an address is not the one that its parts say.
_ODD = re.compile(r"//|\.\.|\./")
# Stands for a page of a folder that no address leads into.
_NOWHERE = "\0/"
_MOST = 1 << 16


class _Place(NamedTuple):
    url: str


@pass_context
def url(context: Context, value: Any) -> str:
    """Give an address as the page that is written links it; what the generator's filter gives."""
    return linked(str(value), context["page"], context["base_url"])


@pass_context
def script_tag(context: Context, script: Any) -> Markup:
    """Give the tag of a script; what the generator's filter gives."""
    address = url(context, script)
    if isinstance(script, str):
        return _script_tag(address, "", False, False)
    return _script_tag(address, script.type, bool(script.defer), bool(script.async_))


@lru_cache(maxsize=1024)
def _script_tag(address: str, kind: str, defer: bool, is_async: bool) -> Markup:
    named = Markup(' type="{}"').format(kind) if kind else ""
    loaded = f"{' defer' if defer else ''}{' async' if is_async else ''}"
    return Markup('<script src="{}"{}{}></script>').format(address, named, loaded)


def linked(address: str, page: SitePage | None, base: str = "") -> str:
    """Give an address of the site as a page links it."""
    if page is not None:
        folder = folder_of(page.url)
        # Within the page's own folder the way is another.
        within = f"{address}/".startswith(page.url)
        if folder is not None and not within and not _ODD.search(address):
            return _from_folder(folder, address)
    return normalize_url(address, page=page, base=base)


def folder_of(address: str) -> str | None:
    """Give the folder of a page that is a folder itself; nothing for any other page."""
    if not address.endswith("/"):
        return None
    folder, slash, name = address[:-1].rpartition("/")
    return folder + slash if name.strip(".") else None


@lru_cache(maxsize=_MOST)
def _from_folder(folder: str, address: str) -> str:
    place: Any = _Place(folder + _NOWHERE)
    return normalize_url(address, page=place)
