"""Finishing touches on a page's HTML: what the theme and Markdown leave undone for readers."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from carebase_plugins.theme.assets import Assets, csp_hash
from carebase_plugins.theme.install import STYLESHEET

# Code, scripts and comments are passed over: what looks like a tag in them is none.
_SKIPPED = (
    r"<!--.*?-->|<(?P<raw>script|style|textarea)\b(?P<attributes>[^>]*)>(?P<text>.*?)</(?P=raw)>"
)
_TAG = r"<[a-zA-Z][^\s/>]*(?:\s+[^\s=>]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*\s*/?>"
_PIECE = re.compile(f"{_SKIPPED}|(?P<tag>{_TAG})", re.DOTALL)
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CLASS = re.compile(r"\sclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_DATA_TYPE = re.compile(r"type\s*=\s*[\"']?(?!module|text/javascript|application/javascript)\S")
_TABLE = re.compile(r"<table(?P<attributes>[^>]*)>(?P<inner>.*?)</table>", re.DOTALL)


def polish(html: str, assets: Assets) -> str:
    """Turn `style` attributes into classes and note every inline script and style.

    The rules for the classes and the hashes gather in `assets`, for one stylesheet and one
    Content-Security-Policy of the whole site.
    """

    def piece(found: re.Match[str]) -> str:
        raw = found["raw"]
        if raw == "script":
            if "src=" not in found["attributes"] and not _DATA_TYPE.search(found["attributes"]):
                assets.scripts.add(csp_hash(found["text"]))
        elif raw == "style":
            assets.styles.add(csp_hash(found["text"]))
        if found["tag"] is None or "style" not in found["tag"]:
            return found[0]
        return _without_style(found["tag"], assets)

    return _PIECE.sub(piece, html)


def _without_style(tag: str, assets: Assets) -> str:
    style = _STYLE.search(tag)
    if not style:
        return tag
    tag = tag[: style.start()] + tag[style.end() :]
    declarations = style[1] or style[2] or ""
    if not declarations.strip():
        return tag
    name = assets.class_of(declarations.replace("&quot;", '"').replace("&amp;", "&"))
    known = _CLASS.search(tag)
    if known:
        classes = known[1] or known[2] or known[3] or ""
        return f'{tag[: known.start()]} class="{classes} {name}"{tag[known.end() :]}'
    end = len(tag) - (2 if tag.endswith("/>") else 1)
    return f'{tag[:end].rstrip()} class="{name}"{tag[end:]}'


def wrap_tables(html: str, label: str) -> str:
    """Put each plain table into a region that scrolls sideways, by keyboard too."""

    def wrapped(found: re.Match[str]) -> str:
        if "class=" in found["attributes"]:
            return found[0]
        return (
            f'<div class="cb-table" role="group" aria-label="{label}" tabindex="0">'
            f'<table class="cb-table__table"{found["attributes"]}>{found["inner"]}</table></div>'
        )

    return _TABLE.sub(wrapped, html)


def write(config: MkDocsConfig, assets: Assets) -> None:
    """Write what is known only when all pages are: the classes and the headers file."""
    if assets.written:
        return
    assets.written = True
    site = Path(config.site_dir)
    if rules := assets.stylesheet():
        with (site / STYLESHEET).open("a", encoding="utf-8") as stylesheet:
            stylesheet.write(rules)
    (site / "_headers").write_text(assets.headers(), encoding="utf-8")
