"""What a customer's device calls a file, made safe to show and to save."""

from __future__ import annotations

import re
import unicodedata

from carebase.files.kinds import ENDINGS

# In characters: file systems have 255 bytes, of which a letter takes up to four.
LONGEST = 60
_UNNAMED = "file"
# What no system takes in a name, and what does not belong into any text.
_UNFIT = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f]')
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def _shorten(name: str) -> str:
    """Take out of the middle what is too long: the ending tells what it is."""
    half = LONGEST // 2
    return name if len(name) <= LONGEST + half else f"{name[:LONGEST]}…{name[-half:]}"


def clean_name(raw: str, kind: str | None = None) -> str:
    """Give a name without folders and hidden signs, with the ending of its media type.

    The ending is always that of what the file is: `receipt.exe` that is a PDF is `receipt.pdf`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    shown = "".join(
        sign for sign in last if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn")
    )
    name = " ".join(_UNFIT.sub(" ", shown).split()).lstrip(". ").rstrip(". ")
    if kind is None:
        return _shorten(name) or _UNNAMED
    endings = ENDINGS[kind]
    stem, _, ending = name.rpartition(".")
    if stem and ending.lower() in endings:
        return f"{stem[:LONGEST].rstrip()}.{ending}"
    stem = _ENDING.sub("", name)[:LONGEST].rstrip(". ")
    return f"{stem or _UNNAMED}.{endings[0]}"
