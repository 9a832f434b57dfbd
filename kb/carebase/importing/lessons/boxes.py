"""What each kind of box becomes on a page: a note, something to open, a heading, or tabs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from carebase import i18n
from carebase.errors import Problem
from carebase.importing.lessons.divs import TABS, Box
from carebase.importing.lessons.writing import PageWriter, indent


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of box is shown: Material's admonition, closed or open, and its usual title."""

    admonition: str
    title: str
    closed: bool = False


LOOKS = {
    "questions": Look("question", "questions"),
    "objectives": Look("abstract", "objectives"),
    "prereq": Look("info", "prerequisites"),
    "callout": Look("note", "note"),
    "caution": Look("warning", "caution"),
    "warning": Look("warning", "caution"),
    "challenge": Look("example", "challenge"),
    "discussion": Look("question", "discussion"),
    "checklist": Look("success", "checklist"),
    "testimonial": Look("quote", "testimonial"),
    "quotation": Look("quote", "testimonial"),
    "solution": Look("success", "solution", closed=True),
    "hint": Look("tip", "hint", closed=True),
    "spoiler": Look("note", "spoiler", closed=True),
    "accordion": Look("note", "spoiler", closed=True),
    "instructor": Look("info", "instructor", closed=True),
}
# What the course model has a block of its own for.
_BLOCKS = {"challenge": "exercise", "solution": "solution", "instructor": "instructor"}
_OPENED = re.compile(r"^ *(?P<slashes>/{3,}) *(?:exercise|solution|instructor)\b", re.MULTILINE)
# Boxes that only arrange what is in them.
_SILENT = frozenset(("", "section", "overview", "content"))


@dataclass(slots=True)
class Boxes:
    """Writes the boxes of a course's pages, and counts them by kind."""

    language: str
    left: list[Problem]
    counts: Counter[str] = field(default_factory=Counter)
    # Whether learners may open solutions, or only trainers see them.
    open_solutions: bool = False

    def word(self, key: str) -> str:
        """Give a word that readers see."""
        return i18n.text(self.language, f"lesson.{key}")

    def __call__(self, pages: PageWriter, box: Box, title: str) -> str:
        """Give the Markdown of a box."""
        kind = box.kind
        self.counts[kind] += 1
        if kind == "keypoints":
            body = pages.nodes(box.children)
            return f"## {self.word('points')}\n\n{body}" if body else ""
        if kind in TABS:
            return pages.nodes(box.children)
        if kind == "one-tab":
            return f'=== "{title}"\n\n{indent(pages.nodes(box.children))}'
        look = LOOKS.get(kind)
        if look is None:
            if kind not in _SILENT:
                self.left.append(
                    box.row.left("box-unknown", f"A box of the kind `{kind}` is shown without a"
                                 " frame: what is in it came along.",
                                 found=f"`{box.row.text.strip()[:60]}`")
                )  # fmt: skip
            body = pages.nodes(box.children)
            return f"**{title}**\n\n{body}" if title else body
        if kind in _BLOCKS and (kind != "solution" or not self.open_solutions):
            if title == self.word(look.title):
                # The site says so itself.
                pages.said = [one for one in pages.said if one[0] is not box.title]
                title = ""
            return self._block(pages, kind, title, box)
        title = title or self.word(look.title)
        body = pages.nodes(box.children)
        sign = "???" if look.closed else "!!!"
        return f'{sign} {look.admonition} "{title}"\n\n{indent(body)}'.rstrip()

    def _block(self, pages: PageWriter, kind: str, title: str, box: Box) -> str:
        """Write one of Carebase's blocks; one with others inside is closed by more slashes."""
        name = _BLOCKS[kind]
        pages.seen.add(kind)
        body = pages.nodes(box.children)
        if name == "instructor" and title:
            body, title = f"**{title}**\n\n{body}", ""
        if name == "solution" and "challenge" not in pages.seen:
            # There is no exercise that it could belong to.
            title = title or self.word("solution")
            return f'??? success "{title}"\n\n{indent(body)}'.rstrip()
        slashes = "/" * (1 + max((len(found[1]) for found in _OPENED.finditer(body)), default=2))
        head = f"{slashes} {name}" + (f" | {title}" if title else "")
        return f"{head}\n\n{body}\n\n{slashes}"
