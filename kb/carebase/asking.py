"""Which headings are questions: by the sign at their end, in any script that has one there."""

from __future__ import annotations

# Of Latin, Greek and Cyrillic, of Chinese and Japanese, of Arabic and Persian, of Ethiopic.
SIGNS = ("?", "\uff1f", "\u061f", "\u1367")


def asks(text: str) -> bool:
    """Tell whether a text is a question."""
    return text.rstrip().endswith(SIGNS)
