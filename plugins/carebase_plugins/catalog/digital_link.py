"""Pages and rules for the addresses in product codes, for hosts without the endpoint."""

from __future__ import annotations

from pathlib import Path

from carebase.articles.redirects import redirect_page
from carebase.catalog.digital_link import fragment_of, models_by_gtin, redirect_rules
from carebase_plugins.shared import Shared
from carebase_plugins.theme.fragments import relative

REDIRECTS = "_redirects"


def write_digital_links(shared: Shared) -> None:
    """Write `/01/<gtin>/` for each model that has a GTIN, and the rules for single units.

    A `_redirects` file of the site's own is kept, and goes before ours.
    """
    site = Path(shared.config.site_dir)
    found = models_by_gtin(shared.catalog.products.values())
    if not found:
        return
    hub = shared.site.address_of("products/{product}/index.md")
    for gtin, (product, model) in found.items():
        # As the label writes it, and as GS1 writes it in full.
        for written in dict.fromkeys((gtin, model.gtin)):
            folder = f"01/{written}/"
            target = relative(hub.replace("{product}", product.id), folder) + fragment_of(model)
            page = site / folder / "index.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            said = redirect_page(target, product.name, shared.site.language)
            page.write_text(said, encoding="utf-8")
    rules = redirect_rules(shared.catalog.products.values(), shared.site.base_path + hub)
    own = Path(shared.config.docs_dir) / REDIRECTS
    before = own.read_text(encoding="utf-8").rstrip() + "\n" if own.is_file() else ""
    (site / REDIRECTS).write_text(before + "\n".join(rules) + "\n", encoding="utf-8")
