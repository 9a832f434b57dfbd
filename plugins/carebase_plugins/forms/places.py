"""Where on a site its forms are, and where the answers of a warranty check lead."""

from __future__ import annotations

from carebase.build.reads import looked_up
from carebase_plugins.shared import Shared
from carebase_plugins.theme.nearest import nearest


def place_of(
    shared: Shared, block: str, argument: str | None = None, language: str = ""
) -> str | None:
    """Give the address of the first page outside the products on which a block stands.

    A page in the language is better than one in the site's, and that better than any.
    """
    return _first_with(shared, block, argument or "", language)


@looked_up("first_with")
def _first_with(shared: Shared, block: str, argument: str, language: str) -> str | None:
    found = (
        source
        for source in shared.pages.pages
        if source.product is None
        and any(one.name == block and argument in ("", one.argument) for one in source.blocks)
    )
    near = nearest(shared, found, language)
    return shared.address_of(near[0].src_uri) if near else None


def answer_links(shared: Shared, language: str = "") -> dict[str, str]:
    """Give where an answer in a language leads, relative to the site's address.

    `{product}` stands for the id of the product.
    """
    hub = shared.site.address_of("products/{product}/index.md")
    links = {
        "terms": f"{hub}#warranty",
        "policies": shared.site.address_of("warranty/{policy}.md"),
        "guides": hub,
        "parts": f"{hub}#parts",
        "claim": _with_product(place_of(shared, "form", "warranty-claim", language)),
        "repair": _with_product(place_of(shared, "form", "repair-request", language)),
        "contact": place_of(shared, "form", "support-request", language)
        or place_of(shared, "contact-hours", language=language),
    }
    return {name: address for name, address in links.items() if address}


def _with_product(address: str | None) -> str | None:
    return f"{address}#product={{product}}" if address else None
