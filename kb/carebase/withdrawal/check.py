"""Whether customers who send something back can also withdraw from the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from carebase.errors import Problem
from carebase.forms.check import WITHDRAWAL
from carebase.withdrawal.periods import is_in_union

if TYPE_CHECKING:
    from carebase.articles import Page

# The form by which something is sent back.
RETURN = "return-request"


def check_withdrawal(pages: Iterable[Page], country: str) -> Iterator[Problem]:
    """Give a warning for each form for returns where no page has the form for withdrawal.

    Article 11a of Directive 2011/83/EU asks for it, so that a site in a country outside the
    European Union gets none; `country` is its ISO 3166-1 code, empty when it is not known.
    """
    if country and not is_in_union(country):
        return
    forms = [(page, block) for page in pages for block in page.blocks if block.name == "form"]
    if any(block.argument == WITHDRAWAL for _, block in forms):
        return
    for page, block in forms:
        if block.argument == RETURN:
            yield Problem(
                page.file,
                block.line,
                block.column,
                "return-without-withdrawal",
                "Customers can send something back here, and no page lets them withdraw from the"
                " contract.",
                found=f"the form `{RETURN}` alone",
                allowed=f"a page with the form `{WITHDRAWAL}` beside it, as Article 11a of"
                " Directive 2011/83/EU asks of those who sell online",
                hint=f"write `/// form | {WITHDRAWAL}` on a page; or accept the warning, when your"
                " shop has the function",
                severity="warning",
            )
