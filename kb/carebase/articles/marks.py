"""Marked lines: notes, cautions and tips, told by a word in the reader's language and an icon.

Writers mark them as `!!! caution` (Python-Markdown's admonitions) or as `/// caution` (blocks of
pymdownx); both become the same HTML, whose title is an English word unless the writer gave one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

# How each type of admonition looks; those not listed stay as the theme shows them.
LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "note": "note",
        "info": "note",
        "tip": "tip",
        "hint": "tip",
        "caution": "caution",
        "attention": "caution",
        "warning": "caution",
        "danger": "caution",
        "error": "caution",
    }
)
# The types whose word differs from that of their look: they warn of more.
OWN_WORDS = frozenset({"warning", "danger"})

_BEGIN = re.compile(
    r"<div class=\"admonition (?P<classes>[^\"]+)\">\s*"
    r"(?:<p class=\"admonition-title\">(?P<title>.*?)</p>)?",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]+>")


def mark_lines(text: str, word_of: Callable[[str], str]) -> str:
    """Give every marked line of a rendered page its look, and its word before its title.

    `word_of` gives the word for `note`, `tip`, `caution`, `warning` or `danger` in the language
    of the page. It stands there also where the writer left the title empty.
    """
    if 'class="admonition ' not in text:
        return text
    return _BEGIN.sub(lambda found: _begin(found, word_of), text)


def _begin(found: re.Match[str], word_of: Callable[[str], str]) -> str:
    classes: str = found["classes"]
    kind = classes.split()[0]
    look = LOOKS.get(kind)
    if look is None:
        return found[0]
    word = word_of(kind if kind in OWN_WORDS else look)
    begin = f'<div class="admonition {classes} cb-mark cb-mark--{look}" role="note">'
    return f'{begin}<p class="admonition-title">{_title(found["title"], kind, word)}</p>'


def _title(written: str | None, kind: str, word: str) -> str:
    said = html.unescape(_TAG.sub("", written or "")).strip().casefold()
    if said in ("", kind, word.casefold()):
        return html.escape(word)
    if said in LOOKS or said.startswith(word.casefold()):
        return written or ""
    return f'<span class="cb-mark__word">{html.escape(word)}:</span> {written}'
