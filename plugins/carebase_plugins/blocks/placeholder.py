"""The element that stands in a page where a block will be."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ELEMENT = "carebase-block"
_FOUND = re.compile(rf"<{ELEMENT}((?:\s+[\w-]+=\"[^\"]*\")*)\s*>(.*?)</{ELEMENT}>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One block of a page: its name, its argument, its options, and the HTML that stands in it."""

    name: str
    argument: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    content: str = ""


def fill_placeholders(page: str, fillers: Mapping[str, Callable[[Placeholder], str]]) -> str:
    """Put what the fillers make in place of the blocks they are for; leave the others."""
    if f"<{ELEMENT}" not in page:
        return page

    def filled(found: re.Match[str]) -> str:
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(found[1])}
        name = attributes.pop("name", "")
        filler = fillers.get(name)
        if filler is None:
            return found[0]
        return filler(Placeholder(name, attributes.pop("argument", ""), attributes, found[2]))

    return _FOUND.sub(filled, page)
