"""Writing the pages at old addresses into the built site."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from carebase.articles.redirects import file_of, redirect_page, redirects_of
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import relative


def write_redirects(shared: Shared) -> None:
    """Write a page at each old address that no page has taken since."""
    site = Path(shared.config.site_dir)
    entries = shared.places.entries
    found: dict[str, tuple[str, str]] = {}
    for file, redirect in redirects_of(shared.pages.pages).items():
        entry = entries.get(redirect.page.src_uri)
        if entry is not None:
            found[file] = (entry.address, entry.title)
    for file, address, title in _guides_in_courses(shared):
        found.setdefault(file, (address, title))
    kept = shared.keeper.standing() if found and shared.keeper else ()
    for file, (address, title) in found.items():
        path = site / file
        if file in kept or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        target = relative(address, file.removesuffix("index.html"))
        path.write_text(redirect_page(target, title, shared.site.language), encoding="utf-8")


def _guides_in_courses(shared: Shared) -> Iterator[tuple[str, str, str]]:
    """Give old files, new addresses and titles of guides that courses show.

    Such a page has the name of its guide; where the guide had another, the page had it too.
    """
    for course in shared.courses.by_id.values():
        for lesson in course.lessons:
            guide = shared.sources.get(lesson.source(course.id)) if lesson.guide else None
            for alias in guide.front.aliases if guide else ():
                file = file_of(alias)
                if guide is None or file is None:
                    continue
                at_index = file.endswith("/index.html")
                name = posixpath.basename(file.removesuffix("/index.html"))
                old = f"{course.folder}/{name}" + ("/index.html" if at_index else "")
                address = quote(shared.site.address_of(lesson.shown(course.id)))
                yield old, address, guide.title
