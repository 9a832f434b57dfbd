"""A course in one document with all that it shows, and the browser code that runs it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html import unescape
from importlib.resources import files
from urllib.parse import unquote, urljoin, urlsplit

from carebase.forms import controls
from carebase.i18n import text
from carebase.markup import Markup, Value, element, join
from carebase.training.exports.contents import Contents
from carebase.training.exports.rewriting import Place, rewrite
from carebase.training.exports.script import bundle
from carebase.training.exports.source import Shown, Source
from carebase.training.exports.styles import join_styles

PAGE = "index.html"
SCRIPT = "course.js"
STYLES = "course.css"
OUTLINE = "course"

_TAG = re.compile(r"<(?P<name>link|body|input|html)\b(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r"(?P<name>[\w-]+)=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_COLOURS = ("scheme", "primary", "accent")
_WORDS = ("package.",)


def write_player(source: Source, entry: str, *, lms: bool) -> tuple[Contents, list[str]]:
    """Give the files of a course that runs by itself, and what could not be taken along.

    `entry` is the module of our browser code that starts it; `lms` whether an LMS keeps progress.
    """
    shown = source.shown()
    contents = Contents(shown.read)
    notes: list[str] = [*shown.warnings]
    for name in (PAGE, SCRIPT, STYLES):
        contents.add(name, b"")
    outline = shown.pages[0]
    language = _language(outline.html) or source.site.language
    pages = _rewritten(source, shown.pages, contents, language, notes)
    written = _document(source, outline, pages, language, lms)
    contents.add(PAGE, written.encode())
    contents.add(SCRIPT, bundle(entry).encode())
    paths = dict.fromkeys(
        _path(page, address) for page in shown.pages for address in _styles(page.html)
    )
    rules = join_styles([*paths], contents, shown.read)
    contents.add(STYLES, rules + _own_styles())
    return contents, list(dict.fromkeys(notes))


def _own_styles() -> bytes:
    """Give what a package adds to the styles of the site."""
    styles = files("carebase_widgets") / "static" / "package" / "package.css"
    return styles.read_bytes()


def _rewritten(
    source: Source,
    pages: Sequence[Shown],
    contents: Contents,
    language: str,
    notes: list[str],
) -> Markup:
    by_address = {address: page.name for page in pages for address in (page.address, *page.others)}
    prefixes = {page.name: f"{page.name}-" for page in pages}
    tell: Callable[[str], None] = notes.append
    sections = []
    for page in pages:
        place = Place(
            page.address,
            by_address,
            prefixes,
            source.site.url,
            language,
        )
        attributes: dict[str, Value] = {
            "data-page": page.name,
            "data-title": page.title,
            "id": page.name,
            "class": "md-typeset cb-package__page",
        }
        sections.append(element("section", attributes, rewrite(page.html, place, contents, tell)))
    return join(sections)


def _document(source: Source, outline: Shown, pages: Markup, language: str, lms: bool) -> str:
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"name": "viewport", "content": "width=device-width,initial-scale=1"}),
        element("title", None, source.course.title),
        # Browsers would ask a server for a picture that no package has.
        element("link", {"rel": "icon", "href": "data:,"}),
        element("link", {"rel": "stylesheet", "href": STYLES}),
    )
    colours, choices = _colours(outline.html)
    header = element(
        "header",
        {"class": "cb-package__head", "data-palettes": json.dumps(choices) if choices else None},
        element("a", {"href": f"#{OUTLINE}", "class": "cb-package__title"}, source.course.title),
        element("div", {"data-package-note": True, "class": "cb-package__note", "role": "status"}),
        element(
            "noscript", None, element("p", {"class": "cb-note"}, text(language, "package.script"))
        ),
        controls.words(language, _WORDS),
    )
    body = element(
        "body",
        {"class": f"cb-package{' cb-package--lms' if lms else ''}", "dir": "ltr", **colours},
        header,
        element("main", {"class": "cb-package__main"}, pages),
        element("script", {"src": SCRIPT}),
    )
    return f"<!doctype html>\n{element('html', {'lang': language}, head, body)}\n"


def _attributes(written: str) -> dict[str, str]:
    return {
        found["name"]: unescape(found["double"] or found["single"] or "")
        for found in _ATTRIBUTE.finditer(written)
    }


def _tags(html: str, name: str) -> list[dict[str, str]]:
    found = (tag for tag in _TAG.finditer(html) if tag["name"] == name)
    return [_attributes(tag["attributes"]) for tag in found]


def _language(html: str) -> str:
    return next((tag.get("lang", "") for tag in _tags(html, "html")), "")


def _styles(html: str) -> list[str]:
    """Give the addresses of the stylesheets of a page that are files of the site."""
    links = [tag for tag in _tags(html, "link") if tag.get("rel") == "stylesheet"]
    return [tag["href"] for tag in links if "//" not in tag.get("href", "//")]


def _path(page: Shown, address: str) -> str:
    return unquote(urlsplit(urljoin(f"/{page.address}", address)).path).lstrip("/")


def _colours(html: str) -> tuple[dict[str, Value], list[dict[str, str]]]:
    """Give the colours of a page, and those that a reader's settings may choose instead."""
    bodies = _tags(html, "body")
    body = bodies[0] if bodies else {}
    first: dict[str, Value] = {
        f"data-md-color-{name}": body[f"data-md-color-{name}"]
        for name in _COLOURS
        if f"data-md-color-{name}" in body
    }
    choices = [
        {"media": tag["data-md-color-media"]}
        | {name: tag.get(f"data-md-color-{name}", "") for name in _COLOURS}
        for tag in _tags(html, "input")
        if tag.get("data-md-color-media", "").startswith("(prefers-color-scheme: ")
    ]
    return first, choices
