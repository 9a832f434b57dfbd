"""GS1 Digital Link addresses, such as stand in the QR code on a product.

Source: GS1 Digital Link URI Syntax 1.4, the application identifiers 01 (GTIN) and 21 (serial).
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from carebase.catalog.checkdigits import has_check_digit

_PATH = re.compile(r"(?:.*/)?01/([0-9]{8}|[0-9]{12,14})(?:/22/[^/]+)?(?:/10/[^/]+)?/21/([^/]+)/?")
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
