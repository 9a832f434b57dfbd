"""The part of the catalogue that the warranty check reads in the browser, as files of the site.

Everything in them is printed on the hub or the terms page anyway: nothing about units or owners.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from carebase.catalog import Catalog, Product


def public_product(product: Product, catalog: Catalog) -> dict[str, Any]:
    """Give what the check needs of one product: models, serial rule, policies, notices."""
    data = product.model_dump(
        mode="json",
        by_alias=True,
        exclude_none=True,
        include={
            *("id", "name", "models", "serial", "policy", "components", "notices"),
            *("service_plan", "support_until"),
        },
    )
    if product.serial:
        # The pattern in the dialect of browsers, and every choice of the rule spelled out.
        data["serial"] = product.serial.for_browser()
    policies = catalog.policies_of(product)
    return {**data, "policies": {policy.name: policy.plain() for policy in policies}}


def public_data(catalog: Catalog) -> Mapping[str, str]:
    """Give the files by name: one for each product, what tells them apart, and the statutes."""
    files = {
        f"products/{product.id}.json": _written(public_product(product, catalog))
        for product in catalog.products.values()
    }
    if files:
        files["catalog.json"] = _written([_short(one) for one in catalog.products.values()])
        files["statutes.json"] = _written([row.plain() for row in catalog.statutes])
    return files


def _short(product: Product) -> dict[str, Any]:
    """Give what tells a product by a number of its label: the serial rule and the GTINs."""
    short: dict[str, Any] = {"id": product.id, "name": product.name}
    if product.serial:
        short["serial"] = product.serial.for_browser()
    models = [{"id": one.id, "gtin": one.gtin} for one in product.models if one.gtin]
    return short | ({"models": models} if models else {})


def _written(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
