"""Writing the tree that Markdown made as HTML, at twice the pace of Python-Markdown's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markdown import Markdown, serializers

# Its tables and functions are not in the types that are published for it.
_OWN: Any = serializers
BOOLEAN_ATTRIBUTES, HTML_EMPTY, RE_AMP = _OWN.BOOLEAN_ATTRIBUTES, _OWN.HTML_EMPTY, _OWN.RE_AMP
own_html, own_xhtml = _OWN.to_html_string, _OWN.to_xhtml_string


Serializer = Callable[[Any], str]
_RAW = frozenset(("script", "style"))


class _UnusualError(Exception):
    """A tree holds what Markdown seldom makes: comments, qualified names."""


def quicken_serializer(markdown: Markdown) -> None:
    """Let a Markdown object write HTML by ours, where it would by its own."""
    known: dict[Any, Serializer] = {own_xhtml: _xhtml, own_html: _html}
    own: Any = markdown.serializer
    markdown.serializer = known.get(own, own)


def _xhtml(root: Any) -> str:
    try:
        return _written(root, xhtml=True)
    except _UnusualError:
        return str(own_xhtml(root))


def _html(root: Any) -> str:
    try:
        return _written(root, xhtml=False)
    except _UnusualError:
        return str(own_html(root))


def _written(root: Any, *, xhtml: bool) -> str:
    pieces: list[str] = []
    write = pieces.append
    # What is still to be written, the next last: elements, and text between them.
    stack: list[Any] = [root]
    while stack:
        element = stack.pop()
        if type(element) is str:
            write(element)
            continue
        tag, text, tail = element.tag, element.text, element.tail
        if type(tag) is not str:
            raise _UnusualError
        items = element.items()
        begin = f"<{tag}{_attributes(items, xhtml)}" if items else f"<{tag}"
        small = tag.lower()
        empty = small in HTML_EMPTY
        if xhtml and empty:
            write(f"{begin} />{_text(tail)}" if tail else f"{begin} />")
            continue
        if text and small not in _RAW:
            text = _text(text)
        end = "" if empty else f"</{tag}>"
        if tail:
            end += _text(tail)
        if len(element):
            write(f"{begin}>{text}" if text else f"{begin}>")
            stack.append(end)
            stack.extend(reversed(element))
        else:
            write(f"{begin}>{text}{end}" if text else f"{begin}>{end}")
    return "".join(pieces)


def _text(text: str) -> str:
    if "&" in text:
        text = RE_AMP.sub("&amp;", text)
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def _attributes(items: list[tuple[Any, Any]], xhtml: bool) -> str:
    written = ""
    for name, value in sorted(items) if len(items) > 1 else items:
        if value is None:
            written += f" {name}"
            continue
        if not isinstance(value, str) or type(name) is not str:
            raise _UnusualError
        value = _text(value)
        if '"' in value:
            value = value.replace('"', "&quot;")
        alone = not xhtml and name == value and name in BOOLEAN_ATTRIBUTES["html"]
        written += f" {value}" if alone else f' {name}="{value}"'
    return written
