"""Links by name, `[text][name]`, whose name nothing defines: readers see their brackets.

Brackets side by side are also keys to press, placeholders, patterns and places in a list, so only
what is plainly a link is told of, and only where the rendered page still has its brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from carebase.articles.brackets import letters
from carebase.articles.markdown import Outline
from carebase.articles.page import Page
from carebase.errors import Problem, nearest
from carebase.site import Site

_SIGN = r"(?:[^\[\]\n]|\n(?!\s*\n))"
# Not behind a word, as in `list[0][1]`, and not in a row of three.
_LINK = re.compile(
    rf"(?<![A-Za-z0-9_)\]\[\\])\[(?P<text>{_SIGN}+)\]\[(?P<name>{_SIGN}*)\](?![\[(+]|\{{\d)"
)
_DEFINED = re.compile(r"^[ ]*\[(?!\^)(?P<name>[^\[\]]+)\]:[ \t]*\S", re.M)
_NAME = re.compile(r"[\w.#/][^\s\\^|$\"'<>]*\Z")
_ADDRESS = re.compile(r"(?:https?://|mailto:|\.{0,2}/|#)\S+\Z|\S+\.(?:md|html?|pdf)(?:#\S*)?\Z")
# Other signs between brackets: footnotes, quotations, alerts, ends of BBCode, patterns.
_OTHER = re.compile(r"[\^@!/]|\w-\w(?:\W|\w-|_|\Z)")
_KEYS = frozenset(("alt", "cmd", "ctrl", "del", "enter", "esc", "fn", "menu", "ok", "shift",
                   "strg", "tab"))  # fmt: skip
# How like a defined name another must be to be taken for it.
_NEAR = 0.8
# Plugins that find the names of links among the headings of all pages.
_FINDERS = ("autorefs", "mkdocstrings")


def check_references(page: Page, outline: Outline, site: Site) -> Iterator[Problem]:
    """Tell of links whose name is defined nowhere, neither on the page nor in what it includes."""
    if not outline.brackets or any(name in site.plugins for name in _FINDERS):
        return
    names = {one for _, one in outline.brackets}
    written = "\n".join("" if line.code else line.text for line in page.lines.lines)
    bare = "\n".join("" if line.code else line.without_code for line in page.lines.lines)
    defined = {_same(found["name"]): found["name"] for found in _DEFINED.finditer(bare)}
    for found in _LINK.finditer(bare):
        text, name = (written[slice(*found.span(part))] for part in ("text", "name"))
        key = letters(text), letters(name)
        # What values of the catalogue make of a text is not known here.
        is_left = key[1] in names if "{{" in text else key in outline.brackets
        if is_left and _is_link(text, name, defined, written):
            yield _problem(page, found.start(), text, name, list(defined.values()), written)


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_link(text: str, name: str, defined: dict[str, str], written: str) -> bool:
    """Tell whether somebody plainly meant a link, and has not defined it."""
    if len(letters(text)) < 2 or _OTHER.match(text) or f"[/{text}]" in written:
        return False
    if not name.strip():
        return "`" in text or _same(text) not in defined
    if _same(name) in defined or _OTHER.match(name) or f"[/{name}]" in written:
        return False
    if text.casefold() in _KEYS:
        return False
    if get_close_matches(_same(name), defined, n=1, cutoff=_NEAR):
        return True
    return _NAME.match(name) is not None and (" " in text or name == name.lower())


def _problem(
    page: Page, at: int, text: str, name: str, defined: list[str], written: str
) -> Problem:
    is_picture = written[at - 1 : at] == "!"
    start = at - is_picture
    row = written.count("\n", 0, start)
    text, name, sign = " ".join(text.split()), " ".join(name.split()), "!" * is_picture
    if not name and "`" in text:
        plain = text.replace("`", "")
        hint = f"code is no name: write `{sign}[{text}][{plain}]`, and define `[{plain}]:`"
    elif near := nearest(name or text, defined):
        hint = f"did you mean `{sign}[{text}][{near}]`?"
    elif _ADDRESS.match(name):
        hint = f"an address stands in round brackets: `{sign}[{text}]({name})`"
    else:
        line = f"[{name or text}]: address"
        hint = f"put a line `{line}` on this page, or write `{sign}[{text}](address)`"
    return Problem(
        page.file,
        page.lines.lines[row].number,
        start - (written.rfind("\n", 0, start) + 1) + 1,
        "link-undefined",
        f"Nothing defines {'this picture' if is_picture else 'where this link leads'}:"
        " readers see its brackets.",
        found=f"{sign}[{text}][{name}]"[:80],
        hint=hint,
        severity="warning",
    )
