"""Ten thousand long pages, put together from lines of the manuals of the corpora.

What a search costs grows with the pages that hold a word, and no manual that we may measure with is
as large as this.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

PAGES = 10_000
# The words of a page, and the pages of a folder.
WORDS = 860
_FOLDER = 100
# What is no text of a line: tags, signs of Markdown, and links but for their texts.
_MARKS = re.compile(r"<[^>]*>|!?\[([^\]]*)\]\([^)]*\)|[{}#*`|>_\[\]]")
# The fewest and the most words of a line that is taken.
_SHORT, _LONG = 5, 60


def lines_of(sources: Iterable[Path]) -> list[str]:
    """Give the lines of text of all Markdown files below some folders, each once."""
    lines = set()
    for source in sources:
        for path in source.rglob("*.md"):
            for line in path.read_text("utf-8", "replace").splitlines():
                text = _MARKS.sub(lambda mark: mark[1] or " ", line).strip(" -")
                # What begins as `key:` stands in the head of a page.
                if _SHORT <= len(text.split()) <= _LONG and ":" not in text[:12]:
                    lines.add(text)
    return sorted(lines)


def write_long_pages(docs: Path, sources: Iterable[Path], pages: int = PAGES) -> None:
    """Write the pages, the same ones each time."""
    chance = random.Random(1)
    lines = lines_of(sources)

    def words(count: int) -> str:
        return " ".join(chance.choice(lines).split()[:count])

    for number in range(pages):
        parts = [f"# {words(5)}"]
        written = 0
        while written < WORDS:
            parts.append(f"## {words(4)}")
            for _ in range(chance.randint(2, 6)):
                parts.append(chance.choice(lines))
                written += len(parts[-1].split())
        folder = docs / f"part-{number // _FOLDER:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"page-{number:05}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
