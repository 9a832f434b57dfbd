"""What a text must hold for a pattern to be found in it, read off the pattern itself.

Python-Markdown tries some thirty patterns on every piece of text, and nearly none is there. A
pattern that holds a `[` need not be tried where there is no `[`: looking for one sign is a tenth
of the work. What is found is the same, because the pattern itself still decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

# Python's own reading of patterns. Without it nothing is left out.
_PARSER: Any = getattr(re, "_parser", None) or import_module("sre_parse")
# A choice of more signs than this is in most texts.
_MOST = 8
# In signs.
_SHORT = 80


@cache
def gate_of(pattern: re.Pattern[str]) -> str:
    """Give signs of which every match of a pattern holds at least one; none if that is unknown."""
    if not isinstance(pattern.pattern, str):
        return ""
    try:
        parsed = _PARSER.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    except Exception:
        return ""
    signs = _needed(parsed, bool(pattern.flags & re.IGNORECASE))
    return "".join(sorted(signs)) if signs and len(signs) <= _MOST else ""


def _needed(parsed: Any, folded: bool) -> frozenset[str]:
    """Give the smallest choice that a sequence asks for."""
    found = [signs for signs in _choices(parsed, folded) if signs]
    return min(found, key=_rank, default=frozenset())


def _rank(signs: frozenset[str]) -> tuple[bool, bool, int]:
    usual = any(sign.isalnum() or sign == " " for sign in signs)
    return usual, signs != {"\n"}, len(signs)


def _choices(parsed: Any, folded: bool) -> Iterator[frozenset[str]]:
    for operation, value in parsed:
        name = str(operation)
        if name == "LITERAL":
            yield _signs([value], folded)
        elif name == "IN":
            yield _of_set(value, folded)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if value[0]:
                yield _needed(value[2], folded)
        elif name == "ATOMIC_GROUP":
            yield _needed(value, folded)
        elif name == "ASSERT" and value[0] > 0:
            yield _needed(value[1], folded)
        elif name == "SUBPATTERN":
            yield _needed(value[3], folded or bool(value[1] & re.IGNORECASE))
        elif name == "BRANCH":
            branches = [_needed(branch, folded) for branch in value[1]]
            yield frozenset().union(*branches) if all(branches) else frozenset()


def _of_set(value: Any, folded: bool) -> frozenset[str]:
    if any(str(operation) != "LITERAL" for operation, _ in value):
        return frozenset()
    return _signs([sign for _, sign in value], folded)


def _signs(codes: list[int], folded: bool) -> frozenset[str]:
    signs = frozenset(map(chr, codes))
    # Letters have several forms where their size does not count.
    return frozenset() if folded and any(sign.isalpha() for sign in signs) else signs


class Signs:
    """Tells which of some signs stand in a text."""

    def __init__(self, signs: Iterable[str]) -> None:
        self._signs = sorted(set(signs))
        self._any = re.compile(f"[{re.escape(''.join(self._signs))}]" if self._signs else "(?!)")
        self.any_in = self._any.search

    def in_text(self, text: str) -> frozenset[str]:
        """Give those that stand in a text."""
        # One look through a short text, or one for each sign, which is many times as fast.
        if len(text) < _SHORT:
            return frozenset(self._any.findall(text))
        return frozenset([sign for sign in self._signs if sign in text])


class Gated:
    """A pattern that is tried only on a text that can hold it; otherwise like any other."""

    def __init__(self, pattern: re.Pattern[str], signs: str) -> None:
        self.gated = pattern
        self._signs = signs
        self._search = pattern.search
        self._match = pattern.match

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gated, name)

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """Find the pattern in a text."""
        for sign in self._signs:
            if sign in text:
                return self._search(text, *span)
        return None

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """Find the pattern where a text begins."""
        for sign in self._signs:
            if sign in text:
                return self._match(text, *span)
        return None
