"""Parts of a page that all pages of a folder show alike, written once for them.

The head and the foot of a page link the same places from everywhere. What they look like depends
on the folder of the page alone, and on which section is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from carebase_plugins.theme.addresses import folder_of

Once = Callable[[Context, str], Markup]


def once_by(is_own: bool) -> Once:
    """Give the function by which templates show a part: `{{ once("carebase/footer.html") }}`.

    With templates of their own (`is_own`) parts may show anything: they are written anew each time.
    """
    known: dict[tuple[Any, ...], Markup] = {}

    @pass_context
    def once(context: Context, name: str) -> Markup:
        key = None if is_own else _key(context, name)
        if key is not None and key in known:
            return known[key]
        template = context.environment.get_template(name)
        written = Markup(template.render(context.get_all()))  # noqa: S704 - it has escaped already
        if key is not None:
            known[key] = written
        return written

    return once


def _key(context: Context, name: str) -> tuple[Any, ...] | None:
    """Give what a part depends on; nothing where it is the page's own."""
    page, view = context.get("page"), context.get("carebase")
    folder = folder_of(page.url) if page is not None else None
    if folder is None or view is None or _leads_into(page.url, view):
        return None
    marked = tuple(section.active for section in view["sections"])
    about = (view.get(name) for name in ("product", "home", "search_language"))
    return name, folder, marked, *about


def _leads_into(url: str, view: Mapping[str, Any]) -> bool:
    """Tell whether a link of a part leads to the page itself, or below it."""
    places = [section.address for section in (*view["sections"], *view["footer"])]
    places += [view["site_index"], view["index_file"], view["withdrawal"] or ""]
    return any(place.startswith(url) for place in places)
