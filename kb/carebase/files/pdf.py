"""Looking into a PDF for what is not a page: scripts, other files, and what hides behind its end.

A PDF is kept as it came. It is only ever sent as an attachment, so that no browser of ours runs
anything in it; what can be seen cheaply is refused all the same, for those who open it later.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from carebase.files.kinds import Refused

_HEADER = re.compile(rb"%PDF-[12]\.\d")
_WHITE = b"\x00\t\n\x0c\r "
# What runs, loads, sends or holds other files (ISO 32000-2, 12.6.4, 7.11.4, 13.7; XFA).
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|XFA)"
    rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$)"
)
_LOCKED = re.compile(
    rb"/Encrypt[\x00\t\n\x0c\r ]*(?:\d+[\x00\t\n\x0c\r ]+\d+[\x00\t\n\x0c\r ]+R|<<)"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
# The end of a ZIP archive lies within so many bytes from the end (APPNOTE.TXT, 4.3.16).
_ARCHIVE, _ARCHIVE_REACH = b"PK\x05\x06", 65_557
# In bytes: the objects of a document of thousands of pages take less.
_MOST_INFLATED = 20_000_000
# A dictionary of a stream is shorter.
_DICTIONARY = 4_096


def check_pdf(data: bytes) -> None:
    """Look into a PDF; raises `Refused`: `broken`, `locked`, or `active` for more than pages."""
    if not _HEADER.match(data):
        raise Refused("broken")
    if not data.rstrip(_WHITE).endswith(b"%%EOF"):
        raise Refused("active" if b"%%EOF" in data else "broken")
    if _ARCHIVE in data[-_ARCHIVE_REACH:]:
        raise Refused("active")
    plain = _unescape(data)
    if _LOCKED.search(plain):
        raise Refused("locked")
    if _ACTIVE.search(plain) or any(_ACTIVE.search(one) for one in _hidden(data)):
        raise Refused("active")


def _hidden(data: bytes) -> Iterator[bytes]:
    """Give the objects that stand compressed in streams (ISO 32000-2, 7.5.7)."""
    room = _MOST_INFLATED
    for match in _STREAM.finditer(data):
        before = data[max(match.start() - _DICTIONARY, 0) : match.start()]
        about = _unescape(before[before.rfind(b"obj") + 3 :])
        if b"/ObjStm" not in about:
            continue
        filters = re.findall(rb"/(\w+Decode)", about)
        if b"/DecodeParms" in about or filters not in ([], [b"FlateDecode"]):
            # Nobody writes them so who has nothing to hide.
            raise Refused("active")
        content = data[match.end() :]
        if filters:
            content = _inflate(content, room)
        else:
            content = content[: max(content.find(b"endstream"), 0)]
        room -= len(content)
        if room <= 0:
            raise Refused("broken")
        yield _unescape(content)


def _inflate(content: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, most)
    except zlib.error:
        raise Refused("broken") from None


def _unescape(data: bytes) -> bytes:
    """Write names as they are meant: `/J#61vaScript` is `/JavaScript` (ISO 32000-2, 7.3.5)."""
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data)
