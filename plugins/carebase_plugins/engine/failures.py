"""What went wrong while a page was made, in a sentence with the page and its line."""

from __future__ import annotations

import os
import traceback

from jinja2 import TemplateError, TemplateNotFound
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page as SitePage

from carebase_plugins.engine.pages import MARKDOWN

_HIDDEN = ("\n", "\r")


def describe(page: SitePage, error: Exception, config: MkDocsConfig | None = None) -> str:
    """Name the page, the line where that can be told, and what went wrong."""
    name = f"docs/{page.file.src_uri}"
    if config is not None:
        name = f"{config.docs_dir.rpartition('/')[2]}/{page.file.src_uri}"
    line = _line(page, error, config)
    reason = " ".join(str(error).split()) or "no reason was given"
    kind = type(error).__name__
    if isinstance(error, TemplateNotFound):
        return (
            f"{name}:1:1: error render-failed: The page cannot be written: there is no template"
            f" `{error.name}` in the theme or in its `custom_dir`."
        )
    if isinstance(error, TemplateError) or config is None:
        where = _template_of(error)
        return (
            f"{name}:1:1: error render-failed: The page cannot be written{where}: {kind}: {reason}"
        )
    return f"{name}:{line}:1: error render-failed: The page cannot be rendered: {kind}: {reason}"


def describe_template(name: str, error: Exception) -> str:
    """Name a page of the theme that cannot be written, such as 404.html, and what went wrong."""
    reason = " ".join(str(error).split()) or "no reason was given"
    return (
        f"The page `{name}` of the theme cannot be written{_template_of(error)}:"
        f" {type(error).__name__}: {reason}"
    )


def _template_of(error: Exception) -> str:
    """Give the template and the line where an error came up, as far as that can be told."""
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    if not name or not line:
        # The last step that was in a template.
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.endswith((".html", ".xml")):
                name, line = os.path.relpath(frame.f_code.co_filename), number
    return f" (template {name}{f', line {line}' if line else ''})" if name else ""


def _line(page: SitePage, error: Exception, config: MkDocsConfig | None) -> int:
    """Find the line by rendering ever smaller beginnings of the text: the first that fails."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    if config is None or not page.markdown:
        return 1
    if not _fails(page.markdown, type(error), config):
        # It came up before or after Markdown had its turn.
        return 1
    rows = page.markdown.split("\n")
    good, bad = 0, len(rows)
    while bad - good > 1:
        middle = (good + bad) // 2
        if _fails("\n".join(rows[:middle]), type(error), config):
            bad = middle
        else:
            good = middle
    before = _head_lines(page, len(rows))
    return before + bad


def _fails(text: str, kind: type[Exception], config: MkDocsConfig) -> bool:
    try:
        MARKDOWN.spoil()
        MARKDOWN.of(config).convert(text)
    except kind:
        return True
    except Exception:
        return False
    return False


def _head_lines(page: SitePage, rows: int) -> int:
    """Give how many lines of the file stand before its text."""
    try:
        written = page.file.content_string.count("\n") + 1
    except (OSError, ValueError):
        return 0
    return max(written - rows, 0)
