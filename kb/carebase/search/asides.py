"""Leaving out what is in a page but is not what it says: controls, banners, words for print."""

from __future__ import annotations

import re
from collections.abc import Collection

_OPENING = re.compile(r"<([a-z][\w-]*)\b([^>]*)>", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_UNHEARD = re.compile(r"\baria-hidden\s*=\s*[\"']?true\b", re.IGNORECASE)


def without_asides(html: str, classes: Collection[str], names: Collection[str] = ()) -> str:
    """Give HTML without the elements of these classes or names, and all that is in them.

    What neither eyes nor ears are told (`aria-hidden`) is left out too. A left-out element with no
    end loses its tag alone.
    """
    kept: list[str] = []
    at = 0
    for found in _OPENING.finditer(html):
        if found.start() < at:
            continue
        # Most tags have no attributes.
        if not (found[2] or found[1].lower() in names) or not _is_aside(found, classes, names):
            continue
        kept.append(html[at : found.start()])
        at = _end_of(html, found[1], found.end())
    kept.append(html[at:])
    # A word on either side stays a word of its own.
    return " ".join(kept)


def _is_aside(tag: re.Match[str], classes: Collection[str], names: Collection[str]) -> bool:
    if tag[1].lower() in names:
        return True
    if not tag[2]:
        return False
    given = _CLASS.search(tag[2])
    if given and not set(next(filter(None, given.groups()), "").split()).isdisjoint(classes):
        return True
    return _UNHEARD.search(tag[2]) is not None


def _end_of(html: str, name: str, start: int) -> int:
    """Give the place behind the end of an element, whose opening tag ends at `start`."""
    depth = 1
    for tag in re.compile(rf"<(/?){re.escape(name)}\b[^>]*>", re.IGNORECASE).finditer(html, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return start
