"""Where the links and pictures of a lesson lead once it is a page of a course."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from carebase.importing.slugs import slug_of

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp"))
_PAGES = (".md", ".Rmd", ".rmd", ".qmd", ".html", ".htm", "")


@dataclass(slots=True)
class Anchors:
    """The anchors of one page: each exact one as the new page has it, and what its words say."""

    exact: dict[str, str] = field(default_factory=dict)
    loose: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, words: str = "") -> None:
        """Note an anchor, and the words that it may be called by."""
        self.exact.setdefault(name, name)
        self.loose.setdefault(tight(words or name), name)

    def find(self, fragment: str) -> str:
        """Give the anchor that a fragment means, or nothing."""
        fragment = unquote(fragment)
        return self.exact.get(fragment) or self.loose.get(tight(fragment), "")


def tight(text: str) -> str:
    """Give the letters and digits of a text, to compare names that makers write differently."""
    return re.sub(r"[\W_]+", "", text).casefold()


@dataclass(slots=True)
class Course:
    """The pages of a course by their source files, its other files, and where they lay before.

    `folders` are searched for files that a page names from elsewhere; `address` is where the
    course stood on the net, if it says so.
    """

    root: Path
    pages: dict[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ("",)
    address: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    anchors: dict[str, Anchors] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    # Pages that only trainers see: no other page leads into the middle of them.
    hidden: set[str] = field(default_factory=set)

    def resolve(self, file: str, href: str) -> tuple[str, str]:
        """Give where a link leads, as Markdown writes it, and what is wrong with it.

        An empty target means that the link cannot stay one.
        """
        href = href.strip()
        if self.address and href.startswith(self.address):
            href = "/" + href[len(self.address) :].lstrip("/")
        try:
            parts = urlsplit(href)
        except ValueError:
            return "", "link-broken"
        if parts.scheme or parts.netloc:
            return href, ""
        if not parts.path:
            if not parts.fragment:
                return "", "link-broken"
            return self._at_anchor(file, file, parts.fragment)
        page = self.page_of(file, unquote(parts.path))
        if page:
            return self._at_anchor(file, page, parts.fragment)
        known = self.others.get(_stem(unquote(parts.path)))
        if known:
            return known, ""
        found = self.file_of(file, unquote(parts.path))
        if found is not None:
            return quote(self.place(file, found)), ""
        return "", "link-broken"

    def _at_anchor(self, file: str, page: str, fragment: str) -> tuple[str, str]:
        known = page in self.anchors and (page == file or page not in self.hidden)
        anchor = self.anchors[page].find(fragment) if fragment and known else ""
        wrong = "anchor-unknown" if fragment and not anchor else ""
        sign = f"#{anchor}" if anchor else ""
        if page == file and sign:
            return sign, ""
        return quote(self.between(file, self.pages[page])) + sign, wrong

    def between(self, file: str, target: str) -> str:
        """Give the way from a page to a page or file of the course's folder."""
        here = posixpath.dirname(self.pages.get(file, ""))
        return posixpath.relpath(target, here or ".")

    def page_of(self, file: str, path: str) -> str:
        """Give the source file of the page that a path means: by its place, else by its name."""
        folder = posixpath.dirname(file)
        name = posixpath.normpath(path.lstrip("/") if path.startswith("/") else f"{folder}/{path}")
        stem, suffix = posixpath.splitext(name)
        if suffix not in _PAGES and suffix.lower() not in _PAGES:
            return ""
        if name in (".", ""):
            stem = "index"
        for one in (name, *(f"{base}{end}" for base in (stem, name) for end in _PAGES)):
            if one in self.pages:
                return one
        if path.endswith("/") and f"{name}/index.md" in self.pages:
            return f"{name}/index.md"
        if suffix == "" and not path.endswith("/"):
            return ""
        last = _stem(name)
        alike = [one for one in self.pages if _stem(one) == last]
        return alike[0] if len(alike) == 1 else ""

    def file_of(self, file: str, path: str) -> Path | None:
        """Find a file that a page names: beside it, or in one of the course's folders."""
        bare = path.lstrip("/")
        beside = posixpath.dirname(file)
        for folder in (*(() if path.startswith("/") else (beside,)), *self.folders):
            found = Path(posixpath.normpath(self.root / folder / bare))
            if found.is_file() and found.is_relative_to(self.root):
                return found
        # Makers lay all folders into one: `../fig/x.png` is `fig/x.png` of any of them.
        inner = re.sub(r"\A(?:\.\./)+", "", bare)
        return self.file_of(file, inner) if inner != bare else None

    def place(self, file: str, found: Path) -> str:
        """Give a file its place in the course's folder, and the way there from a page."""
        self.used.add(found.relative_to(self.root).as_posix())
        folder = "img" if found.suffix.lower() in _PICTURES else "files"
        name = f"{slug_of(found.stem)}{found.suffix.lower()}" if folder == "img" else (
            re.sub(r"[^\w.-]+", "-", found.name)
        )  # fmt: skip
        stem, dot, suffix = name.rpartition(".")
        target, number = f"{folder}/{name}", 2
        while (there := self.copies.get(target)) is not None and there != found:
            target, number = f"{folder}/{stem}-{number}{dot}{suffix}", number + 1
        self.copies[target] = found
        return self.between(file, target)


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name.rstrip("/")))[0]
