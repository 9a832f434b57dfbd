"""The stylesheets: one for every page, and others for those pages that show what they are for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import carebase_widgets

FOLDER = Path(carebase_widgets.__file__).parent / "static" / "css"
STYLESHEET = "assets/carebase/carebase.css"
# In this order: the theme sets the colours that the widgets bring along for other themes.
_COMMON = ("widgets.css", "theme.css")
# Each with an own address, for pages that hold one of its classes.
_OWN = ("certificate.css", "courses.css", "files.css", "places.css")
# For pages that are read from right to left.
_MIRRORED = "mirrored.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BETWEEN = re.compile(r"\s*([{};,])\s*|(?<=[\w-]:)\s+")
_PRELUDE = re.compile(r"[^{}]+(?=\{)")
_CLASS = re.compile(r"\.(cb-[a-z0-9]+)")
_LINK = re.compile(rf'<link rel="stylesheet" href="([^"]*){re.escape(STYLESHEET)}">')


def stylesheets() -> dict[str, str]:
    """Give the text of each stylesheet by its address, without what is for people only."""
    common = "".join(_read(name) for name in _COMMON)
    own = {_address(name): _read(name) for name in (*_OWN, _MIRRORED)}
    return {address: _packed(text) for address, text in {STYLESHEET: common, **own}.items()}


def link_styles(html: str) -> str:
    """Link the stylesheets that a page needs beside the common one, right after that."""
    common = _LINK.search(html)
    if common is None:
        return html
    start = common.end()
    # One pattern that begins with letters finds them all many times as fast as one each would.
    found = set(_any_class().findall(html, start))
    needed = [
        name
        for name in _OWN
        if found and any(_stands(one, html, start) for one in found & _classes(name))
    ]
    if _is_mirrored(html, start):
        needed.append(_MIRRORED)
    links = (f'<link rel="stylesheet" href="{common[1]}{_address(name)}">' for name in needed)
    return f"{html[:start]}{''.join(links)}{html[start:]}" if needed else html


def _is_mirrored(html: str, start: int) -> bool:
    """Tell whether a page is read from right to left."""
    body = html.find("<body", start)
    return 'dir="rtl"' in html[body : html.find(">", body)]


def _address(name: str) -> str:
    return f"assets/carebase/{name}"


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _packed(text: str) -> str:
    return _BETWEEN.sub(r"\1", _COMMENT.sub("", text)).replace(";}", "}")


def _stands(name: str, html: str, start: int) -> bool:
    """Tell whether a class stands in a page by itself, not at the end of another word."""
    return re.compile(rf"\b{name}(?![a-z0-9-])").search(html, start) is not None


@cache
def _any_class() -> re.Pattern[str]:
    names = frozenset[str]().union(*map(_classes, _OWN))
    ends = "|".join(sorted(name.removeprefix("cb-") for name in names))
    return re.compile(rf"cb-(?:{ends})(?![a-z0-9-])")


@cache
def _classes(name: str) -> frozenset[str]:
    """Give what tells a page that shows something: the first class of each selector."""
    selectors = ",".join(_PRELUDE.findall(_COMMENT.sub("", _read(name)))).split(",")
    return frozenset(found[1] for one in selectors if (found := _CLASS.search(one)))
