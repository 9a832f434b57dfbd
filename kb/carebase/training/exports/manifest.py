"""What every manifest holds: names of the files, and identifiers that an LMS keeps a course by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from carebase.training.course import Course

MANIFEST = "imsmanifest.xml"
_OTHER = re.compile(r"[^A-Za-z0-9]+")
# What no XML may hold.
_UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def identifier(course: Course, part: str) -> str:
    """Give an identifier that stays the same with every export of a course."""
    return f"carebase-{_OTHER.sub('-', course.id)}-{part}"


def text(written: str, longest: int | None = None) -> str:
    """Write a text as XML."""
    plain = _UNREADABLE.sub("", " ".join(written.split()))
    return escape(plain[:longest])


def list_files(names: Iterable[str]) -> str:
    """List the files of a resource."""
    return "\n".join(f"      <file href={quoteattr(name)}/>" for name in names)
