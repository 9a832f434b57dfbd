"""What trainers see on a page: the heads of exercises and notes, and the bar above it all."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page as SitePage

from carebase.articles.withheld import only_in_notes
from carebase.markup import element, join
from carebase.training.trainer_html import render_bar
from carebase_plugins.blocks import Placeholder
from carebase_plugins.shared import Shared
from carebase_plugins.theme.words import words_of


def block_head(shared: Shared, block: Placeholder, page: SitePage) -> str:
    """Write the word for a block, such as "Exercise", and how long it takes."""
    words = words_of(shared.language_of(page))
    what = element("span", {"class": "cb-what"}, words(f"course.{block.name}"))
    minutes = block.options.get("minutes", "")
    if not minutes.isdigit():
        return str(what)
    time = f"\u00b7 {words('course.minutes', count=minutes)}"
    return str(join(what, " ", element("span", {"class": "cb-what"}, time)))


def without_trainers_files(shared: Shared, files: Files) -> Files:
    """Leave out the files that only notes for trainers name."""
    withheld = {name for page in shared.pages.pages for name in page.withheld}
    if not withheld:
        return files
    pages = ((page.folder, page.lines.lines) for page in shared.pages.pages)
    docs_dir = shared.site.docs_dir
    left = only_in_notes(withheld, pages, shared.pages.files.published, docs_dir)
    return Files(file for file in files if file.src_uri not in left)


def with_trainer_bar(view: dict[str, Any], shared: Shared, page: SitePage) -> None:
    """Put the bar that shows and hides what is for trainers above a page of their site."""
    if shared.site.audience == "trainer" and _is_of_course(shared, page):
        view["banners"] = Markup(render_bar(shared.language_of(page))) + view["banners"]  # noqa: S704


def _is_of_course(shared: Shared, page: SitePage) -> bool:
    return "data-trainer" in (page.content or "") or page.file.src_uri.startswith("courses/")
