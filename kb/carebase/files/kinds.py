"""Which kinds of files are taken, told by their first bytes and never by a name or a label."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, get_args

Kind = Literal["picture", "pdf"]
KINDS: tuple[Kind, ...] = get_args(Kind)

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
TYPES: Mapping[Kind, tuple[str, ...]] = {"picture": (JPEG, PNG, WEBP), "pdf": (PDF,)}
# The endings that fit a type, the usual one first.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    PNG: ("png",),
    WEBP: ("webp",),
    PDF: ("pdf",),
}
# In pixels: phones take pictures of up to 50 million unless told otherwise.
MOST_PIXELS = 50_000_000


class Refused(Exception):  # noqa: N818 - an answer to the sender, not a failure of ours
    """A file that is not taken; `reason` is the last part of a string `error.file_…`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def types_of(kinds: Collection[str]) -> list[str]:
    """Give the media types of some kinds."""
    return [one for kind, types in TYPES.items() if kind in kinds for one in types]


def type_of(start: bytes) -> str | None:
    """Give the media type that the first bytes of a file tell, if it is one that can be taken.

    The marks are those of ITU-T T.81 (SOI and the next marker), ISO/IEC 15948, the WebP container
    specification, and ISO 32000-2, 7.5.2, of which readers accept a later place and we do not.
    """
    if start.startswith(b"\xff\xd8\xff"):
        return JPEG
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return WEBP
    if start.startswith(b"%PDF-"):
        return PDF
    return None
