"""The words of a search that found nothing: in one spelling, and without anything personal."""

from __future__ import annotations

import re
import unicodedata

# In characters. What is longer is rarely a search, and often something pasted.
LONGEST = 80

# A mail address; six digits in a row, whatever stands between them, as in a phone number; a word
# with letters and at least four digits, as in a serial, order or reference number. The same in
# `signals.js`, so that such words do not even leave the browser.
PERSONAL = (
    r"@"
    r"|([0-9][ ().\-/]*){6}"
    r"|[A-Za-z][A-Za-z-]*[0-9]([A-Za-z-]*[0-9]){3}"
    r"|[0-9]([A-Za-z-]*[0-9]){3}[A-Za-z-]*[A-Za-z]"
    r"|[Cc][Bb]-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}"
)
_PERSONAL = re.compile(PERSONAL)


def normalise(query: str) -> str:
    """Give a query in one spelling: compatible letters (NFKC), lower case, single spaces, cut."""
    plain = unicodedata.normalize("NFKC", query).casefold()
    kept = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(kept.split())[:LONGEST].rstrip()


def looks_personal(query: str) -> bool:
    """Tell whether a query looks like a mail address, a phone number or a serial number."""
    return _PERSONAL.search(query) is not None
