"""A troubleshooter as a page shows it: cards, the ways on, and the forms that they end in."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.articles.nodes import Node, form_anchor, outcomes_of, read_nodes, wrap_nodes
from carebase.articles.revision import revision_of
from carebase.forms import Form, controls
from carebase.i18n import text
from carebase_plugins.forms.widgets import endpoint_of, form_after_path, support_address
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import relative
from carebase_plugins.theme.home import pages_with

# What is offered to those whom an outcome did not help.
SUPPORT = "support-request"


@dataclass(frozen=True, slots=True)
class Asking:
    """A form at the end of paths: its place on the page, and the page on which it stands too."""

    anchor: str
    form: Form
    address: str
    written: Markup


def troubleshooter_view(shared: Shared, page: SitePage, source: Page, body: str) -> dict[str, Any]:
    """Give the cards and forms, and where outcomes are counted; nowhere without an endpoint."""
    nodes = read_nodes(body)
    revision = revision_of(shared.site, source, graded=shared.is_graded(source))
    language = shared.language_of(page)
    endpoint = endpoint_of(shared, page)
    asking = {one.form.id: one for one in _asking(shared, page, source, nodes, endpoint)}
    outcomes = outcomes_of(nodes)
    if endpoint is not None and outcomes:
        shared.troubleshooters[page.url] = outcomes

    def way_to(form_id: str) -> str:
        found = asking.get(form_id)
        if found is None:
            return ""
        title = html.escape(found.form.title)
        return f'<p><a class="cb-button" href="#{found.anchor}">{title}</a></p>'

    return {
        "body": Markup(wrap_nodes(body, way_to)),  # noqa: S704
        "template": "carebase/troubleshooter.html",
        "troubleshooter": {
            "endpoint": endpoint,
            "page": page.url,
            "along": {
                "title": text(language, "along.title"),
                "page": text(language, "along.page"),
                "revision": f"{text(language, 'along.revision')}: {revision}",
            },
            "contact": support_address(shared, page),
            "support": asking[SUPPORT].anchor if SUPPORT in asking else None,
            "asking": list(asking.values()),
            "words": Markup(  # noqa: S704
                controls.words(language, ("outcome.", "path.", "along."))
            ),
        },
    }


def _asking(
    shared: Shared, page: SitePage, source: Page, nodes: tuple[Node, ...], endpoint: str | None
) -> Iterator[Asking]:
    """Give each form that an outcome names, and that for readers whom none has helped."""
    named = [node.form for node in nodes if "escalate" in node.marks]
    if endpoint is not None and any("solved" in node.marks for node in nodes):
        named.append(SUPPORT)
    for form_id in dict.fromkeys(named):
        language = shared.language_of(page)
        form = shared.forms.shown(form_id, language)
        if form is None:
            continue
        anchor = form_anchor(form_id)
        # Whoever is sent to a page with telephone numbers is meant to see them.
        hours = pages_with(shared, "contact-hours", language=language)
        others = {entry.src_uri for entry in hours}
        found = pages_with(shared, "form", form_id, language)
        places = [one for one in found if one.src_uri not in others]
        yield Asking(
            anchor,
            form,
            relative(places[0].address, page.url) if places else "",
            Markup(form_after_path(shared, page, source, form, anchor)),  # noqa: S704
        )
