"""What an export holds, whatever its layout: articles as HTML, in categories and sections."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from carebase.errors import Problem


@dataclass(slots=True)
class Article:
    """One article of an export.

    `file` is named relative to the export's folder; `line` is where the article's text begins in
    it, and `source` that text as it stands there. `path` are the names of its category and
    sections. `addresses` are the old addresses, paths such as `hc/en-us/articles/1-Title`.
    `folder` is where relative names of pictures count from. What is not `public` was a draft or
    for signed-in readers only; `why` says which.
    """

    id: str
    title: str
    html: str
    file: str
    line: int
    source: str
    folder: Path
    path: tuple[str, ...] = ()
    addresses: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    why: str = ""

    @property
    def public(self) -> bool:
        """Whether every reader could see it."""
        return not self.why

    def left(
        self, needle: str, code: str, message: str, found: str = "", hint: str = ""
    ) -> Problem:
        """Tell of something in the article that stays behind; `needle` is looked for in it."""
        at = max(self.source.find(needle), 0) if needle else 0
        line = self.line + self.source.count("\n", 0, at)
        column = at - (self.source.rfind("\n", 0, at) + 1) + 1
        return Problem(self.file, line, column, code, message, found, hint=hint, severity="warning")


@dataclass(slots=True)
class Export:
    """All of an export: its articles, the old addresses of its sections, and what was no article.

    `host` is where the help centre stood, as far as the export tells. `places` are the old
    addresses of categories and sections, by the names that lead to them.
    """

    root: Path
    articles: list[Article] = field(default_factory=list)
    places: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    left: list[Problem] = field(default_factory=list)
    locale: str = "en-us"
    host: str = ""
