"""Where on a site its forms are, and where the answers of a warranty check lead."""

from __future__ import annotations

from carebase.build.reads import looked_up
from carebase_plugins.shared import Shared


def place_of(shared: Shared, block: str, argument: str | None = None) -> str | None:
    """Give the address of the first page outside the products on which a block stands."""
    return _first_with(shared, block, argument or "")


@looked_up("first_with")
def _first_with(shared: Shared, block: str, argument: str) -> str | None:
    for source in shared.pages.pages:
        if source.product is None and any(
            found.name == block and argument in ("", found.argument) for found in source.blocks
        ):
            return shared.address_of(source.src_uri)
    return None


def answer_links(shared: Shared) -> dict[str, str]:
    """Give where an answer leads, relative to the site's address; `{product}` is the id."""
    hub = shared.site.address_of("products/{product}/index.md")
    links = {
        "terms": f"{hub}#warranty",
        "policies": shared.site.address_of("warranty/{policy}.md"),
        "guides": hub,
        "parts": f"{hub}#parts",
        "claim": _with_product(place_of(shared, "form", "warranty-claim")),
        "repair": _with_product(place_of(shared, "form", "repair-request")),
        "contact": place_of(shared, "form", "support-request") or place_of(shared, "contact-hours"),
    }
    return {name: address for name, address in links.items() if address}


def _with_product(address: str | None) -> str | None:
    return f"{address}#product={{product}}" if address else None
