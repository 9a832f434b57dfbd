"""Writing the pages at old addresses into the built site."""

from __future__ import annotations

from pathlib import Path

from carebase.articles.redirects import redirect_page, redirects_of
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import relative


def write_redirects(shared: Shared) -> None:
    """Write a page at each old address that no page has taken since."""
    site = Path(shared.config.site_dir)
    entries = shared.places.entries
    written = (file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    taken = {*written, *(shared.keeper.standing() if shared.keeper else ())}
    for file, redirect in redirects_of(shared.pages.pages, taken).items():
        entry = entries.get(redirect.page.src_uri)
        if entry is None:
            continue
        path = site / file
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = file.removesuffix("index.html")
        target = relative(entry.address, folder)
        page = redirect_page(target, entry.title, shared.site.language)
        path.write_text(page, encoding="utf-8")
