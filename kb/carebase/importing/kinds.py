"""What kind of page an article is, by what it is made of and never by the words of a language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from carebase.articles.kind import Kind
from carebase.asking import asks

_NUMBERED = re.compile(r"(?:\w+\s+)?(?P<number>\d{1,2})\s*[.):–-]?(?:\s|\Z)")
# Headings that stand for one of several ways are no steps one does one after the other.
_SYSTEMS = re.compile(r"\b(?:Windows|macOS|Mac|Linux|Ubuntu|ChromeOS|Chromebook|Android|iOS|iPad|"
                      r"iPhone|Chrome|Firefox|Safari|Edge)\b")  # fmt: skip
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of a page, why, and which of its headings are steps."""

    kind: Kind
    why: str
    steps: tuple[int, ...] = ()


def judge(soup: BeautifulSoup) -> Verdict:
    """Judge a cleaned article.

    An FAQ has two questions or more among its headings, and as many as other headings. A guide
    has numbered headings, or two sections or more with a numbered list in them. All else is a
    page. A troubleshooter is never guessed: nothing of an article says which ends solve it.
    """
    headings = list(soup.find_all(re.compile("h[2-4]$")))
    texts = [" ".join(tag.get_text().split()) for tag in headings]
    questions = [text for text in texts if asks(text)]
    if len(questions) >= _FEWEST and 2 * len(questions) >= len(texts):
        return Verdict("faq", f"{len(questions)} of {len(texts)} headings are questions")
    sections = [tag for tag in headings if tag.name == "h2"]
    names = [" ".join(tag.get_text().split()) for tag in sections]
    numbered = [(i, m) for i, name in enumerate(names) if (m := _NUMBERED.match(name))]
    numbers = [int(match["number"]) for _, match in numbered]
    if len(numbers) >= _FEWEST and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        steps = tuple(index for index, _ in numbered)
        return Verdict("guide", f"{len(steps)} headings are numbered", steps)
    doing = tuple(index for index, tag in enumerate(sections) if _has_procedure(tag))
    ways = [name for name in names if _SYSTEMS.search(name)]
    if len(doing) >= _FEWEST and 2 * len(doing) >= len(sections) and len(ways) < _FEWEST:
        return Verdict("guide", f"{len(doing)} of {len(sections)} sections are procedures", doing)
    return Verdict("page", "neither questions nor steps in order")


def _has_procedure(heading: Tag) -> bool:
    for sibling in heading.find_next_siblings():
        if sibling.name == "h2":
            return False
        found = sibling if sibling.name == "ol" else sibling.find("ol")
        if isinstance(found, Tag) and len(found.find_all("li", recursive=False)) >= _FEWEST:
            return True
    return False
