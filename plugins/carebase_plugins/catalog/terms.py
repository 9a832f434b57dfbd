"""The page that tells the terms of a policy, written from the policy itself."""

from __future__ import annotations

from typing import Any

from carebase.warranty.policy import Policy
from carebase_plugins.shared import Shared


def terms_view(shared: Shared, policy: Policy) -> dict[str, Any]:
    """Give the terms as sentences under the anchors that verdicts link to."""
    from carebase.warranty.terms import terms_of

    names = {
        component.id: component.name
        for product in shared.catalog.products.values()
        if any(choice.policy == policy.name for choice in product.policy)
        for component in product.components
    }
    return {
        "terms": terms_of(policy, names),
        "policy": policy,
        "template": "carebase/terms.html",
        "previous": None,
        "next": None,
    }
