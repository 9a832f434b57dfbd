"""The brackets of reference links, `[text][name]`, that are left in a rendered page as text.

Python-Markdown leaves a link whose name nothing defines as it is written, and says nothing.
"""

from __future__ import annotations

import html
import re

from carebase.articles.tokens import TOKEN

# Text and name of a link whose brackets readers see, as their letters alone.
Left = tuple[str, str]

# What holds brackets for other reasons, or is no text.
_UNREAD = re.compile(
    r"<(?P<tag>pre|script|style|textarea|math|svg)\b.*?</(?P=tag)\s*>"
    r"|<(?P<box>span|div) class=\"arithmatex\">.*?</(?P=box)>",
    re.DOTALL | re.IGNORECASE,
)
_CODE = re.compile(r"<(?P<tag>code|kbd|samp)\b[^>]*>(?P<text>.*?)</(?P=tag)>", re.DOTALL)
_LEFT = re.compile(r"\[([^\[\]]*)\]\[([^\[\]]*)\]")
_LETTERS = re.compile(r"[^\W_]+")


def brackets_left(written: str) -> tuple[Left, ...]:
    """Give what stands between two pairs of brackets, side by side, in the HTML of a page."""
    if "][" not in written:
        return ()
    text = _CODE.sub(_without_brackets, _UNREAD.sub(" ", written))
    text = html.unescape(TOKEN.sub("", text))
    return tuple(dict.fromkeys((letters(one), letters(name)) for one, name in _LEFT.findall(text)))


def letters(text: str) -> str:
    """Give the letters and digits of a text, by which source and page are compared."""
    return "".join(_LETTERS.findall(text)).casefold()


def _without_brackets(found: re.Match[str]) -> str:
    return found["text"].replace("[", "").replace("]", "")
