"""Which recalls and free repair programmes of a product a page has to tell of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from carebase.catalog.product import Product
from carebase.warranty.notices import Notice

# A sentence ends after a word, not after an abbreviation such as `z. B.` or `No. 4`.
_FIRST = re.compile(r"(?P<first>.{12,}?\w{3,}[.!?])\s+(?=[A-ZÀ-ÞĀ-Ž¡¿])", re.DOTALL)
# Up to so many characters a note is told whole: cutting it would save nothing.
_SHORT = 120


def running(product: Product, today: date) -> list[Notice]:
    """Give the notices of a product that have begun and not ended on a day."""
    return [
        notice
        for notice in product.notices
        if (notice.from_ is None or notice.from_ <= today)
        and (notice.until is None or today <= notice.until)
    ]


def about_models(
    product: Product, notices: Collection[Notice], models: Collection[str]
) -> Iterator[Notice]:
    """Give the notices that can concern one of the models; all of them where none is named.

    `models` are ids; a notice may name a model by its id or by its name.
    """
    own = {model.id for model in product.models}
    wanted = own.intersection(models)
    for notice in notices:
        named = [product.find_model(name) for name in notice.models or ()]
        if not wanted or not named or any(model and model.id in wanted for model in named):
            yield notice


def first_sentence(note: str) -> str:
    """Give the first sentence of a note, or all of a short one: what an owner must know at once."""
    found = _FIRST.match(note) if len(note) > _SHORT else None
    return found["first"] if found else note
