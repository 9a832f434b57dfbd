"""Whether customers who send something back can also withdraw from the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from carebase.articles.path_checks import find_escalations
from carebase.errors import Problem
from carebase.forms.check import WITHDRAWAL
from carebase.withdrawal.periods import is_in_union

if TYPE_CHECKING:
    from carebase.articles import Page
    from carebase.articles.blocks import Block

# The form by which something is sent back.
RETURN = "return-request"


def check_withdrawal(pages: Iterable[Page], country: str) -> Iterator[Problem]:
    """Give a warning for each form for returns where no page has the form for withdrawal.

    An outcome of a troubleshooter that leads to the form for returns counts as one too.
    Article 11a of Directive 2011/83/EU asks for it, so that a site in a country outside the
    European Union gets none; `country` is its ISO 3166-1 code, empty when it is not known.
    """
    if country and not is_in_union(country):
        return
    pages = list(pages)
    if any(_has_form(block, WITHDRAWAL) for page in pages for block in page.blocks):
        return
    for page in pages:
        for line, column in _returns(page):
            yield Problem(
                page.file,
                line,
                column,
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


def _returns(page: Page) -> Iterator[tuple[int, int]]:
    """Give line and column of each way to the form for returns."""
    for block in page.blocks:
        if _has_form(block, RETURN):
            yield block.line, block.column
    if page.kind == "troubleshooter":
        for form, place in find_escalations(page):
            if form == RETURN:
                yield place.line, place.column


def _has_form(block: Block, form: str) -> bool:
    return block.name == "form" and block.argument == form
