"""Pages of questions, and the list of them: every FAQ page of the site with what it answers."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from carebase.articles import Page
from carebase.articles.sections import wrap_questions
from carebase.catalog.hub import Group
from carebase.forms import controls
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import questions_of
from carebase_plugins.theme.words import words_of


def faq_view(shared: Shared, source: Page, body: str) -> dict[str, Any]:
    """Give the questions of a page, each opening and closing, with a link to its address."""
    language = source.front.lang or shared.site.language
    label = words_of(language)("faq.link")
    return {
        "body": Markup(wrap_questions(body, label)),  # noqa: S704
        "strings": Markup(controls.words(language, ("link.",))),  # noqa: S704
        "template": "carebase/faq.html",
    }


def questions_view(shared: Shared) -> dict[str, Any]:
    """Give all questions of the site, those of no product first, then product by product."""
    places = shared.places
    groups = []
    pages = [page for page in shared.pages.pages if page.kind == "faq"]
    for page in sorted(pages, key=lambda page: (page.product or "", page.src_uri)):
        file = places.files.get_file_from_path(page.src_uri)
        if file is not None and file.page is not None and (found := questions_of(file.page)):
            groups.append(Group(places.entries[page.src_uri].title, found))
    return {"groups": groups, "template": "carebase/list.html"}
