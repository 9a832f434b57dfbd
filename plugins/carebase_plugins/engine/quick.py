"""Python-Markdown's own parts, without the work that comes to nothing.

Every part still does what it did and gives what it gave; only what cannot match is not tried, and
what never changes is made once. `tests/plugins/test_quick_markdown.py` holds both side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any

from markdown import Markdown
from markdown.inlinepatterns import Pattern
from markdown.treeprocessors import InlineProcessor
from markdown.util import ETX, INLINE_PLACEHOLDER_PREFIX, STX, AtomicString, Registry

from carebase_plugins.engine.blocks import quicken_blocks
from carebase_plugins.engine.gates import Gated, Signs, gate_of
from carebase_plugins.engine.parts import spare
from carebase_plugins.engine.serializer import quicken_serializer

# Whose steps use their patterns to search and to match alone.
_KNOWN = ("markdown.", "pymdownx.")
# What stands in a text in place of what has been found in it.
_PLACEHOLDER = f"{STX}{INLINE_PLACEHOLDER_PREFIX}0123456789{ETX}"


class _Inline(InlineProcessor):
    """The step that applies inline patterns; those whose signs are missing are passed over."""

    # The patterns, and for them: which signs any of them needs, and which to apply by signs held.
    _known: tuple[Any, ...] = ()
    _signs: Signs
    _gates: list[tuple[int, tuple[Any, str]]]
    _ways: dict[frozenset[str], list[tuple[int, Any]]]

    def run(self, tree: Any, ancestors: list[str] | None = None) -> Any:
        """Apply the patterns to a tree."""
        patterns = tuple(self.inlinePatterns)
        if patterns != self._known:
            gates = [(pattern, _gate_of(pattern)) for pattern in patterns]
            self._signs = Signs(
                [INLINE_PLACEHOLDER_PREFIX[0], *chain(*(gate for _, gate in gates))]
            )
            self._gates, self._ways, self._known = list(enumerate(gates)), {}, patterns
        plain = self._plain_texts(tree) if all(gate for _, (_, gate) in self._gates) else []
        # The step passes over elements without a text.
        for element, _ in plain:
            element.text = None
        try:
            return super().run(tree, ancestors)
        finally:
            for element, text in plain:
                element.text = text

    def _plain_texts(self, tree: Any) -> list[tuple[Any, str]]:
        """Give the elements whose text no pattern can be found in, with that text."""
        found = ((element, element.text) for element in tree.iter())
        any_in = self._signs.any_in
        return [
            (element, text) for element, text in found if type(text) is str and not any_in(text)
        ]

    # The names that Python gives to methods of the class above.
    def _InlineProcessor__processPlaceholders(  # noqa: N802
        self,
        data: str | None,
        parent: Any,
        isText: bool = True,  # noqa: N803
    ) -> Any:
        if type(data) is not str or INLINE_PLACEHOLDER_PREFIX in data:
            parts: Any = super()
            return parts._InlineProcessor__processPlaceholders(data, parent, isText)
        if data:
            name = "text" if isText else "tail"
            setattr(parent, name, (getattr(parent, name) or "") + data)
        return []

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        # What takes the place of a match brings none of these signs.
        held = self._signs.in_text(data)
        ways = self._ways.get(held)
        if ways is None:
            ways = self._ways[held] = [
                (index, pattern)
                for index, (pattern, gate) in self._gates
                if not gate or not held.isdisjoint(gate)
            ]
        apply: Any = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        for index, pattern in ways:
            if index >= patternIndex:
                found, at = True, 0
                while found:
                    data, found, at = apply(pattern, data, index, at)
        return data


class _Parts(Registry):  # type: ignore[type-arg]
    """The parts of a parser in their order, put together once."""

    def __iter__(self) -> Iterator[Any]:
        listed = self.__dict__.get("listed", ())
        if len(listed) != len(self):
            self.__dict__["listed"] = listed = tuple(super().__iter__())
        return iter(listed)

    def deregister(self, name: str, strict: bool = True) -> None:
        """Take a part out."""
        self.__dict__.pop("listed", None)
        super().deregister(name, strict)


class _Names(list[str]):
    """Names in the order in which they were given, of which one is found at once."""

    _known: tuple[int, frozenset[str]] = (0, frozenset())

    def __contains__(self, name: object) -> bool:
        if self._known[0] != len(self):
            self._known = len(self), frozenset(self)
        return name in self._known[1]


def quicken(markdown: Markdown) -> None:
    """Let a Markdown object leave out what comes to nothing."""
    if hasattr(InlineProcessor, "_InlineProcessor__applyPattern"):
        for step in markdown.treeprocessors:
            # Some extensions bring a step of this kind with patterns of their own.
            if type(step) is InlineProcessor:
                step.__class__ = _Inline
    parts: Any = markdown.parser.blockprocessors
    for part in parts:
        _gate_block(part)
    if type(parts) is Registry:
        parts.__class__ = _Parts
    markdown.block_level_elements = _Names(markdown.block_level_elements)
    quicken_blocks(markdown)
    spare(markdown)
    quicken_serializer(markdown)
    _style_once()


def _gate_of(pattern: Any) -> str:
    # One that works out its expression anew each time may not be judged by the one it has now.
    plain = type(pattern).getCompiledRegExp is Pattern.getCompiledRegExp
    gate = gate_of(pattern.compiled_re) if plain else ""
    return "" if any(sign in _PLACEHOLDER for sign in gate) else gate


def _gate_block(part: Any) -> None:
    for name in dir(part):
        kind = type(part)
        if not kind.__module__.startswith(_KNOWN) or name.startswith("__"):
            continue
        pattern = part.__dict__.get(name) or getattr(kind, name, None)
        if isinstance(pattern, re.Pattern) and (gate := gate_of(pattern)) and " " not in gate:
            setattr(part, name, Gated(pattern, gate))


def _style_once() -> None:
    """Let the classes of a code style be worked out once, not for each piece of code."""
    highlight: Any = import_module("pymdownx.highlight")
    if not getattr(highlight, "pygments", False):
        return
    highlight.get_lexer_by_name = _lexer
    for kind in (highlight.BlockHtmlFormatter, highlight.InlineHtmlFormatter):
        if "_create_stylesheet" not in kind.__dict__:
            kind._create_stylesheet = _stylesheet


@cache
def _lexer_kind(name: str) -> type[Any]:
    kind: type[Any] = type(import_module("pygments.lexers").get_lexer_by_name(name))
    return kind


def _lexer(name: str, **options: Any) -> Any:
    # Pygments looks through its five hundred languages for each piece of code.
    return _lexer_kind(name)(**options)


_STYLES: dict[Any, tuple[dict[Any, str], dict[str, Any]]] = {}


def _stylesheet(formatter: Any) -> None:
    key = (formatter.style, formatter.classprefix)
    if key not in _STYLES:
        super(type(formatter), formatter)._create_stylesheet()
        _STYLES[key] = formatter.ttype2class, formatter.class2style
    formatter.ttype2class, formatter.class2style = map(dict, _STYLES[key])
