"""Names of files and addresses, made of titles."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80


def slug_of(text: str) -> str:
    """Give a name for files and addresses: small letters, digits and `-`, accents taken off."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    plain = re.sub(r"[’'`]", "", unicodedata.normalize("NFC", plain))
    slug = re.sub(r"[\W_]+", "-", plain).strip("-")
    if len(slug) > _LONGEST:
        slug = slug[:_LONGEST].rsplit("-", 1)[0]
    return slug or "untitled"
