"""Finishing touches on a page's HTML: what the theme and Markdown leave undone for readers."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from carebase_plugins.theme.assets import Assets, class_of, csp_hash
from carebase_plugins.theme.storage import do_without_storage
from carebase_plugins.theme.styles import STYLESHEET

# Code, scripts and comments are passed over: what looks like a tag in them is none.
_SKIPPED = (
    r"!--(?s:.*?)-->|(?P<raw>(?i:script|style|textarea))\b(?P<attributes>[^>]*)>"
    r"(?P<text>[^<]*(?:<(?!/(?i:(?P=raw))>)[^<]*)*)</(?i:(?P=raw))>"
)
_TAG = r"[a-zA-Z][^\s/>]*(?:\s+[^\s=>]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*\s*/?>"
_PIECE = re.compile(f"<(?:{_SKIPPED}|(?P<tag>{_TAG}))")
# Where one of them that matters may be; the rest of a page need not be looked at more closely.
_RAW = re.compile(r"<(?=[!sStT])(?:!--|(?i:script|style|textarea)\b)")
_STYLED = re.compile(r"style\s*=")
_ATTRIBUTE = re.compile(
    r"\s+(?P<name>[^\s=>/]+)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
# The types of scripts that a browser runs; of any other it keeps the text as data.
_RUN = frozenset(("", "module", "text/javascript", "application/javascript", "importmap"))
_TABLE = re.compile(r"<table(?P<attributes>[^>]*)>")
_TABLE_WITHIN = re.compile(r"<table\b")
_TABLE_END = "</table>"
# As Markdown writes the link of a heading.
_PERMALINK = re.compile(r"<a class=\"headerlink\" href=\"[^\"]*\" title=(?P<title>\"[^\"]*\")(?=>)")


def polish(html: str, assets: Assets) -> str:
    """Turn `style` attributes into classes and note every inline script and style.

    The rules for the classes and the hashes gather in `assets`, for one stylesheet and one
    Content-Security-Policy of the whole site.
    """
    html = do_without_storage(html)

    def piece(found: re.Match[str]) -> str:
        raw = (found["raw"] or "").lower()
        if raw == "script":
            if _is_run(found["attributes"]):
                assets.scripts.add(csp_hash(found["text"]))
        elif raw == "style":
            assets.styles.add(csp_hash(found["text"]))
        tag: str | None = found["tag"]
        return f"<{_without_style(tag, assets)}" if tag and "style" in tag.lower() else found[0]

    spots = [found.start() for found in _RAW.finditer(html)]
    # One look finds it in small letters and with a capital; of a `Y` most pages have none.
    spot = html.find("tyle") - 1
    while spot >= 0:
        if html[spot] == "S":
            return _PIECE.sub(piece, html)
        if html[spot] == "s" and _STYLED.match(html, spot):
            spots.append(spot)
        spot = html.find("tyle", spot + 2) - 1
    if "Y" in html and "STYLE" in html:
        return _PIECE.sub(piece, html)
    pieces, at = [], 0
    for spot in sorted(spots):
        if spot >= at and (found := _piece_over(html, spot, at)):
            pieces += [html[at : found.start()], piece(found)]
            at = found.end()
    return "".join([*pieces, html[at:]])


def _piece_over(html: str, spot: int, start: int) -> re.Match[str] | None:
    """Find the tag, script or comment that holds a place, or begins there."""
    begin = html.rfind("<", start, spot + 1)
    while begin >= 0:
        found = _PIECE.match(html, begin)
        before = html.rfind("<", start, begin)
        if found is not None or before < 0:
            # A sign within an attribute begins nothing.
            around = _PIECE.match(html, before) if before >= 0 else None
            found = around if around and around.end() > begin else found
            return found if found and found.end() > spot else None
        begin = before
    return None


def _without_style(tag: str, assets: Assets) -> str:
    written, name, rule = _restyled(tag)
    if name:
        assets.rules[name] = rule
    return written


# The cells of tables say the same few things of themselves.
@lru_cache(maxsize=1024)
def _restyled(tag: str) -> tuple[str, str, str]:
    """Write a tag with a class in place of its style; give also that class and its rule."""
    attributes = _attributes(tag)
    style = attributes.get("style")
    if style is None:
        return tag, "", ""
    declarations = unescape(_value(style)).strip()
    # A brace would end the rule; one that browsers read stands in a text alone.
    named = class_of(declarations) if declarations and "}" not in declarations else ()
    known = attributes.get("class")
    classes = " ".join([*([_value(known)] if known else []), *named[:1]])
    written = f' class="{classes}"' if classes else ""
    place = known or style
    for found in sorted({style, place}, key=lambda found: -found.start()):
        tag = tag[: found.start()] + (written if found is place else "") + tag[found.end() :]
    name, rule = named or ("", "")
    return tag, name, rule


@lru_cache(maxsize=256)
def _is_run(attributes: str) -> bool:
    """Tell whether a script with these attributes is one that stands in the page and is run."""
    named = _attributes(attributes)
    kind = named.get("type")
    return "src" not in named and (_value(kind) if kind else "").lower() in _RUN


def _attributes(text: str) -> dict[str, re.Match[str]]:
    return {found["name"].lower(): found for found in _ATTRIBUTE.finditer(text)}


def _value(attribute: re.Match[str]) -> str:
    """Give an attribute's value as it may stand between double quotes."""
    value: str = attribute["double"] or attribute["single"] or attribute["bare"] or ""
    return value.replace('"', "&quot;")


def wrap_tables(html: str, label: str) -> str:
    """Put each plain table into a region that scrolls sideways, by keyboard too."""
    pieces, at = [], 0
    for found in _TABLE.finditer(html):
        end = html.find(_TABLE_END, found.end())
        if end < 0:
            break
        # Of tables within each other the innermost are wrapped.
        inner = html[found.end() : end]
        if found.start() < at or _TABLE_WITHIN.search(inner):
            continue
        if "class" in _attributes(found["attributes"]):
            continue
        table = f'<table class="cb-table__table"{found["attributes"]}>{inner}{_TABLE_END}'
        region = f'<div class="cb-table" role="group" aria-label="{label}" tabindex="0">'
        pieces += [html[at : found.start()], region, table, "</div>"]
        at = end + len(_TABLE_END)
    return "".join([*pieces, html[at:]])


def name_permalinks(html: str) -> str:
    """Name the links of headings by their titles: their sign alone would be read as `pilcrow`."""
    return _PERMALINK.sub(r"\g<0> aria-label=\g<title>", html)


def write(config: MkDocsConfig, assets: Assets) -> None:
    """Write what is known only when all pages are: the classes and the headers file."""
    site = Path(config.site_dir)
    if rules := assets.stylesheet():
        with (site / STYLESHEET).open("a", encoding="utf-8") as stylesheet:
            stylesheet.write(rules)
    # What a site's own file says is kept; hosts join the headers of several rules.
    own = Path(config.docs_dir) / "_headers"
    said = own.read_text(encoding="utf-8") if own.is_file() else ""
    headers = assets.headers(encrypted=(config.site_url or "").startswith("https://"))
    (site / "_headers").write_text(headers + said, encoding="utf-8")
