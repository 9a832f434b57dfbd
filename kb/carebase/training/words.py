"""The words of questions made comparable, and the orders that follow from them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

# What a reader does not hear: a change of these alone changes no question.
_SILENT = re.compile(r"[\s.,;:!?…\"'“”„«»‘’*_`]+")
# Where a link leads may change when pages move.
_TARGET = re.compile(r"\]\([^()\s]*\)")
_LENGTH = 8

One = TypeVar("One")


def digest(text: str) -> str:
    """Give eight hexadecimal digits for a text, whatever its spaces and where its links lead."""
    plain = " ".join(_TARGET.sub("]", unicodedata.normalize("NFKC", text)).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:_LENGTH]


def words(text: str) -> str:
    """Give the words of a text, in small letters and without what is not heard."""
    plain = _SILENT.sub(" ", _TARGET.sub("]", unicodedata.normalize("NFKC", text)))
    return plain.strip().lower()


def mix(seed: str, things: Iterable[One], key: Callable[[One], str]) -> list[One]:
    """Put things into an order that is drawn by the seed and their keys, not by their order."""
    return sorted(
        things, key=lambda one: hashlib.sha256(f"{seed}\n{key(one)}".encode()).hexdigest()
    )
