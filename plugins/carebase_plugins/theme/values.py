"""Filling the values of the catalogue into pages before the generator makes HTML of them."""

from __future__ import annotations

from typing import Any

from mkdocs.structure.pages import Page as SitePage

from carebase.articles.filling import FILLED_KEYS, scope_of
from carebase.articles.value_extension import ValuesExtension
from carebase.articles.values import Values
from carebase_plugins.shared import Shared

_SNIPPETS = "pymdownx.snippets"


def add_values(shared: Shared) -> None:
    """Let what snippets bring be filled in too, where a site uses them."""
    if _SNIPPETS in shared.config.markdown_extensions:
        shared.values = ValuesExtension(lambda: Values(shared.site, shared.catalog))
        extensions: list[Any] = shared.config.markdown_extensions
        extensions.append(shared.values)


def fill_values(markdown: str, shared: Shared, page: SitePage) -> str:
    """Give the text of a page with its values, and note its title and description with theirs."""
    source = shared.page_of(page)
    if source is None:
        return markdown
    scope = scope_of(source, shared.site)
    if shared.values is not None:
        shared.values.scope = scope
    written = [markdown, *(str(page.meta.get(key)) for key in FILLED_KEYS)]
    if not any("{{" in text for text in written):
        return markdown
    values = Values(shared.site, shared.catalog)
    for key in FILLED_KEYS:
        if isinstance(text := page.meta.get(key), str):
            page.meta[key] = values.fill_plain(text, scope)
    return values.fill(markdown, scope)
