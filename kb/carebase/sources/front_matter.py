"""Splitting a Markdown page into its front matter and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from carebase.errors import Problem
from carebase.sources.yaml import Document, parse_yaml

_FENCE = re.compile(r"-{3}[ \t]*\n")
_END = re.compile(r"^(?:-{3}|\.{3})[ \t]*$", re.MULTILINE)
# A head that does not begin the page: after empty lines, after spaces, or with the dashes that a
# word processor makes of three.
_LATE = re.compile(r"(?P<before>\s*)(?P<rule>-{3}|[\u2014\u2013]{1,3}|\u2014-)[ \t]*\n")
_KEY = re.compile(r"[A-Za-z_][\w-]*[ \t]*:")


@dataclass(slots=True)
class FrontMatter:
    """The YAML head of a page (`document`) and its Markdown, which begins on `body_line`."""

    document: Document
    body: str
    body_line: int
    present: bool


def find_head(text: str) -> tuple[int, int] | None:
    """Tell where the YAML head of a page begins and ends; nothing for a page without one."""
    opened = _FENCE.match(text)
    closed = _END.search(text, opened.end()) if opened else None
    return (opened.end(), closed.start()) if opened and closed else None


def _late_head(text: str, file: str) -> Problem | None:
    """Tell of a head that readers would see as text, because `---` is not the first line."""
    found = _LATE.match(text)
    if found is None or not _KEY.match(text, found.end()):
        return None
    before = text[: found.start("rule")]
    dashes = found["rule"] == "---"
    return Problem(
        file,
        before.count("\n") + 1,
        len(before) - (before.rfind("\n") + 1) + 1,
        "front-matter-late",
        "The front matter is none, and readers would see it as text: a page begins with `---`.",
        found="something before it" if dashes else f"`{found['rule']}`, which is no `---`",
        hint="take out what stands before `---`" if dashes else "write three hyphens: `---`",
    )


def split_front_matter(text: str, file: str) -> FrontMatter:
    """Split a page. A head that is opened and never closed is a problem on its first line."""
    opened = _FENCE.match(text)
    if not opened:
        late = _late_head(text, file)
        if late is not None:
            return FrontMatter(Document(file, data={}, problems=[late]), text, 1, present=False)
        return FrontMatter(Document(file, data={}), text, 1, present=False)
    closed = _END.search(text, opened.end())
    if closed is None:
        document = Document(file, data={})
        # A page may begin with a horizontal rule: only a key in the next line shows a head.
        if _KEY.match(text, opened.end()):
            document.problems.append(
                Problem(
                    file,
                    1,
                    1,
                    "front-matter-open",
                    "The front matter is opened with `---` and never closed.",
                    hint="put a line with only `---` after its last key",
                )
            )
        return FrontMatter(document, text, 1, present=False)
    head = text[opened.end() : closed.start()]
    document = parse_yaml(head, file, first_line=2)
    if document.data is None and not document.problems:
        document.data = {}
    body_start = closed.end() + (1 if text[closed.end() : closed.end() + 1] == "\n" else 0)
    return FrontMatter(
        document, text[body_start:], text.count("\n", 0, body_start) + 1, present=True
    )
