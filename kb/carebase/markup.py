"""Writing HTML: every text and value is escaped unless it is `Markup` already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, TypeAlias

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source"})


class Markup(str):
    """HTML that is ready to be put into a page; any other text is escaped first."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
Value = str | int | float | bool | None


def element(name: str, attributes: Mapping[str, Value] | None = None, *children: Child) -> Markup:
    """Write one element. An attribute that is `None` or `False` is left out, `True` is bare."""
    start = name + "".join(
        f" {key}" if value is True else f' {key}="{escape(str(value))}"'
        for key, value in (attributes or {}).items()
        if value is not None and value is not False
    )
    return Markup(f"<{start}>" if name in VOID else f"<{start}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Write several children one after the other."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            parts.append(child if isinstance(child, Markup) else escape(child))
        else:
            parts.append(join(*child))
    return Markup("".join(parts))


def json_template(name: str, data: Any) -> Markup:
    """Write data for the browser as JSON in a `template` that carries the attribute `name`.

    A `template` and not a script: under instant navigation Material runs each script of a new
    page's content again, and without its `type`.
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # In HTML only these would end the text or begin something else in it; JSON knows the escape.
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return element("template", {name: True}, Markup(written))
