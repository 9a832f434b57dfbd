"""What other programs read and this site does not, so that readers would see its signs.

Writers bring these from GitHub, from other course programs and from memory; Markdown shows them as
text, and nothing complains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from carebase.articles.lines import Line
from carebase.articles.page import Page
from carebase.errors import Problem
from carebase.site import Site

_ALERT = re.compile(r"\s*>\s*\[!(?P<kind>NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*\Z", re.I)
# The extensions that read it.
_READ_ALERTS = ("callout", "alert", "pymdownx.quotes")
_ADMONITION = re.compile(r"\s*(?:!!!|\?\?\?\+?)\s+[\w\"-]")
_BOX = re.compile(r"\s*[-*+]\s+(?P<box>\[[ xX]\])\s+\S")
_READ_BOXES = ("tasklist", "pymdownx.extra")
_TURNED = re.compile(
    r"(?<![\w\]])\((?P<text>[^()\[\]]+)\)\[(?P<target>[^\[\]\s]+\.md(?:#[\w-]+)?|https?://[^\[\]\s]+)\]"
)
_TAB = 4


def check_slips(page: Page, site: Site) -> Iterator[Problem]:
    """Tell of alerts, boxes and links that nothing reads, and admonitions without their text."""
    quizzes = [block for block in page.blocks if block.name == "quiz"]
    asked = {line for block in quizzes for line in range(block.first, block.until)}
    lines = page.lines.lines
    for at, line in enumerate(lines):
        if line.code:
            continue
        text = line.without_code
        if (found := _ALERT.match(text)) and not _reads(site, _READ_ALERTS):
            kind = _ADMONITIONS[found["kind"].lower()]
            hint = f"write `!!! {kind}`, and indent the text below it by four spaces"
            yield _problem(page, line, "alert-not-read", "GitHub reads this sign, and", hint)
        elif _ADMONITION.match(text) and _is_empty(line, lines[at + 1 : at + 3]):
            yield Problem(
                page.file,
                line.number,
                line.indent + line.strip + 1,
                "admonition-empty",
                "Nothing stands in this admonition: its text is not indented.",
                found=text.strip()[:60],
                hint="put four spaces before each line that belongs to it",
                severity="warning",
            )
        elif (
            (box := _BOX.match(text))
            and line.number not in asked
            and not _reads(site, _READ_BOXES)
            # One is told for each list.
            and not (at and _BOX.match(lines[at - 1].text))
        ):
            hint = "put `- pymdownx.tasklist` below `markdown_extensions` in mkdocs.yml"
            if page.kind == "lesson":
                hint = f"a question stands between `/// quiz` and `///`; for mere boxes, {hint}"
            column = box.start("box") + 1
            yield _problem(page, line, "boxes-not-read", "This is a box to tick, and", hint, column)
        for turned in _TURNED.finditer(text):
            yield Problem(
                page.file,
                line.number,
                turned.start() + 1,
                "link-turned",
                "This was to be a link, and its brackets are the wrong way round.",
                found=turned[0][:80],
                hint=f"write `[{turned['text']}]({turned['target']})`",
                severity="warning",
            )


_ADMONITIONS = {
    "note": "note",
    "tip": "tip",
    "important": "note",
    "warning": "warning",
    "caution": "caution",
}


def _reads(site: Site, names: tuple[str, ...]) -> bool:
    return any(name in extension for name in names for extension in site.markdown_extensions)


def _is_empty(line: Line, below: tuple[Line, ...]) -> bool:
    """Tell whether text stands right below the first line of an admonition, not indented."""
    start = len(line.text) - len(line.text.lstrip())
    text = below[0].text if below else ""
    indent = len(text.expandtabs(_TAB)) - len(text.expandtabs(_TAB).lstrip())
    return bool(text.strip()) and indent < start + _TAB


def _problem(
    page: Page, line: Line, code: str, what: str, hint: str, column: int | None = None
) -> Problem:
    return Problem(
        page.file,
        line.number,
        column or len(line.text) - len(line.text.lstrip()) + 1,
        code,
        f"{what} nothing on this site does: readers see it as it is written."
        if code == "alert-not-read"
        else f"{what} nothing on this site reads it: readers see its brackets.",
        found=line.text.strip()[:60],
        hint=hint,
        severity="warning",
    )
