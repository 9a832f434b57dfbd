"""JSON in its one canonical form, so that a signature is over what is said and not how (RFC 8785).

`widgets/carebase_widgets/static/credential.js` does the same; `tests/vectors/certificates.jsonl`
proves it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

# Beyond it a number is not the same to every program (RFC 8785, section 3.2.2.3; RFC 7493).
_LARGEST = 2**53


def read_json(text: str) -> Any:
    """Read JSON; `ValueError` for what programs read differently, a name twice included."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a name stands twice in an object")
        return found

    def refuse(written: str) -> Any:
        raise ValueError(f"{written} is no JSON")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except RecursionError:
        raise ValueError("objects within objects, too many") from None


def canonical(value: Any) -> bytes:
    """Write plain data in the canonical form; `ValueError` for what has none."""
    try:
        return _write(value).encode()
    except RecursionError:
        raise ValueError("objects within objects, too many") from None


def _write(value: Any) -> str:
    match value:
        case None | True | False:
            return json.dumps(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            if not abs(value) <= _LARGEST:
                raise ValueError("too large a number")
            return str(value) if isinstance(value, int) else _number(value)
        case list():
            return f"[{','.join(map(_write, value))}]"
        case dict():
            # By UTF-16 code units, as JavaScript compares texts.
            names = sorted(value, key=lambda name: str(name).encode("utf-16-be", "surrogatepass"))
            return "{" + ",".join(f"{_write(name)}:{_write(value[name])}" for name in names) + "}"
    raise ValueError(f"{type(value).__name__} is no JSON")


def _number(value: float) -> str:
    """Write a number as JavaScript does (ECMAScript, Number::toString)."""
    if value == 0:
        return "0"
    sign, figures, exponent = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point:
        written = digits + "0" * (point - count)
    elif point > 0:
        written = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        written = f"0.{'0' * -point}{digits}"
    else:
        mantissa = digits[0] + (f".{digits[1:]}" if count > 1 else "")
        written = f"{mantissa}e{point - 1}"
    return "-" + written if sign else written
