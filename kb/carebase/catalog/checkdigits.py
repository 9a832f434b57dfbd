"""Check digits: the last characters of a number, computed from those before them.

Sources: ISO/IEC 7812-1 (Luhn), ISO/IEC 7064 (mod 97-10 and mod 11-2), the GS1 General
Specifications section 7.9 (EAN), and J. Verhoeff, "Error Detecting Decimal Codes", 1969.
"""

import re
from typing import Literal

Method = Literal["luhn", "mod97", "mod11_2", "verhoeff", "ean", "none"]

_DIGITS = re.compile(r"[0-9]+")

# The dihedral group of order ten: 0-4 are the turns of a pentagon, 5-9 its mirrorings.
_SHIFT = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def has_check_digit(number: str, method: Method) -> bool:
    """Tell whether the end of a number is the check that its method gives.

    ``mod97`` has two check digits and takes digits and ASCII capitals, ``mod11_2`` takes digits
    and an ``X`` at the end, the others take digits; anything else is wrong. ``none`` is always
    right.
    """
    if method == "none":
        return True
    if method == "mod97":
        return _is_mod97(number)
    if method == "mod11_2":
        return _is_mod11_2(number)
    if len(number) < 2 or not _DIGITS.fullmatch(number):
        return False
    digits = [int(char) for char in reversed(number)]
    if method == "luhn":
        return sum(_double(d) if place % 2 else d for place, d in enumerate(digits)) % 10 == 0
    if method == "ean":
        return sum(d * 3 if place % 2 else d for place, d in enumerate(digits)) % 10 == 0
    return _is_verhoeff(digits)


def _double(digit: int) -> int:
    return digit * 2 - 9 if digit > 4 else digit * 2


def _is_mod97(number: str) -> bool:
    if len(number) < 3 or not re.fullmatch(r"[0-9A-Z]+", number):
        return False
    return int("".join(str(int(char, 36)) for char in number)) % 97 == 1


def _is_mod11_2(number: str) -> bool:
    if not re.fullmatch(r"[0-9]+[0-9X]", number):
        return False
    total = 0
    for char in number[:-1]:
        total = (total + int(char)) * 2 % 11
    return (total + (10 if number[-1] == "X" else int(number[-1]))) % 11 == 1


def _is_verhoeff(digits: list[int]) -> bool:
    total = 0
    for place, digit in enumerate(digits):
        for _ in range(place % 8):
            digit = _SHIFT[digit]
        total = _combine(total, digit)
    return total == 0


def _combine(left: int, right: int) -> int:
    if left < 5:
        return (left + right) % 5 + (5 if right > 4 else 0)
    return (left - right) % 5 + (0 if right > 4 else 5)
