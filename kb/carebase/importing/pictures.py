"""The pictures and files of an export: finding each, and giving it a place in the new site."""

from __future__ import annotations

import base64
import binascii
import hashlib
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from carebase.importing.export import Article
from carebase.importing.slugs import slug_of

_DATA = re.compile(
    r"data:image/(?P<kind>png|jpeg|gif|webp|svg\+xml);base64,(?P<data>.+)", re.DOTALL
)
_ATTACHMENT = re.compile(r"/hc/(?:[\w-]+/)?article_attachments/(?P<id>\d+)(?:/(?P<name>[^/?#]+))?")
_SUFFIXES = {"jpeg": "jpg", "svg+xml": "svg"}


@dataclass(slots=True)
class Pictures:
    """What is copied into the site: each place below `docs/` with the file or the bytes for it."""

    root: Path
    copies: dict[str, Path | bytes] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    _by_name: dict[str, list[Path]] = field(default_factory=dict)
    _by_id: dict[str, list[Path]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.root.rglob("*")):
            if path.is_file():
                self._by_name.setdefault(path.name.casefold(), []).append(path)
                for part in path.relative_to(self.root).parts:
                    if found := re.match(r"\d{5,}", part):
                        self._by_id.setdefault(found[0], []).append(path)

    def find(self, article: Article, source: str) -> Path | bytes | None:
        """Find what a picture's or file's address means in the export; nothing if it is not there.

        Attachments of Zendesk are looked for by their number, then by their name.
        """
        if data := _DATA.match(source):
            try:
                return base64.b64decode(data["data"], validate=False)
            except (binascii.Error, ValueError):
                return None
        try:
            parts = urlsplit(source)
        except ValueError:
            return None
        attachment = _ATTACHMENT.match(parts.path)
        if attachment:
            found = self._by_id.get(attachment["id"], [])
            if not found and attachment["name"]:
                found = self._by_name.get(unquote(attachment["name"]).casefold(), [])
            return found[0] if len(found) == 1 else None
        if parts.scheme or parts.netloc or not parts.path:
            return self._beside(article, parts.path)
        base = self.root if parts.path.startswith("/") else article.folder
        name = Path(posixpath.normpath(base / unquote(parts.path).lstrip("/")))
        if not name.is_relative_to(self.root):
            return None
        if name.is_file():
            return name
        alike = [p for p in self._by_name.get(name.name.casefold(), []) if p.parent == name.parent]
        return alike[0] if len(alike) == 1 else None

    def _beside(self, article: Article, path: str) -> Path | None:
        """Find a picture of another host that lies in the export too, below its article."""
        name = unquote(path.rpartition("/")[2])
        if not PurePosixPath(name).suffix:
            return None
        found = [
            one
            for one in self._by_name.get(name.casefold(), [])
            if one.is_relative_to(article.folder) and article.folder != self.root
        ]
        return found[0] if len(found) == 1 else None

    def place(self, found: Path | bytes, folder: str, source: str) -> str:
        """Give a picture's place below `docs/`, in the folder of its page; one picture has one."""
        if isinstance(found, bytes):
            data = _DATA.match(source)
            kind = data["kind"] if data else "png"
            suffix = _SUFFIXES.get(kind, kind)
            name = f"{hashlib.sha256(found).hexdigest()[:12]}.{suffix}"
        else:
            self.used.add(found)
            name = f"{slug_of(found.stem)}{found.suffix.lower()}"
        stem, _, suffix = name.rpartition(".")
        place, number = f"{folder}/{name}", 2
        while (there := self.copies.get(place)) is not None and there != found:
            place, number = f"{folder}/{stem}-{number}.{suffix}", number + 1
        self.copies[place] = found
        return place
