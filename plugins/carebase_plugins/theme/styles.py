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
_CLASS = re.compile(r"\.(cb-[a-z0-9]+)")
_LINK = re.compile(rf'<link rel="stylesheet" href="([^"]*){re.escape(STYLESHEET)}">')


def stylesheets() -> dict[str, str]:
    """Give the text of each stylesheet by its address, without what is for people only."""
    common = "".join((FOLDER / name).read_text(encoding="utf-8") for name in _COMMON)
    own = {_address(name): (FOLDER / name).read_text(encoding="utf-8") for name in _OWN}
    return {address: _packed(text) for address, text in {STYLESHEET: common, **own}.items()}


def link_styles(html: str) -> str:
    """Link the stylesheets that a page needs beside the common one, right after that."""
    common = _LINK.search(html)
    if common is None:
        return html
    needed = "".join(
        f'<link rel="stylesheet" href="{common[1]}{_address(name)}">'
        for name in _OWN
        if _sign(name).search(html, common.end())
    )
    return html[: common.end()] + needed + html[common.end() :]


def _address(name: str) -> str:
    return f"assets/carebase/{name}"


def _packed(text: str) -> str:
    return _BETWEEN.sub(r"\1", _COMMENT.sub("", text)).replace(";}", "}")


@cache
def _sign(name: str) -> re.Pattern[str]:
    """Give what tells a page that shows something of a stylesheet."""
    classes = sorted(set(_CLASS.findall((FOLDER / name).read_text(encoding="utf-8"))))
    return re.compile(rf"\b(?:{'|'.join(classes)})(?![a-z0-9-])")
