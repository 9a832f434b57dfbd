"""Files that a page includes with `--8<--`: the extension says nothing when one is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from carebase.articles.page import Page
from carebase.errors import Problem

# As pymdownx.snippets reads them: a line of its own, with a path in quotes or before a block.
_LINE = re.compile(r"[ \t]*(?P<escape>;*)-+8<-+(?:[ \t]+(?P<path>\"[^\"]+\"|'[^']+'))?[ \t]*\Z")
# The lines or the section that are taken of a file, `:5:10` or `:intro`.
_PART = re.compile(r"(?::[-0-9:,]+|:[A-Za-z][-_0-9A-Za-z]*)\Z")
_FROM_ELSEWHERE = ("https://", "http://")


class Snippet(NamedTuple):
    """A path that a page includes, and where it stands; `in_code` in fences and the like."""

    path: str
    line: int
    column: int
    in_code: bool


def find_snippets(page: Page) -> Iterator[Snippet]:
    """Give each path that a page includes, in the order of the page."""
    in_block = False
    for line in page.lines.lines:
        found = _LINE.match(line.text)
        if found and not found["escape"]:
            if found["path"] is None:
                in_block = not in_block
                continue
            path, column = found["path"][1:-1], found.start("path") + 2
        elif in_block and (path := line.text.strip()) and not path.startswith(";"):
            column = line.text.index(path) + 1
        else:
            continue
        yield Snippet(_PART.sub("", path).strip(), line.number, column, line.code)


def check_snippets(page: Page, named: Sequence[Snippet], extension: Any) -> Iterator[Problem]:
    """Tell of each file that is not there, and of one that nothing includes.

    `extension` is the preprocessor of `pymdownx.snippets`, None where the site lacks it. With its
    option `check_paths` it tells of missing files itself.
    """
    if extension is None:
        for one in named:
            if not one.in_code:
                yield Problem(
                    page.file,
                    one.line,
                    one.column,
                    "snippet-not-read",
                    "Nothing includes this file: readers see the line as it is written.",
                    found=f"`{one.path}`",
                    hint="put `- pymdownx.snippets` below `markdown_extensions` in mkdocs.yml",
                    severity="warning",
                )
        return
    if extension.check_paths:
        return
    for one in named:
        if one.path.startswith(_FROM_ELSEWHERE) or _is_there(one.path, extension.base_path):
            continue
        yield Problem(
            page.file,
            one.line,
            one.column,
            "snippet-missing",
            "The file to include is not there, and readers see nothing in its place.",
            found=f"`{one.path}`",
            allowed="a file below " + ", ".join(Path(base).name for base in extension.base_path),
            hint="its path is counted from the `base_path` of pymdownx.snippets in mkdocs.yml",
            severity="warning",
        )


def _is_there(path: str, bases: Sequence[str]) -> bool:
    for base in map(Path, bases):
        if base.is_dir() and (base / path).is_file():
            return True
        if base.is_file() and base.name == Path(path).name:
            return True
    return False
