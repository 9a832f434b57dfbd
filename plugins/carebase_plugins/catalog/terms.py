"""The page that tells the terms of a policy, written from the policy itself."""

from __future__ import annotations

from typing import Any

from carebase.catalog import Product
from carebase.catalog.hub import Entry
from carebase.warranty.policy import Policy
from carebase.warranty.terms import write_terms
from carebase.warranty.words import speaker
from carebase_plugins.catalog.hub import glance
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import Fragments
from carebase_plugins.theme.words import words_of


def terms_view(shared: Shared, policy: Policy) -> dict[str, Any]:
    """Give the terms as sentences under the anchors that verdicts link to."""
    words = words_of(shared.site.language)
    fragments = Fragments(shared.site.language)
    products = shared.products_under(policy)
    names = {component.id: component.name for one in products for component in one.components}
    rows = glance(policy, names, words, fragments)
    own = shared.catalog.terms
    say = speaker(shared.site.language)
    terms = write_terms(policy, shared.site.language, own, names)
    return {
        "law": {
            "title": say("notice.title"),
            "sentences": [say(f"notice.{number}") for number in range(1, 5)],
            "picture": f"warranty/{own.notice_picture}" if own.notice_picture else "",
            "advice": say("notice.advice"),
            "reviewed": say("rights.reviewed", date=fragments.date(own.reviewed)),
        }
        if policy.valid_for != "business"
        else None,
        "scope": [term for term in terms if term.subject == "scope"],
        "terms": [term for term in terms if term.subject not in ("scope", "coverage", "exclusion")],
        "covered": [
            {"term": term, **row}
            for term, row in zip(
                (term for term in terms if term.subject == "coverage"), rows, strict=True
            )
        ],
        "exclusions": [term for term in terms if term.subject == "exclusion"],
        "policy": policy,
        "hubs": [_hub(shared, product) for product in products],
        "template": "carebase/terms.html",
        "previous": None,
        "next": None,
    }


def _hub(shared: Shared, product: Product) -> Entry:
    return Entry(product.name, shared.address_of(f"{product.folder}/index.md"))
