"""GS1 Digital Link addresses, such as stand in the QR code on a product.

Source: GS1 Digital Link URI Syntax 1.4, the application identifiers 01 (GTIN) and 21 (serial).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from carebase.catalog.checkdigits import has_check_digit
from carebase.catalog.product import Model, Product

_PATH = re.compile(r"(?:.*/)?01/([0-9]{8}|[0-9]{12,14})(?:/22/[^/]+)?(?:/10/[^/]+)?/21/([^/]+)/?")
_GTIN = re.compile(r"(?:.*/)?01/([0-9]{8}|[0-9]{12,14})(?:/.*)?")
# What `encodeURIComponent` leaves as it is, besides letters, digits and `-_.~`.
_PLAIN = "!*'()"
_SERIAL = re.compile(r"[\x21\x22%-?A-Z_a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class LinkedUnit:
    """The unit that an address names: its GTIN in fourteen digits, and its serial number."""

    gtin: str
    serial: str


def read_digital_link(address: str) -> LinkedUnit | None:
    """Read ``/01/<gtin>/21/<serial>`` from an address or path.

    None for any other address, and for a GTIN whose check digit is wrong.
    """
    found = _PATH.fullmatch(urlsplit(address).path)
    if found is None or not has_check_digit(found[1], "ean"):
        return None
    serial = unquote(found[2], errors="replace")
    return LinkedUnit(found[1].zfill(14), serial) if _SERIAL.fullmatch(serial) else None


def read_gtin(address: str) -> str | None:
    """Read the GTIN, in fourteen digits, from any address of a product or unit; None without."""
    found = _GTIN.fullmatch(urlsplit(address).path)
    return found[1].zfill(14) if found and has_check_digit(found[1], "ean") else None


def models_by_gtin(products: Iterable[Product]) -> dict[str, tuple[Product, Model]]:
    """Give each model that has a GTIN, by it in fourteen digits, with its product."""
    return {
        model.gtin.zfill(14): (product, model)
        for product in products
        for model in product.models
        if model.gtin
    }


def fragment_of(model: Model, serial: str = "") -> str:
    """Give the fragment that fills in the warranty check; no server ever sees it."""
    named = f"#model={model.id}"
    return f"{named}&serial={quote(serial, safe=_PLAIN)}" if serial else named


def redirect_rules(products: Iterable[Product], hub: str) -> Iterator[str]:
    """Give lines of a `_redirects` file, as static hosts read it, for every unit's address.

    `hub` is the address of a product's page from the root of the host, `{product}` in it the id;
    what stands before `products/` is the folder of the site.
    """
    root = hub.rpartition("products/")[0]
    for gtin, (product, model) in models_by_gtin(products).items():
        page = hub.replace("{product}", product.id)
        for written in dict.fromkeys((gtin, model.gtin)):
            target = f"{page}{fragment_of(model)}&serial=:serial"
            yield f"{root}01/{written}/21/:serial {target} 302"
