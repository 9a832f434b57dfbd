"""Python-Markdown's own steps over a whole text or tree, each passed over where nothing is for it.

A step that looks for a sign in three hundred elements need not where the text holds none. What
each gives is what the step it takes the place of gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.md_in_html import HtmlBlockPreprocessor as MarkdownInHtml
from markdown.extensions.md_in_html import MarkdownInHTMLPostprocessor
from markdown.postprocessors import RawHtmlPostprocessor
from markdown.preprocessors import HtmlBlockPreprocessor, NormalizeWhitespace
from markdown.treeprocessors import PrettifyTreeprocessor, UnescapeTreeprocessor
from markdown.util import ETX, HTML_PLACEHOLDER, STX
from pymdownx.blocks import RE_START, BlocksProcessor
from pymdownx.superfences import PREFIX_CHARS, SuperFencesBlockPreprocessor

from carebase_plugins.engine.headings import Contents

_HTML = ("<", "&")
_CODE = ("code", "pre")
_FENCES = ("```", "~~~")
_SLASHES = "///"
# What stands in a text for HTML that was taken out.
_SIGN = re.compile(HTML_PLACEHOLDER % "([0-9]+)")
_SIGN_BEGIN = HTML_PLACEHOLDER.partition("%")[0]


class _Whitespace(NormalizeWhitespace):
    """Tabs, line ends and empty lines."""

    def run(self, lines: list[str]) -> list[str]:
        """Bring a text into the form that all other steps know."""
        source = "\n".join(lines).replace(STX, "").replace(ETX, "")
        source = source.replace("\r\n", "\n").replace("\r", "\n") + "\n\n"
        return super().run(lines) if "\t" in source or " \n" in source else source.split("\n")


class _Html(HtmlBlockPreprocessor):
    """HTML among the Markdown."""

    def run(self, lines: list[str]) -> list[str]:
        """Take HTML out of a text."""
        return super().run(lines) if _holds_html(lines) else lines


class _MarkdownInHtml(MarkdownInHtml):
    """HTML among the Markdown, and Markdown in that."""

    def run(self, lines: list[str]) -> list[str]:
        """Take HTML out of a text."""
        return super().run(lines) if _holds_html(lines) else lines


def _holds_html(lines: list[str]) -> bool:
    text = "\n".join(lines)
    return any(sign in text for sign in _HTML)


class _Fences(SuperFencesBlockPreprocessor):  # type: ignore[misc]
    """Code between fences."""

    def search_nested(self, lines: list[str]) -> list[str]:
        """Take code out of a text."""
        text = "\n".join(lines)
        if not any(sign in text for sign in _FENCES):
            return lines
        # Outside of fences nothing is looked for, and each begins and ends on such a line.
        rows = [row for row, line in enumerate(lines) if _FENCES[0] in line or _FENCES[1] in line]
        first, after = rows[0], rows[-1] + 1
        found: list[str] = super().search_nested(lines[first:after])
        return lines[:first] + found + lines[after:]

    def parse_whitespace(self, line: str) -> str:
        """Read what stands before a fence; most lines begin with a letter."""
        if line and line[0] not in PREFIX_CHARS:
            self.ws_len = self.ws_virtual_len = 0
            return ""
        whitespace: str = super().parse_whitespace(line)
        return whitespace


class _Attributes(AttrListTreeprocessor):
    """Attributes in braces."""

    def run(self, doc: Any) -> None:
        """Give elements the attributes that are written behind them."""
        if "{" in "".join(doc.itertext()):
            super().run(doc)


class _Unescape(UnescapeTreeprocessor):
    """Signs behind a backslash."""

    def run(self, root: Any) -> None:
        """Put back the signs that stood behind a backslash."""
        for element in root.iter():
            text, tail = element.text, element.tail
            if text and STX in text and element.tag != "code":
                element.text = self.unescape(text)
            if tail and STX in tail:
                element.tail = self.unescape(tail)
            for name, value in element.items():
                if value is not None and STX in value:
                    element.set(name, self.unescape(value))


class _RawHtml(RawHtmlPostprocessor):
    """HTML that was taken out."""

    def run(self, text: str) -> str:
        """Put HTML back into a page."""
        return _refilled(self, text)


class _RawMarkdown(MarkdownInHTMLPostprocessor):
    """HTML that was taken out, and elements that held Markdown."""

    def run(self, text: str) -> str:
        """Put HTML back into a page."""
        return _refilled(self, text)


def _refilled(step: RawHtmlPostprocessor, text: str) -> str:
    """Put what was taken out in the place of its signs; a paragraph of one alone gives way."""
    if _SIGN_BEGIN not in text:
        return text
    stash = step.md.htmlStash
    pieces, at = [], 0
    for found in _SIGN.finditer(text):
        number = int(found[1])
        begin, end = found.span()
        alone = begin - 3 >= at and text.startswith("<p>", begin - 3)
        alone = alone and text.startswith("</p>", end)
        if alone:
            begin, end = begin - 3, end + 4
        if number < stash.html_counter:
            taken: Any = stash.rawHtmlBlocks[number]
            html = step.stash_to_string(taken)
            kept = not alone or step.isblocklevel(html)
            pieces += [text[at:begin], _refilled(step, html if kept else f"<p>{html}</p>")]
            at = end
        elif alone:
            pieces.append(text[at:end])
            at = end
    return "".join([*pieces, text[at:]])


class _Slashes(BlocksProcessor):  # type: ignore[misc]
    """Blocks between slashes."""

    def test(self, parent: Any, block: str) -> bool:
        """Tell whether a text begins a block, or belongs to one."""
        began = self.stack or self.cached_parent is not None or self.start is not RE_START
        return bool(began or _SLASHES in block) and super().test(parent, block)


class _Prettify(PrettifyTreeprocessor):
    """Line ends between elements."""

    def run(self, root: Any) -> None:
        """Put each block on a line of its own."""
        self._known: dict[Any, bool] = {}
        super().run(root)

    def _is_block(self, tag: Any) -> bool:
        known = self._known.get(tag)
        if known is None:
            known = self._known[tag] = self.md.is_block_level(tag)
        return known

    def _prettifyETree(self, elem: Any) -> None:  # noqa: N802
        if self._is_block(elem.tag) and elem.tag not in _CODE:
            text = elem.text
            if len(elem) and (not text or text.isspace()) and self._is_block(elem[0].tag):
                elem.text = "\n"
            for child in elem:
                if self._is_block(child.tag):
                    self._prettifyETree(child)
        tail = elem.tail
        if not tail or tail.isspace():
            elem.tail = "\n"


_KINDS: dict[type[Any], type[Any]] = {
    kind.__bases__[0]: kind
    for kind in (
        *(_Whitespace, _Html, _MarkdownInHtml, _Fences, _Slashes, _Attributes, Contents),
        *(_Unescape, _RawHtml, _RawMarkdown, _Prettify),
    )
}


def spare(markdown: Markdown) -> None:
    """Let the steps of a Markdown object pass over texts that hold nothing for them."""
    for step in _steps(markdown):
        kind = _KINDS.get(type(step))
        if kind is not None:
            step.__class__ = kind


def _steps(markdown: Markdown) -> Iterator[Any]:
    yield from markdown.preprocessors
    yield from markdown.parser.blockprocessors
    yield from markdown.treeprocessors
    yield from markdown.postprocessors
