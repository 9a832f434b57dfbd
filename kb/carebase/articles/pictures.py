"""Pictures below `docs/` that nothing shows: no page, no product, no style sheet, no setting."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from carebase.articles.links import Targets, target_of
from carebase.articles.load import Pages
from carebase.articles.markdown import Outline
from carebase.errors import Problem
from carebase.site import Site

_KINDS = "apng avif bmp gif ico jpeg jpg png svg webp"
_SUFFIXES = tuple(f".{kind}" for kind in _KINDS.split())
_NAMED = re.compile(
    rf"[^\s\"'()<>,;=\[\]{{}}|`*?#&]+\.(?:{'|'.join(_KINDS.split())})\b", re.IGNORECASE
)
# Files that may name a picture, beside the pages.
_TEXTS = (".yml", ".yaml", ".css", ".js", ".mjs", ".html", ".htm", ".json", ".webmanifest", ".xml")
_DRAWING = ".svg"
# Browsers and phones ask for these by name.
_ASKED_FOR = re.compile(r"(?:favicon|apple-touch-icon|mstile)[\w-]*\.\w+\Z")


def check_pictures(
    site: Site, pages: Pages, outlines: Mapping[str, Outline], targets: Targets
) -> Iterator[Problem]:
    """Give a warning for each picture that nothing shows or names.

    What pages show is followed to the file; elsewhere a path that ends like the picture's counts.
    """
    pictures = {name for name in pages.files.published if name.lower().endswith(_SUFFIXES)}
    left = {name for name in pictures if not _ASKED_FOR.match(PurePosixPath(name).name)}
    left -= _shown(pages, outlines, targets)
    if left:
        left = _not_named(left, _texts(site, pages, outlines))
    if left:
        drawings = (name for name in sorted(pictures - left) if name.endswith(_DRAWING))
        left = _not_named(left, ((name, _read(site.docs_dir / name)) for name in drawings))
    for name in sorted(left):
        yield Problem(
            site.name_of(site.docs_dir / name),
            1,
            1,
            "unreferenced-picture",
            "Nothing shows this picture.",
            found=f"`{name}`",
            allowed="a page, product, style sheet or setting that names it",
            hint="show it where it belongs, or delete it",
            severity="warning",
        )


def _shown(pages: Pages, outlines: Mapping[str, Outline], targets: Targets) -> set[str]:
    """Give what the links of pages lead to, or were meant to: a dead one is told elsewhere."""
    shown: set[str] = set()
    for page in pages.pages:
        for link in outlines[page.src_uri].links:
            path = link.target.partition("#")[0].partition("?")[0]
            if not path.lower().endswith(_SUFFIXES):
                continue
            if target := target_of(page, link, targets):
                shown.add(target)
            else:
                beside = posixpath.normpath(posixpath.join(page.folder, unquote(path)))
                shown.add(targets.by_small.get(beside.lower(), beside))
    return shown


def _texts(site: Site, pages: Pages, outlines: Mapping[str, Outline]) -> Iterator[tuple[str, str]]:
    """Give every text that may name a picture, with its path below `docs/`."""
    for page in pages.pages:
        outline = outlines[page.src_uri]
        yield page.src_uri, " ".join(outline.named)
        yield page.src_uri, " ".join(one.target for one in outline.links if "{" in one.target)
        yield page.src_uri, " ".join(_words(page.document.data))
        if not outline.complete:
            yield page.src_uri, page.body
    for name in pages.files.all:
        if name.endswith(_TEXTS):
            yield name, _read(site.docs_dir / name)
    for name in pages.files.kept_out:
        if name.endswith((".md", *_TEXTS)):
            yield name, _read(site.docs_dir / name)
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        yield "", _read(site.root / name)
    for path in sorted(site.templates.rglob("*")) if site.templates else ():
        if path.name.endswith(_TEXTS):
            yield "", _read(path)


def _words(data: object) -> Iterator[str]:
    """Give the texts of a front matter."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _words(value)
    elif isinstance(data, list):
        for value in data:
            yield from _words(value)


def _not_named(left: set[str], texts: Iterator[tuple[str, str]]) -> set[str]:
    """Give the pictures that no text names; a path counts from the text's folder, or anywhere."""
    left = set(left)
    spaced = {name for name in left if " " in name}
    for src_uri, text in texts:
        folder = posixpath.dirname(src_uri)
        for found in _NAMED.findall(text):
            name = unquote(found.rpartition("://")[2])
            beside = posixpath.normpath(posixpath.join(folder, name))
            if beside in left:
                left.discard(beside)
                continue
            plain = re.sub(r"^(?:\.{0,2}/)+", "", name)
            left -= {
                one
                for one in left
                if one == plain or one.endswith(f"/{plain}") or plain.endswith(f"/{one}")
            }
        left -= {name for name in spaced if PurePosixPath(name).name in text}
        if not left:
            break
    return left


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
