"""Keeping the ledger of published addresses when a site has been built."""

from __future__ import annotations

from carebase.articles.ledger import NAME, add_to_ledger, published_addresses
from carebase_plugins.shared import Shared


def record_addresses(shared: Shared) -> tuple[list[str], list[str]]:
    """Add the site's new addresses to the ledger; give them, and warnings if it cannot be kept.

    A site without a plugin of ours has no ledger.
    """
    if shared.leader is None:
        return [], []
    site = shared.site
    addresses = published_addresses(site, shared.catalog, shared.pages)
    try:
        return add_to_ledger(site, addresses), []
    except OSError as error:
        name = site.name_of(site.docs_dir / NAME)
        return [], [f"{name} cannot be written ({error.strerror}): new addresses are not recorded."]
