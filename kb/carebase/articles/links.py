"""Where the links and pictures of a page lead, by the rules of MkDocs and of browsers.

Links written in Markdown count from the page's file, and MkDocs turns them into addresses. Links
written as HTML stay as they are: a browser counts them from the page's address. One that begins
with `/` counts from the top of the site.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from carebase.articles.files import DocsFiles
from carebase.articles.generated import is_generated_file
from carebase.articles.markdown import Link, Outline
from carebase.articles.page import Page
from carebase.errors import Problem, nearest
from carebase.site import Site

# Not an address at all: a template's or a plugin's own sign.
_FOREIGN = re.compile(r"\{\{|\{%|\$\{")
# How like another a file name must be to be meant.
_NEAR = 0.75


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file."""

    line: int
    column: int


class Targets:
    """Everything of the site that a link can lead to."""

    def __init__(
        self,
        site: Site,
        files: DocsFiles,
        generated: Mapping[str, str],
        outlines: Mapping[str, Outline],
    ) -> None:
        self.site = site
        self.pages = {*files.pages, *generated}
        self.files = files.published
        self.outlines = outlines
        self.by_address = {self._plain(site.address_of(page)): page for page in sorted(self.pages)}
        self.all = self.pages | self.files
        self.by_small = {name.lower(): name for name in sorted(self.all)}
        self.by_name: defaultdict[str, list[str]] = defaultdict(list)
        self.by_folder: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for name in sorted(self.all):
            folder, short = posixpath.split(name)
            self.by_name[short.lower()].append(name)
            self.by_folder[folder][short.lower()] = name

    @staticmethod
    def _plain(address: str) -> str:
        """Make the ways to write one address equal: `a/`, `a`, `a/index.html`."""
        return address.removesuffix("index.html").strip("/")

    def at_address(self, address: str) -> str | None:
        """Give the page or file at an address below the site's top, or nothing."""
        address = posixpath.normpath(address.lstrip("/") or ".")
        plain = "" if address == "." else self._plain(address)
        return self.by_address.get(plain) or (address if address in self.files else None)

    def find(self, name: str) -> str | None:
        """Give the page or file that a name below `docs/`, or an address, stands for."""
        return name if name in self.all else self.at_address(name)


@dataclass(frozen=True, slots=True)
class _Dead:
    link: Link
    code: str
    message: str
    allowed: str = ""
    hint: str = ""


def check_links(page: Page, outline: Outline, targets: Targets) -> list[Problem]:
    """Give a problem for each link or picture of a page that leads nowhere."""
    dead = [found for link in outline.links if (found := _check(page, link, outline, targets))]
    return _placed(page, dead)


def _check(page: Page, link: Link, outline: Outline, targets: Targets) -> _Dead | None:
    try:
        parts = urlsplit(link.target)
    except ValueError:
        return _Dead(link, "dead-link", f"`{link.target}` is not an address.")
    if parts.scheme or parts.netloc or _FOREIGN.search(link.target):
        return None
    path, anchor = unquote(parts.path), parts.fragment
    if not path:
        return _check_anchor(link, anchor, outline, "this page")
    target = _follow(page, path, link, targets)
    if target is None:
        return _dead(page, link, path, targets)
    if target == "" or target not in targets.outlines:
        return None
    return _check_anchor(link, anchor, targets.outlines[target], f"`{target}`")


def target_of(page: Page, link: Link, targets: Targets) -> str | None:
    """Give the page or file of the site that a link leads to, or nothing."""
    try:
        parts = urlsplit(link.target)
    except ValueError:
        return None
    # An address in full may be one of this site.
    ours = link.target.startswith(targets.site.url) if targets.site.url else False
    if parts.netloc and not ours:
        return None
    return _follow(page, unquote(parts.path), link, targets)


def _follow(page: Page, path: str, link: Link, targets: Targets) -> str | None:
    """Give where a path leads: the name below `docs/`, empty for what no source is of."""
    if path.startswith(("/", "\\")):
        return _from_top(path, targets)
    if link.is_html:
        return _from_address(page, path, targets)
    return _from_file(page, path, targets)


def _from_top(path: str, targets: Targets) -> str | None:
    base = targets.site.base_path
    if path.startswith(base):
        inside = path.removeprefix(base)
        return targets.at_address(inside) or _made(inside)
    # Outside the site's folder other things of the host may answer; the site's own pages do not.
    return None if targets.at_address(path) else ""


def _from_address(page: Page, path: str, targets: Targets) -> str | None:
    """Follow an address as a browser does: from the page's own address, or out of the site."""
    here = targets.site.address_of(page.src_uri)
    full = posixpath.normpath(posixpath.join("/", posixpath.dirname(here), path))
    return targets.at_address(full) or _made(full)


def _from_file(page: Page, path: str, targets: Targets) -> str | None:
    full = posixpath.normpath(posixpath.join(page.folder, path))
    if full in targets.all:
        return full
    # MkDocs knows no such file and leaves the link as it is: it may still be a right address.
    return None if path.endswith(".md") else _from_address(page, path, targets)


def _made(path: str) -> str | None:
    return "" if is_generated_file(path.lstrip("/")) else None


def _check_anchor(link: Link, anchor: str, outline: Outline, where: str) -> _Dead | None:
    plain = unquote(anchor).partition(":~:")[0]
    if not outline.complete or plain in ("", "top") or {plain, anchor} & outline.anchors:
        return None
    own = sorted(found for found in outline.anchors if not found.startswith(("__", "fn")))
    match = nearest(plain, own)
    hint = f"did you mean `#{match}`?" if match else ""
    if any(f"#{plain}}}" in heading.text for heading in outline.headings):
        hint = "ids in braces need the extension `attr_list`: add it in mkdocs.yml"
    return _Dead(
        link,
        "dead-anchor",
        f"No heading or anchor `{plain}` is on {where}.",
        allowed=_some([f"#{heading.id}" for heading in outline.headings if heading.id]),
        hint=hint,
    )


def _dead(page: Page, link: Link, path: str, targets: Targets) -> _Dead:
    hint = _way_out(page, link, path, targets)
    if link.is_picture:
        return _Dead(link, "missing-picture", f"The picture `{path}` is not there.", hint=hint)
    return _Dead(link, "dead-link", f"The link to `{path}` leads nowhere.", hint=hint)


def _way_out(page: Page, link: Link, path: str, targets: Targets) -> str:
    from_file = posixpath.normpath(posixpath.join(page.folder, path.lstrip("/\\")))
    from_top = posixpath.normpath(path.lstrip("/\\") or ".")
    if link.is_html and from_file in targets.all and not path.startswith("/"):
        right = _address_from(page, from_file, targets)
        return f"in HTML a path counts from the page's own address: write `{right}`"
    if path.startswith("/") and (inside := targets.find(from_top)):
        return f"MkDocs leaves what begins with `/` as it is: write `{_from(page, inside)}`"
    for guess in (from_file, from_top):
        for name in (
            guess,
            f"{guess}.md",
            f"{guess}/index.md",
            guess.removesuffix(".html") + ".md",
        ):
            if name in targets.all:
                return f"write `{_from(page, name)}`"
            if other := targets.by_small.get(name.lower()):
                return f"capital letters count: write `{_from(page, other)}`"
    name = posixpath.basename(from_file).lower()
    elsewhere = targets.by_name.get(name) or targets.by_name.get(f"{name}.md")
    if elsewhere and name not in ("index.md", "readme.md"):
        best = max(elsewhere, key=lambda other: _likeness(other, from_file))
        return f"did you mean `{_from(page, best)}`?"
    siblings = targets.by_folder.get(posixpath.dirname(from_file), {})
    found = difflib.get_close_matches(name, siblings, n=1, cutoff=_NEAR)
    return f"did you mean `{_from(page, siblings[found[0]])}`?" if found else ""


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _from(page: Page, name: str) -> str:
    return posixpath.relpath(name, page.folder or ".").replace(" ", "%20")


def _address_from(page: Page, name: str, targets: Targets) -> str:
    here = posixpath.dirname(targets.site.address_of(page.src_uri)) or "."
    address = targets.site.address_of(name) if name in targets.pages else name
    right = posixpath.relpath(address or ".", here)
    return right + "/" if address.endswith("/") else right


def _some(names: list[str], most: int = 8) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _placed(page: Page, dead: list[_Dead]) -> list[Problem]:
    """Make the problems of a page, each at the place in the source where its target stands."""
    by_target: defaultdict[str, list[_Dead]] = defaultdict(list)
    for one in dead:
        by_target[one.link.target].append(one)
    problems: dict[tuple[int, int, str], Problem] = {}
    for target, found in by_target.items():
        places = find_places(page, target)
        for index, one in enumerate(found):
            place = places[min(index, len(places) - 1)] if places else Place(page.body_line, 1)
            problems[(place.line, place.column, one.code)] = Problem(
                page.file,
                place.line,
                place.column,
                one.code,
                one.message,
                found=f"`{target}`" if places else f"`{target}`, which an extension put here",
                allowed=one.allowed,
                hint=one.hint,
            )
    return list(problems.values())


def find_places(page: Page, target: str) -> list[Place]:
    """Give the places in a page's source where an address stands as an address, in order."""
    places: list[Place] = []
    for text in dict.fromkeys((target, target.replace("&", "&amp;"))):
        pattern = re.compile(r"(?<![\w./#-])" + re.escape(text) + r"(?![\w./#-])")
        for line in page.lines.lines:
            if text not in line.text:
                continue
            for found in pattern.finditer(line.without_code):
                places.append(Place(line.number, found.start() + 1))
        if places:
            break
    return sorted(places, key=lambda place: (place.line, place.column))
