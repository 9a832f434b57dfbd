"""Digests of files, read again only when the file system says that a file may have changed."""

from __future__ import annotations

import os
import stat
import time

from carebase.build.digest import digest_of, digest_of_file

_MUCH = 1_000_000
# A file that was written this shortly before it was read may be written again unseen.
_FRESH = 2_000_000_000
# Size, times of content and of the file itself in nanoseconds, and its number.
Stamp = tuple[int, int, int, int]


class Stamps:
    """Knows the digests of files from one build to the next.

    A digest is trusted while size, both times and inode of its file are the same, and the file
    was not brand-new when it was read (git's "racy" files).
    """

    def __init__(self, known: dict[str, tuple[Stamp, str]] | None = None) -> None:
        self.known = known or {}
        self._now: dict[str, str | None] = {}

    def digest(self, path: str) -> str | None:
        """Give the digest of a file, once a build; nothing where there is no file to read."""
        if path in self._now:
            return self._now[path]
        found = self._now[path] = self._read(path)
        return found

    def forget(self, path: str) -> None:
        """Look at a file anew."""
        self._now.pop(path, None)

    def kept(self) -> dict[str, tuple[Stamp, str]]:
        """Give what the next build may trust, of the files that this one asked for."""
        return {path: self.known[path] for path in self._now if path in self.known}

    def _read(self, path: str) -> str | None:
        try:
            found = os.stat(path)
            stamp = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            known = self.known.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            if not stat.S_ISREG(found.st_mode):
                return None
            began = time.time_ns()
            with open(path, "rb", buffering=0) as file:
                # A film has more bytes than fit into memory.
                whole = found.st_size < _MUCH
                written = digest_of(file.readall()) if whole else digest_of_file(file)
        except OSError:
            return None
        if began - max(found.st_mtime_ns, found.st_ctime_ns) > _FRESH:
            self.known[path] = (stamp, written)
        else:
            self.known.pop(path, None)
        return written
