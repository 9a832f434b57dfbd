"""Where a customer withdraws from a contract: each page leads there, in words that the law gives.

Article 11a of Directive 2011/83/EU wants the function prominently displayed and easily accessible
for as long as somebody may withdraw, which a site cannot know; so it always is.
"""

from __future__ import annotations

from carebase.build.reads import looked_up
from carebase_plugins.shared import Shared
from carebase_plugins.theme.nearest import nearest

FORM = "withdrawal"
# Forms of those who may want to withdraw.
NEAR = ("return-request",)


@looked_up("withdrawal")
def withdrawal_page(shared: Shared) -> str | None:
    """Give the address of the first page with the form, nothing where no page has it.

    Heads and feet of pages are in the language of the site, and so is this page, where one is.
    """
    found = (
        source
        for source in shared.pages.pages
        if any(one.name == "form" and one.argument == FORM for one in source.blocks)
    )
    near = nearest(shared, found)
    return shared.address_of(near[0].src_uri) if near else None
