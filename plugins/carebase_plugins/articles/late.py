"""The quiet note on a page that was not checked in time."""

from __future__ import annotations

from mkdocs.structure.pages import Page as SitePage

from carebase import clock
from carebase.articles import Page
from carebase.articles.review import is_late
from carebase.i18n import date_text
from carebase_plugins.forms.widgets import support_address
from carebase_plugins.shared import Shared
from carebase_plugins.theme.words import words_of


def late_today(source: Page) -> bool:
    """Tell whether a page is late on the day of the build; who has no date asks for no day."""
    return source.front.review_by is not None and is_late(source.front, clock.today())


def late_view(shared: Shared, page: SitePage, source: Page | None) -> dict[str, str] | None:
    """Say since when a page is due, and where readers tell what is wrong with it."""
    if source is None or source.front.review_by is None or not late_today(source):
        return None
    language = shared.language_of(page)
    words = words_of(language)
    return {
        "said": words("late", date=date_text(language, source.front.review_by)),
        "tell": words("late.tell"),
        "contact": support_address(shared, page) or "",
    }
