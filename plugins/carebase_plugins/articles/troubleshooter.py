"""A troubleshooter as a page shows it: cards, ways on, and the question whether it helped."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.articles.nodes import outcomes_of, read_nodes, wrap_nodes
from carebase.forms import controls
from carebase_plugins.forms.widgets import endpoint_of, support_address
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import relative
from carebase_plugins.theme.home import pages_with


def troubleshooter_view(shared: Shared, page: SitePage, source: Page, body: str) -> dict[str, Any]:
    """Give the cards, and where outcomes are counted; nowhere on a site without an endpoint."""
    outcomes = outcomes_of(read_nodes(body))
    endpoint = endpoint_of(shared, page)
    view: dict[str, Any] = {
        "body": Markup(wrap_nodes(body, _escalation(shared, page, source))),  # noqa: S704
        "template": "carebase/troubleshooter.html",
    }
    if endpoint is not None and outcomes:
        shared.troubleshooters[page.url] = outcomes
        view["outcomes"] = {
            "endpoint": endpoint,
            "page": page.url,
            "contact": support_address(shared, page),
            "words": Markup(controls.words(shared.language_of(page), ("outcome.",))),  # noqa: S704
        }
    return view


def _escalation(shared: Shared, page: SitePage, source: Page) -> Callable[[str], str]:
    """Give the function that writes the link from an outcome to the form it names."""

    def link(form_id: str) -> str:
        form = shared.forms.shown(form_id, source.front.lang or shared.site.language)
        pages = pages_with(shared, "form", form_id)
        if form is None or not pages:
            return ""
        query = f"?product={source.products[0]}" if source.products else ""
        address = html.escape(relative(pages[0].address, page.url) + query)
        return f'<p><a class="cb-button" href="{address}">{html.escape(form.title)}</a></p>'

    return link
