"""The files of a package: their names are plain, and each is there once."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable

_OTHER = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 60
FOLDER = "files"


class Contents:
    """What a package holds by name; files of the site are taken in when they are asked for.

    Names are ASCII letters, digits, `-`, `_` and `.`, which every LMS and every disk keeps as
    they are, and no two differ in capitals alone.
    """

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._names: dict[str, str | None] = {}
        self._used: set[str] = set()
        self.files: dict[str, bytes] = {}

    def add(self, name: str, data: bytes) -> None:
        """Put a file in by its name."""
        self.files[name] = data
        self._used.add(name.lower())

    def take(self, path: str) -> str | None:
        """Take a file of the site in; give its name in the package, or nothing if there is none."""
        if path not in self._names:
            data = self._read(path)
            self._names[path] = None
            if data is not None:
                name = self._free(posixpath.basename(path))
                self._names[path] = name
                self.add(name, data)
        return self._names[path]

    def _free(self, written: str) -> str:
        plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
        stem, ending = posixpath.splitext(_OTHER.sub("-", plain))
        stem = stem.strip("-.")[:_LONGEST] or "file"
        ending = ending if len(ending) > 1 else ".bin"
        number = 1
        while (name := f"{FOLDER}/{stem}{f'-{number}' if number > 1 else ''}{ending}").lower() in (
            self._used
        ):
            number += 1
        return name
