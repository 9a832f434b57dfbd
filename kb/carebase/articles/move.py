"""Moving pages and files below `docs/`: links are mended and old addresses lead on.

A plan is made first, from what the pages really link to; nothing is written until it is whole.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from carebase.articles.generated import generated_pages
from carebase.articles.kind import default_kind, product_of
from carebase.articles.links import Targets, find_places
from carebase.articles.load import Pages
from carebase.articles.markdown import Link, Outline, Renderer
from carebase.articles.page import Page
from carebase.articles.redirects import file_of, write_alias
from carebase.catalog import Catalog
from carebase.errors import UsageError
from carebase.site import Site
from carebase.sources import find_head
from carebase.sources.edit import (
    Scalar,
    add_entry,
    change_scalars,
    read_scalars,
    remove_entry,
    set_value,
)

# What stands before an address that is one, and not a mere word of the text.
_BEFORE = re.compile(r"(?:\]\(\s*<?|\]:\s*<?|=\s*[\"']?|<)\Z")
_FOLDER_FILES = ("product.yml", "course.yml")
# Files that are found by where they lie and what they are called.
# Keys of front matter whose texts are paths relative to the page.
_PATHS = ("requires", "related")
_PLACED = re.compile(r"contact\.yml|forms/[^/]+\.yml|warranty/.+\.(?:yml|lock)")


@dataclass(slots=True)
class Move:
    """What moving will do. Paths are below `docs/`; `texts` are of files by their old paths.

    `mended` counts changed links by file, `aliases` are the old addresses that lead on.
    """

    names: dict[str, str]
    texts: dict[Path, str] = field(default_factory=dict)
    mended: dict[str, int] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)


def names_to_move(site: Site, old: str, new: str, files: tuple[str, ...]) -> dict[str, str]:
    """Give the new name of each file that a move concerns; UsageError when it cannot be."""
    inside = [name for name in files if name == old or name.startswith(f"{old}/")]
    if not inside:
        raise UsageError(f"There is no file or folder {old} in {site.docs_dir.name}/.")
    if old in inside:
        new = _file_name(site, old, new)
    elif (site.docs_dir / new).is_dir():
        raise UsageError(f"The folder {new} is there already: name one that is not.")
    names = {name: new + name.removeprefix(old) for name in inside}
    held = [name for name in inside if posixpath.basename(name) in _FOLDER_FILES]
    if held:
        raise UsageError(
            f"{held[0]} stays where it is: the name of its folder is its id, which other files"
            " and what customers have sent use. Move the pages instead."
        )
    placed = [name for name in inside if _PLACED.fullmatch(name)]
    if placed:
        raise UsageError(
            f"{placed[0]} stays where it is: Carebase finds it by its place and name, which other"
            " files and what customers have sent use. Move pages and pictures instead."
        )
    for name in names.values():
        if (site.docs_dir / name).exists():
            raise UsageError(f"{name} is there already: nothing was moved.")
    return names


def _file_name(site: Site, old: str, new: str) -> str:
    if new.endswith("/") or (site.docs_dir / new).is_dir():
        new = posixpath.join(new, posixpath.basename(old))
    suffix = posixpath.splitext(old)[1]
    if posixpath.splitext(new)[1] == "":
        new += suffix
    if old.endswith(".md") != new.endswith(".md"):
        raise UsageError(f"{old} cannot become {new}: a page's name ends in .md, no other does.")
    return new


def plan_move(
    site: Site, catalog: Catalog, pages: Pages, names: Mapping[str, str], renderer: Renderer
) -> Move:
    """Plan moving the files of `names`, old path to new, with every link that leads to them."""
    move = Move(dict(names))
    outlines = {page.src_uri: Outline() for page in pages.pages}
    targets = Targets(site, pages.files, generated_pages(catalog, pages.files), outlines)
    words = {posixpath.splitext(posixpath.basename(name))[0] for name in names}
    words |= {posixpath.basename(posixpath.dirname(name)) for name in names} - {""}
    for page in pages.pages:
        path = site.docs_dir / page.src_uri
        try:
            text = _read(path)
        except UnicodeError:
            raise UsageError(f"{page.file} is not UTF-8 text: save it as such first.") from None
        changed = _front_matter(page, text, names)
        # Only a page that moves, or that holds a moved file's name, can link to one.
        plain = html.unescape(unquote(text))
        if page.src_uri in names or any(word in text or word in plain for word in words):
            changed = _links(page, text, changed, targets, names, renderer, move)
        if page.src_uri in names:
            changed = _stay_what_it_is(page, changed, names[page.src_uri], pages)
            changed = _lead_on(site, page, changed, names, move)
        changed = _drop_taken(site, page, changed, names)
        if changed != text:
            move.texts[path] = changed
    for name in pages.files.all:
        if name.endswith((".yml", ".yaml")):
            _yaml(site, site.docs_dir / name, posixpath.dirname(name), names, move)
    for config in ("mkdocs.yml", "mkdocs.yaml"):
        _yaml(site, site.root / config, "", names, move)
    return move


def _lead_on(site: Site, page: Page, text: str, names: Mapping[str, str], move: Move) -> str:
    old, new = site.address_of(page.src_uri), site.address_of(names[page.src_uri])
    if old == new or old in ("", "index.html"):
        return text
    alias = write_alias(old)
    move.aliases.append(alias)
    return add_entry(text, "aliases", alias)


def _stay_what_it_is(page: Page, text: str, new: str, pages: Pages) -> str:
    """Write down the kind and the product that the page had by its folder, where they change."""
    files = pages.files
    if page.front.kind is None and default_kind(new, files.products, files.courses) != page.kind:
        text = set_value(text, "kind", page.kind)
    if page.product and page.product != product_of(new, files.products):
        text = add_entry(text, "products", page.product)
    return text


def _drop_taken(site: Site, page: Page, text: str, names: Mapping[str, str]) -> str:
    """Take out aliases at whose address a page stands after the move."""
    taken = {site.output_of(new) for new in names.values() if new.endswith(".md")}
    for alias in page.front.aliases:
        if file_of(alias) in taken:
            text = remove_entry(text, "aliases", alias)
    return text


def _links(
    page: Page,
    text: str,
    changed: str,
    targets: Targets,
    names: Mapping[str, str],
    renderer: Renderer,
    move: Move,
) -> str:
    outline, _ = renderer.outline(page)
    new_targets: dict[str, str] = {}
    for link in outline.links:
        new = _new_target(page, link, targets, names)
        if new is not None and new != link.target:
            new_targets[link.target] = new
    rows = changed.split("\n")
    # Edits of the head may have moved the text down.
    shift = len(rows) - len(text.split("\n"))
    edits: dict[tuple[int, int], tuple[str, str]] = {}
    for old, new in new_targets.items():
        for place in find_places(page, old):
            edits.setdefault((place.line, place.column), (old, new))
    count = 0
    for (line, column), (old, new) in sorted(edits.items(), reverse=True):
        row = rows[line - 1 + shift]
        start = column - 1
        written = next(
            (w for w in (old, old.replace("&", "&amp;")) if row.startswith(w, start)), ""
        )
        if written and _BEFORE.search(row[:start]):
            rows[line - 1 + shift] = row[:start] + new + row[start + len(written) :]
            count += 1
    if count:
        move.mended[page.file] = move.mended.get(page.file, 0) + count
    return "\n".join(rows)


def _new_target(page: Page, link: Link, targets: Targets, names: Mapping[str, str]) -> str | None:
    try:
        parts = urlsplit(link.target)
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or not path:
        return None
    site = targets.site
    here = names.get(page.src_uri, page.src_uri)
    if path.startswith("/"):
        inside = path.removeprefix(site.base_path)
        found = targets.at_address(inside) if path.startswith(site.base_path) else None
        if found is None or found not in names:
            return None
        new = site.base_path + _address(site, names[found])
    else:
        full = posixpath.normpath(posixpath.join(page.folder, path))
        found = full if full in targets.all and not link.is_html else None
        if found is not None:
            new = posixpath.relpath(names.get(found, found), posixpath.dirname(here) or ".")
        else:
            base = posixpath.dirname(site.address_of(page.src_uri))
            found = targets.at_address(posixpath.normpath(posixpath.join("/", base, path)))
            if found is None:
                return None
            address = _address(site, names.get(found, found))
            new = posixpath.relpath(address or ".", posixpath.dirname(site.address_of(here)) or ".")
            new += "/" if address.endswith("/") or not address else ""
    if found not in names and page.src_uri not in names:
        return None
    return urlunsplit(("", "", quote(new, safe="/@:~!$&'*+,;="), parts.query, parts.fragment))


def _address(site: Site, name: str) -> str:
    return site.address_of(name) if name.endswith(".md") else name


def _front_matter(page: Page, text: str, names: Mapping[str, str]) -> str:
    head = find_head(text)
    if head is None:
        return text
    scalars = read_scalars(text[head[0] : head[1]], head[0])
    folder = posixpath.dirname(names.get(page.src_uri, page.src_uri))
    return change_scalars(
        text, scalars, lambda one: _new_path(one, page.folder, folder, names, page.src_uri in names)
    )


def _new_path(
    scalar: Scalar, folder: str, new_folder: str, names: Mapping[str, str], moved: bool
) -> str | None:
    """Give a file's new path, written as the old one was: from `docs/`, or from its folder."""
    path, sign, anchor = scalar.value.partition("#")
    if not posixpath.splitext(path)[1] or "://" in path or scalar.key == "aliases":
        return None
    full = posixpath.normpath(posixpath.join(folder, path))
    if full in names or (moved and scalar.key in _PATHS):
        return posixpath.relpath(names.get(full, full), new_folder or ".") + sign + anchor
    return names[path] + sign + anchor if path in names else None


def _yaml(site: Site, path: Path, folder: str, names: Mapping[str, str], move: Move) -> None:
    try:
        text = _read(path)
    except (OSError, UnicodeError):
        return
    count = 0

    def change(scalar: Scalar) -> str | None:
        nonlocal count
        new = _new_path(scalar, folder, folder, names, False)
        count += new is not None
        return new

    changed = change_scalars(text, read_scalars(text), change)
    if changed != text:
        move.texts[path] = changed
        name = site.name_of(path)
        move.mended[name] = move.mended.get(name, 0) + count


def _read(path: Path) -> str:
    """Read a text with its line ends as they are."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.read()


def carry_out(site: Site, move: Move) -> None:
    """Write the changed texts and move the files; raises OSError, with what was done undone."""
    before = {path: path.read_bytes() for path in move.texts}
    moved: list[tuple[Path, Path]] = []
    try:
        for path, text in move.texts.items():
            path.write_text(text, encoding="utf-8", newline="")
        for old, new in move.names.items():
            source, target = site.docs_dir / old, site.docs_dir / new
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
            moved.append((source, target))
    except OSError:
        for source, target in reversed(moved):
            target.rename(source)
        for path, data in before.items():
            path.write_bytes(data)
        raise
    for folder in {source.parent for source, _ in moved}:
        while folder != site.docs_dir and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent
