"""Where the links and pictures of a page lead, by the rules of MkDocs and of browsers.

Links written in Markdown count from the page's file, and MkDocs turns them into addresses. Links
written as HTML stay as they are: a browser counts them from the page's address. One that begins
with `/` counts from the top of the site.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from carebase.articles.files import DocsFiles
from carebase.articles.generated import is_generated_file
from carebase.articles.markdown import Link, Outline
from carebase.articles.page import Page
from carebase.errors import Fix, Problem, nearest
from carebase.site import Site

# Not an address at all: a template's or a plugin's own sign.
_FOREIGN = re.compile(r"\{\{|\{%|\$\{")
# What begins with these leads to the writer's own machine, or is forbidden on the built pages.
_NOWHERE = frozenset(("file", "javascript", "vbscript"))
_DRIVE = re.compile(r"[A-Za-z]:(?:\\|%5C|/(?!/))", re.I)
_MAIL = re.compile(r"[^\s@/:]+@[\w-]+(?:\.[\w-]+)+\Z")
_HOST = re.compile(r"www\.[\w-]+\.[\w./?=&%-]+\Z", re.I)
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
        small = Counter(name.lower() for name in self.all)
        self.twice = {name for name, count in small.items() if count > 1}
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
    # The path to write instead, where there is no other that could be meant.
    right: str = ""


@dataclass(frozen=True, slots=True)
class _WayOut:
    hint: str = ""
    right: str = ""


def check_links(page: Page, outline: Outline, targets: Targets) -> list[Problem]:
    """Give a problem for each link or picture of a page that leads nowhere."""
    dead = [found for link in outline.links if (found := _check(page, link, outline, targets))]
    return _placed(page, dead, Counter(link.target for link in outline.links)) if dead else []


def _check(page: Page, link: Link, outline: Outline, targets: Targets) -> _Dead | None:
    try:
        parts = urlsplit(link.target)
    except ValueError:
        return _Dead(link, "dead-link", f"`{link.target}` is not an address.")
    if _FOREIGN.search(link.target):
        return None
    if parts.scheme.lower() in _NOWHERE or _DRIVE.match(link.target):
        return _out_of_reach(link, parts.scheme.lower())
    if parts.scheme or parts.netloc:
        return None
    path, anchor = unquote(parts.path), parts.fragment
    if not path:
        return _check_anchor(link, anchor, outline, "this page")
    target = _follow(page, path, link, targets)
    if target is None:
        return _dead(page, link, path, targets)
    if not anchor or target not in targets.outlines:
        return None
    return _check_anchor(link, anchor, targets.outlines[target], f"`{target}`")


def _out_of_reach(link: Link, scheme: str) -> _Dead:
    what = "picture" if link.is_picture else "link"
    code = "missing-picture" if link.is_picture else "dead-link"
    if scheme in ("javascript", "vbscript"):
        text = "A link that runs a script does nothing: the headers of the site forbid it."
        return _Dead(link, code, text, hint="lead to a page, or take the link out")
    text = f"This {what} leads to your own machine; nobody else finds anything there."
    return _Dead(link, code, text, hint="copy the file to `docs/`, and write its path from here")


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
    way = _way_out(page, link, path, targets)
    if link.is_picture:
        text = f"The picture `{path}` is not there."
        return _Dead(link, "missing-picture", text, hint=way.hint, right=way.right)
    text = f"The link to `{path}` leads nowhere."
    return _Dead(link, "dead-link", text, hint=way.hint, right=way.right)


def _way_out(page: Page, link: Link, path: str, targets: Targets) -> _WayOut:
    if _MAIL.match(path):
        return _WayOut(f"an address of mail needs `mailto:`: write `mailto:{path}`")
    if _HOST.match(path):
        return _WayOut(f"an address of another site needs `https://`: write `https://{path}`")
    path = path.replace("\\", "/")
    from_file = posixpath.normpath(posixpath.join(page.folder, path.lstrip("/")))
    from_top = posixpath.normpath(path.lstrip("/") or ".")
    if link.is_html and from_file in targets.all and not path.startswith("/"):
        right = _address_from(page, from_file, targets)
        return _WayOut(f"in HTML a path counts from the page's own address: write `{right}`", right)
    if path.startswith("/") and (inside := targets.find(from_top)):
        right = _right(page, link, inside, targets)
        return _WayOut(f"MkDocs leaves what begins with `/` as it is: write `{right}`", right)
    for guess in (from_file, from_top):
        for name in (
            guess,
            f"{guess}.md",
            f"{guess}/index.md",
            guess.removesuffix(".html") + ".md",
        ):
            if name in targets.all:
                right = _right(page, link, name, targets)
                return _WayOut(f"write `{right}`", right)
            if other := targets.by_small.get(name.lower()):
                right = _right(page, link, other, targets)
                alone = name.lower() not in targets.twice
                return _WayOut(f"capital letters count: write `{right}`", right if alone else "")
    name = posixpath.basename(from_file).lower()
    elsewhere = targets.by_name.get(name) or targets.by_name.get(f"{name}.md")
    if elsewhere and name not in ("index.md", "readme.md"):
        best = max(elsewhere, key=lambda other: _likeness(other, from_file))
        return _WayOut(f"did you mean `{_from(page, best)}`?")
    siblings = targets.by_folder.get(posixpath.dirname(from_file), {})
    found = difflib.get_close_matches(name, siblings, n=1, cutoff=_NEAR)
    return _WayOut(f"did you mean `{_from(page, siblings[found[0]])}`?" if found else "")


def _right(page: Page, link: Link, name: str, targets: Targets) -> str:
    """Write the path to a page or file as this link must have it."""
    return _address_from(page, name, targets) if link.is_html else _from(page, name)


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


def _placed(page: Page, dead: list[_Dead], linked: Mapping[str, int]) -> list[Problem]:
    """Make the problems of a page, each at the place in the source where its target stands.

    `linked` says how many links have a target. Only when they are as many as the places, and all
    dead alike, it is certain which of them is which, and a fix goes with the problem.
    """
    by_target: defaultdict[str, list[_Dead]] = defaultdict(list)
    for one in dead:
        by_target[one.link.target].append(one)
    problems: dict[tuple[int, int, str], Problem] = {}
    for target, found in by_target.items():
        places = find_places(page, target)
        certain = len(places) == len(found) == linked[target] and len({*map(_right_of, found)}) == 1
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
                fix=_fix(place, one) if certain and one.right else None,
            )
    return list(problems.values())


def _right_of(dead: _Dead) -> str:
    return dead.right


def _fix(place: Place, dead: _Dead) -> Fix:
    old = dead.link.target
    end = min((old.index(sign) for sign in "?#" if sign in old), default=len(old))
    return Fix(place.line, place.column, old, dead.right + old[end:])


# What stands before an address; elsewhere the same letters may be words.
_BEFORE = re.compile(r"(?:\]\(<?|\]:\s*<?|=\s*[\"']?)\Z")


def find_places(page: Page, target: str) -> list[Place]:
    """Give the places in a page's source where an address stands as an address, in order."""
    places: list[Place] = []
    likely: list[Place] = []
    for text in dict.fromkeys((target, target.replace("&", "&amp;"))):
        pattern = re.compile(r"(?<![\w./#-])" + re.escape(text) + r"(?![\w./#?-])")
        for line in page.lines.lines:
            if text not in line.text:
                continue
            for found in pattern.finditer(line.without_code):
                place = Place(line.number, found.start() + 1)
                places.append(place)
                if _BEFORE.search(line.text, 0, found.start()):
                    likely.append(place)
        if places:
            break
    return sorted(likely or places, key=lambda place: (place.line, place.column))
