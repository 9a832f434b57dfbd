"""What pandoc writes in braces: `{#id .class key="value"}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PAIR = re.compile(
    r"""(?P<key>[\w:.-]+)[ \t]*=[ \t]*(?:"(?P<double>(?:\\.|[^"\\])*)\""""
    r"""|'(?P<single>(?:\\.|[^'\\])*)'|(?P<bare>[^\s"'}]+))""",
    re.DOTALL,
)
_ID = re.compile(r"#(?P<id>[^\s#.}]+)")
_CLASS = re.compile(r"(?:^|[\s{])\.(?P<name>[\w-]+)")
_QUOTED = re.compile(r"\{(?:[^{}\"']|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')*\}", re.DOTALL)
# A text in single quotes that has an apostrophe of its own ends with its line.
_SLOPPY = re.compile(r"\{[^{}\n]*=[\"'][^\n]*[\"']\s*\}")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(slots=True)
class Attributes:
    """The id, the classes and the pairs of a list in braces."""

    id: str = ""
    classes: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)


def find_braces(text: str, at: int) -> str:
    """Give the list in braces that begins at a place of a text, braces included, or nothing."""
    found = _QUOTED.match(text, at) or _SLOPPY.match(text, at)
    return found[0] if found else ""


def read_attributes(written: str) -> Attributes:
    """Read a list in braces."""
    attributes = Attributes()
    rest = []
    end = 0
    for pair in _PAIR.finditer(written):
        rest.append(written[end : pair.start()])
        end = pair.end()
        value = next(v for v in (pair["double"], pair["single"], pair["bare"]) if v is not None)
        attributes.values[pair["key"].lower()] = _ESCAPE.sub(r"\1", " ".join(value.split()))
    rest.append(written[end:])
    bare = " ".join(rest)
    if found := _ID.search(bare):
        attributes.id = found["id"]
    attributes.classes = [one["name"] for one in _CLASS.finditer(bare)]
    return attributes
