"""Changing single values in a file that people wrote, and leaving every other sign as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import yaml

from carebase.sources.front_matter import find_head

# What may stand unquoted in a flow list.
_PLAIN = re.compile(r"[A-Za-z0-9][\w./@+-]*\Z")
_ALSO_A_NUMBER = re.compile(r"[\d.+-]+\Z|(?:true|false|null)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text in YAML: its value and where it stands, quotes included, in the whole file."""

    value: str
    begin: int
    end: int
    key: str


def write_scalar(value: str) -> str:
    """Write a text as YAML, in quotes where it needs some."""
    if _PLAIN.match(value) and not _ALSO_A_NUMBER.match(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_scalars(text: str, offset: int = 0) -> list[Scalar]:
    """Give every text of a YAML file that can be read; none of one that cannot.

    `key` is the nearest key above the text; `offset` is where the YAML begins in its file.
    """
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return []
    return list(_scalars(root, "", offset)) if root is not None else []


def _scalars(node: yaml.Node, key: str, offset: int) -> Iterator[Scalar]:
    match node:
        case yaml.ScalarNode():
            yield Scalar(
                node.value, offset + node.start_mark.index, offset + node.end_mark.index, key
            )
        case yaml.SequenceNode():
            for child in node.value:
                yield from _scalars(child, key, offset)
        case yaml.MappingNode():
            for name, child in node.value:
                yield from _scalars(child, name.value, offset)


def change_scalars(text: str, scalars: list[Scalar], change: Callable[[Scalar], str | None]) -> str:
    """Write the texts anew for which `change` gives a value."""
    for scalar in sorted(scalars, key=lambda one: -one.begin):
        value = change(scalar)
        if value is not None:
            text = text[: scalar.begin] + write_scalar(value) + text[scalar.end :]
    return text


def set_value(text: str, key: str, value: str) -> str:
    """Set a key of a page's front matter; a page without a head gets one."""
    head = find_head(text)
    if head is None:
        return f"---\n{key}: {value}\n---\n\n{text}"
    begin, end = head
    found = _entry(text[begin:end], key)
    if found is None:
        return text[:end] + f"{key}: {value}\n" + text[end:]
    _, node = found
    start, stop = begin + node.start_mark.index, begin + node.end_mark.index
    space = "" if text[start - 1 : start].isspace() else " "
    return text[:start] + space + value + text[stop:]


def add_entry(text: str, key: str, value: str) -> str:
    """Add a text to a list in a page's front matter, unless it is there."""
    entry = write_scalar(value)
    head = find_head(text)
    found = _entry(text[head[0] : head[1]], key) if head else None
    if head is None or found is None or not _values(found[1]):
        return set_value(text, key, f"[{entry}]")
    _, node = found
    if value in _values(node):
        return text
    begin = head[0]
    if isinstance(node, yaml.ScalarNode):
        start, stop = begin + node.start_mark.index, begin + node.end_mark.index
        return f"{text[:start]}[{text[start:stop]}, {entry}]{text[stop:]}"
    last = begin + node.value[-1].end_mark.index
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        return f"{text[:last]}, {entry}{text[last:]}"
    indent = " " * node.start_mark.column
    line_end = text.find("\n", last)
    line_end = head[1] if line_end < 0 else line_end + 1
    return f"{text[:line_end]}{indent}- {entry}\n{text[line_end:]}"


def remove_entry(text: str, key: str, value: str) -> str:
    """Take a text out of a list in a page's front matter; an empty list goes with its key."""
    head = find_head(text)
    found = _entry(text[head[0] : head[1]], key) if head else None
    if head is None or found is None or value not in _values(found[1]):
        return text
    name, node = found
    rest = [one for one in _values(node) if one != value]
    start, stop = head[0] + node.start_mark.index, head[0] + node.end_mark.index
    if rest:
        tail = text[start:stop]
        ending = "\n" if tail.endswith("\n") else ""
        written = f"[{', '.join(write_scalar(one) for one in rest)}]"
        return text[:start].rstrip() + f" {written}{ending}" + text[stop:]
    line = head[0] + name.start_mark.index
    after = text.find("\n", stop - 1 if text[stop - 1 : stop] == "\n" else stop) + 1
    return text[:line] + text[after:]


def _entry(head: str, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    try:
        root = yaml.compose(head, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(root, yaml.MappingNode):
        return None
    return next(((name, node) for name, node in root.value if name.value == key), None)


def _values(node: yaml.Node) -> list[str]:
    if isinstance(node, yaml.SequenceNode):
        return [child.value for child in node.value if isinstance(child, yaml.ScalarNode)]
    return [node.value] if isinstance(node, yaml.ScalarNode) and node.value else []
