"""The words of a page as its readers see them, each still in its column.

Code, addresses, tags, attributes and values are blanked out, so that a word that is found here is
one that the writer wrote for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from carebase.articles.lines import Line
from carebase.articles.page import Page

_UNREAD = re.compile(
    r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"  # [text](address)
    r"|(?<=\])\[[^\]]*\]"  # [text][name]
    r"|^\s*\*?\[(?!\^)[^\]]+\]:.*$"  # [name]: address, *[short]: meaning
    r"|<[^<>\s][^<>]*>"
    r"|\{\{.*?\}\}|\{%.*?%\}|\$\{[^}]*\}"
    r"|\{[ :]*[#.][^{}]*\}|\{:[^{}]*\}|\{ *[\w-]+=[^{}]*\}"
    r"|\b\w+://\S+|\bwww\.\S+|\S+@\S+\.\w+"
    r"|^\s*-+8<-+.*$"
)
_SIGNS = ("]", "<", "{", "://", "www.", "@", "8<")


def running_text(page: Page) -> Iterator[tuple[Line, str]]:
    """Give each line with its text, as long as the line, and blanks for what is not read.

    The lines of blocks are left out: they hold names and options.
    """
    begun = {block.line for block in page.blocks}
    in_head = False
    for line in page.lines.lines:
        in_head = line.number in begun or (in_head and line.inner.startswith("    "))
        if line.code or in_head or not line.text.strip():
            continue
        text = line.without_code
        if any(sign in text for sign in _SIGNS):
            text = _UNREAD.sub(lambda found: " " * len(found.group()), text)
        yield line, text
