"""Texts of GIFT questions as Markdown: GIFT writes text with HTML, HTML, plain text or Markdown."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from carebase.errors import Problem
from carebase.importing.clean import clean
from carebase.importing.export import Article
from carebase.importing.markdown import Writer
from carebase.training.gift.model import Rich

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_BEGINS = re.compile(r"^(?=(?:#{1,6}\s|[-+*]\s|>|\d+[.)]\s|\||```|~~~|///|Hint:|Explanation:))")
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?!https?:)(?P<source>[^)\s]*)[^)]*\)(?:\{[^{}]*\})?")


class GiftText:
    """Writes texts as Markdown; what they lose goes to `left`."""

    def __init__(self, file: str, left: list[Problem]) -> None:
        self.file = file
        self.left = left
        self.writer = Writer()

    def blocks(self, rich: Rich | None, line: int) -> list[str]:
        """Give the blocks of a text."""
        if rich is None or not rich.text.strip():
            return []
        if rich.format == "markdown":
            text = _HEADING.sub(r"**\1**", rich.text.strip("\n")).replace("[[", "\\[\\[")
            blocks = [one for one in re.split(r"\n[ \t]*\n", text) if one.strip()]
        elif rich.format == "html" or (rich.format == "moodle" and _TAG.search(rich.text)):
            blocks = self._html(rich, line)
        else:
            text = self.writer.escape(rich.text, set())
            blocks = [
                _BEGINS.sub("\\\\", "<br>".join(row.strip() for row in one.split("\n")))
                for one in re.split(r"\n[ \t]*\n", text)
                if one.strip()
            ]
        return [_PICTURE.sub(lambda found: self._picture(found, line), block) for block in blocks]

    def line(self, rich: Rich | None, line: int) -> str:
        """Give a text in one row."""
        return "<br>".join(one_row(block) for block in self.blocks(rich, line))

    def plain(self, rich: Rich) -> str:
        """Give the words that a learner types."""
        if rich.format == "html" or (rich.format == "moodle" and _TAG.search(rich.text)):
            return " ".join(BeautifulSoup(rich.text, "html.parser").get_text().split())
        return " ".join(rich.text.split())

    def _picture(self, found: re.Match[str], line: int) -> str:
        """Write the words of a picture, or its name, in its place."""
        name = found["source"].rpartition("/")[2]
        self.left.append(
            Problem(self.file, line, 1, "gift-picture",
                    "GIFT carries no pictures: this one is not there.",
                    found=f"`{found['source'][:80]}`",
                    hint=f"put it into img/ of the course, and write `![](img/{name})` there",
                    severity="warning")
        )  # fmt: skip
        return f"*{found['alt'] or self.writer.escape(name, set())}*"

    def _html(self, rich: Rich, line: int) -> list[str]:
        text = rich.text if "<pre" in rich.text.lower() else rich.text.replace(
            "\n", "<br>" if rich.format == "moodle" else "\n"
        )  # fmt: skip
        article = Article("", "", text, self.file, line, text, Path())
        soup, left = clean(article)
        self.left += [
            Problem(self.file, line, 1, one.code, one.message, one.found, hint=one.hint,
                    severity="warning")
            for one in left
        ]  # fmt: skip
        for picture in soup.find_all("img"):
            source = str(picture.get("src") or "")
            picture["src"] = source.replace("@@PLUGINFILE@@/", "")
        for heading in soup.find_all(re.compile(r"h[1-6]\Z")):
            heading.name = "p"
        blocks = [self.writer.write(tag) for tag in soup.children if isinstance(tag, Tag)]
        return [one for one in blocks if one.strip()]


def one_row(block: str) -> str:
    """Put the rows of a block into one; a break that was meant stays one."""
    rows = block.strip().split("\n")
    joined = rows[0]
    for before, row in pairwise(rows):
        joined += ("<br>" if before.endswith("  ") else " ") + row.strip()
    return re.sub(r"\s+(?=<br>)", "", joined).strip()
