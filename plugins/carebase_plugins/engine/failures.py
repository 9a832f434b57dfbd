"""What went wrong while a page was made, in a sentence with the page and its line."""

from __future__ import annotations

import os
import sysconfig
import traceback
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page as SitePage

from carebase_plugins.engine.pages import MARKDOWN

# Where Python and installed programs lie, and our own code.
_KNOWN = (
    sysconfig.get_path("stdlib"),
    sysconfig.get_path("purelib"),
    str(Path(__file__).parents[2]),
)
# What Jinja calls a template that is in no file.
_TEXT = "<template>"


def describe(page: SitePage, error: Exception, config: MkDocsConfig | None = None) -> str:
    """Name the page, the line where that can be told, and what went wrong."""
    name = f"docs/{page.file.src_uri}"
    if config is not None:
        name = f"{config.docs_dir.rpartition('/')[2]}/{page.file.src_uri}"
    own = _line_of_text(error) if config is not None else 0
    line = own + _head_lines(page) if own else _line(page, error, config)
    reason = " ".join(str(error).split()) or "no reason was given"
    kind = type(error).__name__
    if own:
        return (
            f"{name}:{line}:1: error render-failed: The page cannot be rendered: {kind}: {reason}"
        )
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


def reason_of(ended: SystemExit) -> Exception:
    """Give why a plugin, hook or extension has ended the program: the error that it met itself."""
    met = ended.__cause__ or ended.__context__
    if isinstance(met, Exception):
        return met
    return EndedError(f"a plugin, hook or extension ended the build ({ended.code})")


class EndedError(Exception):
    """A plugin, hook or extension of somebody else ended the program, and met no error."""


def code_of(error: Exception) -> str:
    """Give the file and line of a hook or macro where an error came up, to be set behind it."""
    steps = [
        (Path(frame.f_code.co_filename), number)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    for path, number in reversed(steps):
        if path.is_file() and not any(map(path.is_relative_to, _KNOWN)):
            return f" ({os.path.relpath(path)}, line {number})"
    return ""


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


def _line_of_text(error: Exception) -> int:
    """Give the line at which a plugin that reads texts as templates met an error, or 0."""
    if isinstance(error, TemplateSyntaxError):
        return 0 if error.name or error.filename else error.lineno
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == _TEXT
    ]
    return lines[-1] if lines else 0


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
    return _head_lines(page) + bad


def _fails(text: str, kind: type[Exception], config: MkDocsConfig) -> bool:
    try:
        MARKDOWN.spoil()
        MARKDOWN.of(config).convert(text)
    except kind:
        return True
    except Exception:
        return False
    return False


def _head_lines(page: SitePage) -> int:
    """Give how many lines of the file stand before its text."""
    rows = (page.markdown or "").count("\n") + 1
    try:
        written = page.file.content_string.count("\n") + 1
    except (OSError, ValueError):
        return 0
    return max(written - rows, 0)
