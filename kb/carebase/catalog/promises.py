"""Products for which no warranty policy answers."""

from __future__ import annotations

from collections.abc import Iterator

from carebase.catalog.catalog import Catalog
from carebase.errors import Problem
from carebase.site import Site


def check_promises(site: Site, catalog: Catalog) -> Iterator[Problem]:
    """Give a warning for each product without a policy."""
    known = sorted(catalog.policies)
    for product in catalog.products.values():
        file = site.docs_dir / "products" / product.id / "product.yml"
        # One whose id is not the name of its folder has another mistake to mend first.
        if product.policy or not file.is_file():
            continue
        own = [name for name in known if name.partition("@")[0] == product.id]
        new = f"write docs/warranty/policies/{product.id}@1.yml, then `policy: {product.id}@1`"
        yield Problem(
            site.name_of(file),
            1,
            1,
            "product-without-policy",
            f"The product `{product.id}` has no warranty policy: nothing says what is covered.",
            found="no key `policy`",
            allowed=", ".join(known) or "no policy file exists yet",
            hint=f"write `policy: {own[-1]}`" if own else new,
            severity="warning",
        )
