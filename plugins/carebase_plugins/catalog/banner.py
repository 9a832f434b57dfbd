"""Recalls and free repair programmes at the top of every page of a product."""

from __future__ import annotations

from mkdocs.structure.pages import Page as SitePage

from carebase import clock
from carebase.articles import Page
from carebase.catalog import Product
from carebase.catalog.notices import about_models, first_sentence, running
from carebase_plugins.forms.widgets import check_place
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import fragments_of, relative

_CHECK = "warranty-check"


def banners_of(shared: Shared, page: SitePage, source: Page) -> str:
    """Write what runs for the products of a page, but for what its own blocks show already."""
    shown = {
        block.options.get("product", source.product)
        for block in source.blocks
        if block.name == "notices"
    }
    rows = []
    for name in source.products:
        product = shared.catalog.products.get(name)
        if product is None or not product.notices or product.id in shown or None in shown:
            continue
        hub = relative(shared.address_of(f"{product.folder}/index.md"), page.url)
        rows += [
            {
                "product": product,
                "notice": notice,
                "said": first_sentence(notice.note or ""),
                "check": check_address(shared, product, page),
                "more": f"{hub}#notice-{notice.id}",
            }
            for notice in about_models(
                product, running(product, clock.today()), source.front.models
            )
        ]
    if not rows:
        return ""
    fragments = fragments_of(shared.language_of(page))
    return fragments.render("banners", rows=rows, scope_of=fragments.scope_of)


def check_address(shared: Shared, product: Product, page: SitePage) -> str:
    """Give where a unit is checked by its serial number, the product chosen; empty for nowhere."""
    if _CHECK not in shared.fillers or not shared.catalog.policies_of(product):
        return ""
    place = check_place(shared)
    if place is not None:
        return f"{relative(place, page.url)}#product={product.id}"
    return relative(shared.address_of(f"{product.folder}/index.md"), page.url) + "#warranty"
