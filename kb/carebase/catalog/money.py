"""Amounts of money: whole minor units (cents) with an ISO 4217 currency, never a float."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_WRITTEN = re.compile(r"([0-9]+)(?:\.([0-9]{1,3}))? ([A-Z]{3})\Z")
# Currencies whose minor unit is not a hundredth (ISO 4217, list one).
_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "HUF": 2, "KWD": 3, "BHD": 3, "TND": 3}


class Money(NamedTuple):
    """An amount in minor units of a currency: 6.90 EUR is `Money(690, "EUR")`."""

    minor: int
    currency: str

    def __str__(self) -> str:
        digits = _DIGITS.get(self.currency, 2)
        if not digits:
            return f"{self.minor} {self.currency}"
        whole, rest = divmod(self.minor, 10**digits)
        return f"{whole}.{rest:0{digits}d} {self.currency}"


def parse_money(value: Any) -> Any:
    """Read `6.90 EUR`; raises ValueError with the allowed form for anything else."""
    if value is None or isinstance(value, Money):
        return value
    written = _WRITTEN.match(value) if isinstance(value, str) else None
    if not written:
        raise ValueError("A price is an amount and a currency, as in `6.90 EUR`.")
    whole, rest, currency = written.groups(default="")
    digits = _DIGITS.get(currency, 2)
    if len(rest) > digits:
        raise ValueError(f"A price in {currency} has at most {digits} digits after the point.")
    return Money(int(whole) * 10**digits + int(rest.ljust(digits, "0") or 0), currency)
