"""What a source says and what its built page shows, put side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")


def tight(text: str) -> str:
    """Take all space away, so that only the words and signs count."""
    return "".join(text.split())


def main_of(page: Path) -> Any:
    """Give the article of a built page."""
    tree: Any = lxml_html.fromstring(page.read_text("utf-8"))
    (article,) = tree.xpath("//article")
    for link in article.xpath(".//a[contains(@class, 'headerlink')]"):
        link.drop_tree()
    return lxml_html.fromstring(lxml_html.tostring(article))


def said(tree: Any) -> str:
    """Give the words of a page, pictures by their alternative text."""
    for picture in tree.xpath("//img"):
        picture.tail = f" {picture.get('alt') or ''} {picture.tail or ''}"
    for block in tree.xpath("//p|//li|//h1|//h2|//h3|//h4|//h5|//h6|//td|//th|//pre|//br|//div"):
        block.tail = f"\n{block.tail or ''}"
    return str(tree.text_content())


def lost_sentences(
    pages: Iterable[tuple[Path, Path]], read: Callable[[Path], Any]
) -> tuple[list[str], int]:
    """Give the sentences of sources that their pages lack, and how many there are in all."""
    lost, count = [], 0
    for source, page in pages:
        built = tight(said(main_of(page)))
        for sentence in _SENTENCE_END.split(said(read(source))):
            count += 1
            if tight(sentence) not in built:
                lost.append(f"{source.name}: {sentence.strip()}")
    return lost, count
