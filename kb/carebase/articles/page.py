"""A page of the site as its writer left it: front matter, text and blocks, not yet rendered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from carebase.articles.blocks import Block
from carebase.articles.front_matter import Front
from carebase.articles.kind import ARTICLE_KINDS, Kind
from carebase.articles.lines import Lines
from carebase.marks import without_markup
from carebase.sources import Document

_HEADING = re.compile(r" {0,3}# *(?P<text>[^#].*?) *#*(?: *\{[^{}]*\})? *$")
_UNDERLINE = re.compile(r"=+ *$")


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file below `docs/`.

    `src_uri` is its path there, `file` its name in problems. `product` and `course` are those
    whose folder it lies in; `products` also has the ones its front matter names. `body` begins on
    line `body_line` of the file; in it, in `front` and `title` the values of the catalogue are
    filled in, while `lines` are as they were written. `document` has the place of each value in
    the front matter. `withheld` are the files that notes name which were taken out for learners.
    `revision` names the bytes of the file that was read, where somebody asked for it then.
    """

    src_uri: str
    file: str
    kind: Kind
    front: Front
    title: str
    product: str | None
    products: tuple[str, ...]
    course: str | None
    body: str
    body_line: int
    blocks: tuple[Block, ...]
    lines: Lines = field(repr=False)
    document: Document = field(repr=False)
    withheld: tuple[str, ...] = ()
    revision: str = field(default="", compare=False)

    @property
    def without_quizzes(self) -> str:
        """The text without what stands in its quizzes: nothing in it tells a right answer."""
        quizzes = [block for block in self.blocks if block.name == "quiz"]
        return "\n".join(
            line.text
            for line in self.lines.lines
            if not any(block.first <= line.number < block.until for block in quizzes)
        )

    @property
    def is_article(self) -> bool:
        """Whether readers come to this page to get something done, so that it asks if it helped."""
        return self.kind in ARTICLE_KINDS

    @property
    def is_index(self) -> bool:
        """Whether the page stands for its folder."""
        return PurePosixPath(self.src_uri).stem in ("index", "README")

    @property
    def folder(self) -> str:
        """The folder below `docs/`, empty for the top one."""
        return self.src_uri.rpartition("/")[0]


def find_title(lines: Lines) -> str | None:
    """Give the text of the first heading of the first level, without its markup."""
    before = ""
    for line in lines.lines:
        if line.code:
            before = ""
            continue
        found = _HEADING.match(line.text)
        if found:
            return without_markup(found["text"]).strip()
        if before and _UNDERLINE.match(line.text):
            return without_markup(before).strip()
        before = line.text.strip()
    return None


def title_from_name(src_uri: str) -> str:
    """Give the title of a page without one: its file name in words, as MkDocs does."""
    path = PurePosixPath(src_uri)
    name = path.parent.name if path.stem in ("index", "README") and path.parent.name else path.stem
    words = name.replace("-", " ").replace("_", " ")
    return words.capitalize() if words.lower() == words else words
