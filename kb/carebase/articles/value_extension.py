"""A Markdown extension that fills in the values of included files, once they stand in the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from carebase.articles.values import Scope, Values

# After pymdownx.snippets (32) has put files in their place, before code is taken out (25).
_PRIORITY = 31.5


class ValuesExtension(Extension):
    """Fills in what `scope` says; whoever renders a page sets it first."""

    def __init__(self, values: Callable[[], Values], **options: Any) -> None:
        super().__init__(**options)
        self.values = values
        self.scope = Scope()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the step; called by Python-Markdown."""
        md.preprocessors.register(_Fill(md, self), "carebase-values", _PRIORITY)


class _Fill(Preprocessor):
    def __init__(self, md: Markdown, extension: ValuesExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if "{{" not in text:
            return lines
        return self.extension.values().fill(text, self.extension.scope).split("\n")
