"""Which of several pages that do the same a reader is led to: the one in the language read."""

from __future__ import annotations

from collections.abc import Iterable

from carebase.articles import Page
from carebase_plugins.shared import Shared


def nearest(shared: Shared, pages: Iterable[Page], language: str = "") -> list[Page]:
    """Give the pages in a language, else those in the site's, else all of them."""
    found = list(pages)
    site = shared.site.language
    for wanted in dict.fromkeys(map(_main, (language or site, site))):
        if near := [page for page in found if _main(page.front.lang or site) == wanted]:
            return near
    return found


def _main(language: str) -> str:
    """Give the language of a tag such as `pt-BR` without its region."""
    return language.replace("_", "-").partition("-")[0].lower()
