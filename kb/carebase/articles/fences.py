"""Code fences that are never closed, or that the site's extensions do not read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from carebase.articles.lines import FENCE, Line
from carebase.articles.page import Page
from carebase.errors import Problem
from carebase.site import Site

# What `fenced_code`, which MkDocs always has, reads behind the signs of a fence.
_READ = re.compile(
    r"[ ]*(?:\{.*\}|(?:\.?[\w#.+-]*[ ]*)?(?:hl_lines=(?P<sign>[\"']).*?(?P=sign)[ ]*)?)"
)
_INDENTED_CODE = 4


def check_fences(page: Page, site: Site) -> Iterator[Problem]:
    """Tell of fences whose signs readers would see."""
    for line in page.lines.open_fences:
        yield _problem(
            page,
            line,
            "fence-unclosed",
            "The code fence is opened here and never closed.",
            "put a line with the same signs below the code",
        )
    if _reads_all(site):
        return
    for line, info in _opened(page.lines.lines):
        if line.text[0] not in "`~" or not _READ.fullmatch(info):
            yield _problem(
                page,
                line,
                "fence-not-read",
                "Nothing reads this code fence: readers see its signs.",
                "put `- pymdownx.superfences` below `markdown_extensions` in mkdocs.yml",
            )


def _problem(page: Page, line: Line, code: str, message: str, hint: str) -> Problem:
    return Problem(
        page.file,
        line.number,
        len(line.text) - len(line.text.lstrip()) + 1,
        code,
        message,
        found=line.text.strip()[:60],
        hint=hint,
        severity="warning",
    )


def _reads_all(site: Site) -> bool:
    """Tell whether an extension reads fences with titles, and those in lists and quotes."""
    return any(
        "superfences" in name or name.startswith("pymdownx.extra")
        for name in site.markdown_extensions
    )


def _opened(lines: tuple[Line, ...]) -> Iterator[tuple[Line, str]]:
    """Give the lines on which fences are opened, with what stands behind their signs."""
    run, is_html = "", False
    for line in lines:
        if not line.code:
            run, is_html = "", False
            continue
        text = line.text.lstrip()
        found = FENCE.match(text)
        if run:
            is_end = found and found["run"].startswith(run) and not found["info"].strip()
            run = "" if is_end else run
        elif text.startswith("<"):
            is_html = True
        elif found and not is_html and line.indent < _INDENTED_CODE:
            run = found["run"]
            yield line, found["info"]
