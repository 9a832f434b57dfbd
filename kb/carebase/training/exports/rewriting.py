"""A page of the site made a part of a package: nothing in it leads out of the package."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from carebase.i18n import text
from carebase.markup import VOID, Markup, element, join
from carebase.training.exports.contents import Contents

Attributes = list[tuple[str, str | None]]

# What belongs to the site around a page and not to the course.
_DROPPED_CLASSES = frozenset(
    (
        *("cb-breadcrumbs", "cb-banners", "cb-late", "cb-sheet", "cb-step__foot", "headerlink"),
        "cb-completion",
    )
)
_DROPPED_IDS = frozenset(("cb-feedback",))
_DROPPED_TAGS = frozenset(("script", "carebase-search", "base", "link", "meta"))
# What can do nothing without the site.
_ONLINE = frozenset(
    (
        *("form", "iframe", "carebase-form", "carebase-warranty-check", "carebase-reminders"),
        "carebase-hours",
    )
)
# They keep something in the browser, or lead through the site; what they hold reads without them.
_UNWRAPPED = frozenset(("carebase-checklist",))
_FILES = frozenset(
    (
        *(("img", "src"), ("source", "src"), ("video", "src"), ("audio", "src"), ("track", "src")),
        *(("embed", "src"), ("video", "poster"), ("object", "data"), ("input", "src")),
        *(("image", "href"), ("use", "href"), ("image", "xlink:href"), ("use", "xlink:href")),
    )
)
_SETS = frozenset((("img", "srcset"), ("source", "srcset")))
_NAMES = frozenset(("id", "for", "list", "name", "headers", "form"))
_NAMED = frozenset(
    (
        *("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details"),
        *("aria-flowto", "aria-errormessage", "aria-activedescendant"),
    )
)
# By which the end of a course finds its result.
_KEPT = frozenset(("result",))
# Where a number behind a link would become a part of a name.
_NAMING = frozenset(("label", "legend", "summary", "option", "h1", "h2", "h3", "h4", "h5", "h6"))
_DRAWN = re.compile(r"url\(#")
_VOID = VOID | {"area", "col", "embed", "track", "wbr"}


@dataclass(slots=True)
class Linked:
    """The pages of the site outside the package that a page led to, each once."""

    addresses: dict[str, int] = field(default_factory=dict)

    def number(self, address: str) -> int:
        """Give the number of an address in the list below the page."""
        return self.addresses.setdefault(address, len(self.addresses) + 1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands on the site, and what the package knows of all its pages.

    `pages` are the names of the package's pages by their addresses, `prefixes` what stands before
    the ids of each. `site` is the whole address of the site, or nothing.
    """

    address: str
    pages: Mapping[str, str]
    prefixes: Mapping[str, str]
    site: str
    language: str

    @property
    def prefix(self) -> str:
        """What stands before the ids of this page."""
        return self.prefixes[self.pages[self.address]]

    def id_of(self, written: str, page: str | None = None) -> str:
        """Give the id in the package of one on a page, this one when none is named."""
        page = page or self.pages[self.address]
        return written if written in _KEPT else self.prefixes[page] + written


def rewrite(html: str, place: Place, contents: Contents, tell: Callable[[str], None]) -> Markup:
    """Give the text of a page for a package, and take the files that it shows in.

    `tell` is told of what could not be taken along.
    """
    writer = _Writer(place, contents, tell)
    writer.feed(html)
    writer.close()
    return join(Markup("".join(writer.parts).strip()), _list(writer.linked, place.language))


def _list(linked: Linked, language: str) -> Markup | None:
    """Write where the numbers behind words lead."""
    if not linked.addresses:
        return None
    rows: Sequence[Markup] = [
        element("li", {"value": number}, address) for address, number in linked.addresses.items()
    ]
    title = element("h2", None, text(language, "package.linked"))
    return element("aside", {"class": "cb-package__linked"}, title, element("ol", None, rows))


class _Writer(HTMLParser):
    """Passes over a page, and writes what stands in its article."""

    def __init__(self, place: Place, contents: Contents, tell: Callable[[str], None]) -> None:
        super().__init__(convert_charrefs=False)
        self.place = place
        self.contents = contents
        self.tell = tell
        self.linked = Linked()
        self.parts: list[str] = []
        self._articles = 0
        # The element that is left out, and how many of its name are open.
        self._left_out = ("", 0)
        self._links: list[str] = []
        self._naming = 0
        self._data = False

    # What the parser calls.

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._start(tag, attrs, closed=tag in _VOID)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self._start(tag, attrs, closed=True)

    def handle_endtag(self, tag: str) -> None:
        name, depth = self._left_out
        if depth:
            self._left_out = (name, depth - (tag == name))
            return
        if tag == "article" and self._articles:
            self._articles -= 1
            if not self._articles:
                return
        if not self._articles or tag in _VOID or tag in _UNWRAPPED:
            return
        if tag in _NAMING and self._naming:
            self._naming -= 1
        if tag == "template":
            self._data = False
        if tag == "a" and self._links:
            self.parts.append(self._links.pop())
        else:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._articles and not self._left_out[1]:
            self.parts.append(self._outline(data) if self._data else data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def _write(self, written: str) -> None:
        if self._articles and not self._left_out[1]:
            self.parts.append(written)

    # Elements.

    def _start(self, tag: str, attrs: Attributes, closed: bool) -> None:
        name, depth = self._left_out
        if depth:
            self._left_out = (name, depth + (tag == name and not closed))
            return
        known = {key: value or "" for key, value in attrs}
        classes = frozenset(known.get("class", "").split())
        if tag == "article" and (self._articles or "md-content__inner" in classes):
            self._articles += 1
            if self._articles == 1:
                return
        if not self._articles or tag in _UNWRAPPED:
            return
        is_dropped = tag in _DROPPED_TAGS or classes & _DROPPED_CLASSES
        if is_dropped or known.get("id") in _DROPPED_IDS:
            self._leave_out(tag, closed)
        elif tag in _ONLINE:
            self._need_site(tag, known, closed)
        elif tag == "a":
            self._link(known, attrs)
        elif tag == "img" and self._is_foreign(known.get("src", "")):
            self._missing(known)
        else:
            if tag in _NAMING:
                self._naming += 1
            self._data = tag == "template" and "data-outline" in known
            self._open(tag, attrs, closed and tag not in _VOID)

    def _leave_out(self, tag: str, closed: bool) -> None:
        self._left_out = ("", 0) if closed else (tag, 1)

    def _open(self, tag: str, attrs: Attributes, closed: bool = False) -> None:
        written = "".join(
            f" {key}" if value is None else f' {key}="{escape(value)}"'
            for key, value in self._rewritten(tag, attrs)
        )
        self.parts.append(f"<{tag}{written}{' /' if closed else ''}>")

    def _rewritten(self, tag: str, attrs: Attributes) -> Attributes:
        found: Attributes = []
        for key, value in attrs:
            given = value or ""
            if key in ("style", "onclick", "onload", "ping", "crossorigin", "integrity"):
                continue
            if key in _NAMES:
                value = self.place.id_of(given)
            elif key in _NAMED:
                value = " ".join(self.place.id_of(one) for one in given.split())
            elif given.startswith("#") and key in ("href", "xlink:href"):
                value = f"#{self.place.id_of(given[1:])}"
            elif (tag, key) in _FILES:
                value = self._file(given)
                if value is None:
                    continue
            elif (tag, key) in _SETS:
                value = self._set(given)
            elif "url(#" in given:
                value = _DRAWN.sub(f"url(#{self.place.prefix}", given)
            found.append((key, value))
        return found

    # Files.

    def _path(self, address: str) -> str:
        """Give the path on the site that an address of this page means."""
        whole = urlsplit(urljoin(f"/{self.place.address}", address))
        return unquote(whole.path).lstrip("/")

    def _is_foreign(self, address: str) -> bool:
        parts = urlsplit(self._own(address))
        return bool(parts.scheme or parts.netloc) and parts.scheme != "data"

    def _own(self, address: str) -> str:
        """Give a whole address of this site as a path."""
        site = self.place.site
        is_own = site and (address == site.rstrip("/") or address.startswith(site))
        return f"/{address[len(site) :]}" if is_own else address

    def _file(self, address: str) -> str | None:
        if urlsplit(address).scheme == "data" or address.startswith("#"):
            return address
        if self._is_foreign(address):
            self.tell(f"{address} is on another host and stays there")
            return None
        name = self.contents.take(self._path(self._own(address)))
        if name is None:
            self.tell(f"{address} is no file of the site")
        return name

    def _set(self, written: str) -> str:
        rows = []
        for entry in written.split(","):
            address, _, size = entry.strip().partition(" ")
            name = self._file(address) if address else None
            rows += [f"{name} {size}".strip()] if name else []
        return ", ".join(rows)

    def _missing(self, known: Mapping[str, str]) -> None:
        """Say in words what a picture of another host would show."""
        self.tell(f"{known['src']} is on another host and stays there")
        said = known.get("alt") or known["src"]
        self.parts.append(f'<span class="cb-outside">{escape(said)}</span>')
        self._number(known["src"])

    # Links.

    def _link(self, known: Mapping[str, str], attrs: Attributes) -> None:
        address = known.get("href")
        if address is None:
            self._links.append("</a>")
            self._open("a", attrs)
            return
        target = self._target(address)
        if target is not None:
            kept = [(key, value) for key, value in attrs if key not in ("href", "target")]
            self._links.append("</a>")
            self._open("a", kept)
            # Its own ids are rewritten, the address is ready.
            self.parts[-1] = f'{self.parts[-1][:-1]} href="{escape(target)}">'
            return
        classes = " ".join(filter(None, ("cb-outside", known.get("class", ""))))
        whole = self._whole(address)
        self.parts.append(f'<span class="{escape(classes)}">')
        is_numbered = whole and not self._naming
        self._links.append("</span>" + (self._mark(whole) if is_numbered else ""))

    def _target(self, address: str) -> str | None:
        """Give where a link leads inside the package, or nothing."""
        own = self._own(address)
        if own.startswith("#"):
            return f"#{self.place.id_of(unquote(own[1:]))}" if own[1:] else f"#{self._here()}"
        parts = urlsplit(own)
        if parts.scheme or parts.netloc:
            return None
        path = self._path(own)
        page = self.place.pages.get(path.removesuffix("index.html"))
        if page is not None:
            anchor = unquote(parts.fragment)
            return f"#{self.place.id_of(anchor, page)}" if anchor else f"#{page}"
        if path.endswith(("/", ".html")) or not path:
            return None
        return self.contents.take(path)

    def _here(self) -> str:
        return self.place.pages[self.place.address]

    def _whole(self, address: str) -> str:
        """Give the whole address of what lies outside, as a person can type it."""
        own = self._own(address)
        parts = urlsplit(own)
        if parts.scheme in ("mailto", "tel", "sms"):
            return unquote(parts.path)
        if parts.scheme or parts.netloc:
            return address if parts.scheme else f"https:{address}"
        if not self.place.site:
            return ""
        return urljoin(urljoin(self.place.site, self.place.address), own.lstrip("/") and own)

    def _mark(self, address: str) -> str:
        return f'<sup class="cb-outside__number">[{self.linked.number(address)}]</sup>'

    def _number(self, address: str) -> None:
        if not self._naming:
            self.parts.append(self._mark(address))

    # What works on the site only.

    def _need_site(self, tag: str, known: Mapping[str, str], closed: bool) -> None:
        address = self._whole(known.get("src", "") if tag == "iframe" else "#")
        address = address.split("#")[0] if tag != "iframe" else address
        key = "package.online_at" if address else "package.online"
        note = text(self.place.language, key, address=address)
        self.parts.append(element("p", {"class": "cb-note cb-package__online"}, note))
        self._leave_out(tag, closed)

    def _outline(self, data: str) -> str:
        """Let the way through the course lead through the package."""
        outline = json.loads(data)
        for lesson in outline.get("lessons", ()):
            target = self._target(lesson["address"])
            lesson["address"] = target if target is not None else f"#{self._here()}"
        written = json.dumps(outline, ensure_ascii=False, separators=(",", ":"))
        for sign in "<>&":
            written = written.replace(sign, f"\\u{ord(sign):04x}")
        return written
