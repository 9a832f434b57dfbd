"""Templates that hand over what they write whole, and parts that pages of a folder show alike.

A template gives its text in hundreds of pieces, and every template around it passed each of them
on. What Material's own templates write of styles, scripts and settings depends on nothing of a
page but the folder that it lies in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from inspect import unwrap
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
import material
from jinja2.runtime import Context
from mkdocs.config.defaults import MkDocsConfig

from carebase_plugins.theme.addresses import folder_of

Write = Callable[[Context], Iterator[str]]
_BASE = Path(material.__file__).parent / "templates" / "base.html"
_ALIKE = frozenset(("styles", "libs", "fonts", "analytics", "config", "scripts"))
# Each folder has one text for each of them, and pages are written folder by folder.
_MOST = 256


class Alike:
    """Lets the templates of a build write whole; `config` says whether parts are Material's own."""

    def __init__(self, config: MkDocsConfig) -> None:
        links = [*map(str, config.extra_javascript), *map(str, config.extra.get("polyfills") or ())]
        # An address with steps may be another from each page.
        plain = not any("./" in link for link in links)
        analytics = bool(config.extra.get("analytics"))
        self._once = plain and not config.theme.custom_dir and not analytics
        self._links = ("assets/", *(f"{link}/" for link in links))
        self._known: dict[tuple[str, str], str] = {}

    def prepare(self, template: jinja2.Template) -> None:
        """Let a template that was just loaded write whole."""
        is_base = self._once and template.filename == str(_BASE)
        template.root_render_func = _whole(template.root_render_func)
        blocks: dict[str, Any] = dict(template.blocks)
        for name, write in blocks.items():
            # It is looked for among those of the templates that extend this one.
            if "super" in _names(write.__code__):
                continue
            alike = is_base and name in _ALIKE and not _shows_page(write, template.environment)
            template.blocks[name] = self._block(name, write) if alike else _whole(write)

    def _block(self, name: str, write: Write) -> Write:
        def written(context: Context) -> Iterator[str]:
            folder = self._folder(context)
            if folder is None:
                yield from write(context)
                return
            known = self._known.get((name, folder))
            if known is None:
                if len(self._known) >= _MOST:
                    self._known.clear()
                known = self._known[name, folder] = "".join(write(context))
            yield known

        return written

    def _folder(self, context: Context) -> str | None:
        """Give the folder whose pages link as this one; nothing for a page that has its own way."""
        page = context.get("page")
        if page is None or any(link.startswith(page.url) for link in self._links):
            return None
        return folder_of(page.url)


def _whole(write: Write) -> Write:
    @wraps(write)
    def written(context: Context) -> Iterator[str]:
        yield "".join(write(context))

    return written


def _shows_page(write: Any, env: jinja2.Environment) -> bool:
    """Tell whether a part, or a template that it includes by name, asks for the page."""
    names = _names(write.__code__)
    for name in names:
        # A name that is put together begins with a sign.
        if name.endswith(".html") and name[0] != ".":
            names = names | _names(unwrap(env.get_template(name).root_render_func).__code__)
    return "page" in names


def _names(code: CodeType) -> set[str]:
    """Give the names that the code of a template asks for, and all other texts in it."""
    found = {*code.co_names, *(one for one in code.co_consts if isinstance(one, str))}
    return found.union(*(_names(one) for one in code.co_consts if isinstance(one, CodeType)))
