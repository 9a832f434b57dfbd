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
_OWN = ("certificate.css", "courses.css", "places.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BETWEEN = re.compile(r"\s*([{};])\s*")
_PRELUDE = re.compile(r"[^{}]+(?=\{)")
_CLASS = re.compile(r"\.(cb-[a-z0-9]+)")
_LINK = re.compile(rf'<link rel="stylesheet" href="([^"]*){re.escape(STYLESHEET)}">')


def stylesheets() -> dict[str, str]:
    """Give the text of each stylesheet by its address, without what is for people only."""
    common = "".join(_read(name) for name in _COMMON)
    own = {_address(name): _read(name) for name in _OWN}
    return {address: _packed(text) for address, text in {STYLESHEET: common, **own}.items()}


def link_styles(html: str) -> str:
    """Link the stylesheets that a page needs beside the common one, right after that."""
    common = _LINK.search(html)
    if common is None:
        return html
    needed = "".join(
        f'<link rel="stylesheet" href="{common[1]}{_address(name)}">'
        for name in _OWN
        if _shows(name, html, common.end())
    )
    return html[: common.end()] + needed + html[common.end() :]


def _address(name: str) -> str:
    return f"assets/carebase/{name}"


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _packed(text: str) -> str:
    return _BETWEEN.sub(r"\1", _COMMENT.sub("", text)).replace(";}", "}")


def _shows(name: str, html: str, start: int) -> bool:
    """Tell whether a page shows something of a stylesheet."""
    # One pattern a class, each of which begins with its letters, is found many times as fast as
    # one pattern for all.
    return any(
        _begins(html, found.start())
        for sign in _signs(name)
        for found in sign.finditer(html, start)
    )


def _begins(html: str, place: int) -> bool:
    before = html[place - 1 : place]
    return not (before.isalnum() or before == "_")


@cache
def _signs(name: str) -> tuple[re.Pattern[str], ...]:
    """Give what tells a page that shows something: the first class of each selector."""
    selectors = ",".join(_PRELUDE.findall(_COMMENT.sub("", _read(name)))).split(",")
    classes = sorted({found[1] for one in selectors if (found := _CLASS.search(one))})
    return tuple(re.compile(rf"{one}(?![a-z0-9-])") for one in classes)
