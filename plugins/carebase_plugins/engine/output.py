"""Writing the HTML of one page by the generator's templates and events."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment
from mkdocs.commands import build as generator
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage

# What the generator puts before the text of a page that only a preview shows.
_DRAFT = (
    '<div class="mkdocs-draft-marker" title="This page will not be included into the built site.">'
    "DRAFT</div>"
)
# In signs.
_PART = 2048


def page_html(
    page: SitePage,
    config: MkDocsConfig,
    doc_files: Sequence[File],
    nav: Navigation,
    env: Environment,
) -> bytes:
    """Make the HTML of a page as the generator does; nothing where a template writes nothing."""
    config._current_page = page
    page.active = True
    try:
        context: Any = generator.get_context(nav, doc_files, config, page)
        template = env.get_template(page.meta.get("template", "main.html"))
        context = config.plugins.on_page_context(context, page=page, config=config, nav=nav)
        if page.file.inclusion.is_excluded():
            page.content = _DRAFT + (page.content or "")
        html = template.render(context)
        html = config.plugins.on_post_page(html, page=page, config=config) or ""
        return _encoded(html) if html.strip() else b""
    finally:
        page.active = False
        config._current_page = None


def _encoded(html: str) -> bytes:
    """Give a text as UTF-8, part by part: one sign beyond ASCII makes only its own part slow."""
    parts = range(0, len(html), _PART)
    return b"".join(
        [html[at : at + _PART].encode("utf-8", errors="xmlcharrefreplace") for at in parts]
    )


def write_file(path: str, data: bytes) -> None:
    """Write a file whole, in a folder that is made where it is missing."""
    for attempt in (1, 2):
        try:
            with open(path, "wb", buffering=0) as file:
                written = file.write(data)
                # A disk that fills up takes a part first.
                while written < len(data):
                    written += file.write(data[written:])
                return
        except FileNotFoundError:
            if attempt == 2:
                raise
            _make_folder(os.path.dirname(path))


def _make_folder(path: str) -> None:
    try:
        # A page has a folder of its own in one that is there.
        os.mkdir(path)
    except OSError:
        os.makedirs(path, exist_ok=True)
