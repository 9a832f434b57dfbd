"""Dates as other programs write them, read into ISO ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pydantic_core import PydanticCustomError

from carebase.warranty.dates import read_span

_PARTS = {"YYYY": r"(?P<y>\d{4})", "MM": r"(?P<m>\d\d)", "DD": r"(?P<d>\d\d)"}
_ISO = "YYYY-MM-DD"
# Databases write midnight behind a day; a time of day is nothing that a warranty counts.
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")

# Dates as they are written without a mapping that would say how.
_OTHER = re.compile(r"\d{1,2}([./-]) ?\d{1,2}\1 ?\d{4}|\d{8}", re.ASCII)


def check_form(form: str) -> str:
    """Refuse what is no form of dates."""
    parts = re.findall(r"YYYY|MM|DD|[A-Za-z0-9]+", form)
    if sorted(parts) != ["DD", "MM", "YYYY"]:
        raise PydanticCustomError(
            "dates",
            "A form of dates has YYYY, MM and DD once each, with signs between them.",
        )
    return form


def reader(form: str) -> Callable[[str], str]:
    """Give what reads dates of a form, and ISO ones, into ISO dates, full or partial.

    It raises ValueError with the end of a sentence. The days of a file are few and its lines
    many, so each is read once.
    """
    spelled = re.split(r"(YYYY|MM|DD)", form)
    # Without the day, and without day and month, it is a partial date.
    patterns = [_compile(spelled), _compile(_without(spelled, "DD"))]

    @lru_cache(maxsize=1 << 16)
    def read(text: str) -> str:
        bare = _TIME.sub("", text)
        for pattern in patterns:
            found = pattern.fullmatch(bare)
            if found:
                parts = found.groupdict()
                iso = f"{parts['y']}-{int(parts['m']):02}"
                bare = f"{iso}-{int(parts['d']):02}" if parts.get("d") else iso
                break
        try:
            read_span(bare)
        except ValueError as error:
            said = str(error).replace(f"'{bare}'", f"`{text}`")
            if "of the form" not in said:
                raise ValueError(said) from None
            if form != _ISO:
                raise ValueError(f"`{text}` is not a date of the form {form}") from None
            if _OTHER.fullmatch(bare):
                said += "; say in a mapping how the file writes dates, such as `dates: DD.MM.YYYY`"
            raise ValueError(said) from None
        return bare

    return read


def _compile(parts: list[str]) -> re.Pattern[str]:
    written = "".join(_PARTS.get(part) or re.escape(part) for part in parts)
    if all(parts[2:-1:2]) and "".join(parts) not in (_ISO, "YYYY-MM"):
        # Where signs stand between the numbers, many leave out a leading zero.
        written = written.replace(r"\d\d)", r"\d{1,2})")
    return re.compile(written, re.ASCII)


def _without(parts: list[str], left_out: str) -> list[str]:
    """Leave a part out, with one of the signs beside it."""
    place = parts.index(left_out)
    rest = [*parts[:place], *parts[place + 1 :]]
    # What was before and after it now stand together: one of the two goes.
    del rest[place if place < len(parts) - 2 else place - 1]
    return rest
