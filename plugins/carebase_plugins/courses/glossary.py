"""The glossary of a course: its page, where nobody wrote one, and the terms that lessons link."""

from __future__ import annotations

from collections.abc import Callable

from markdown.extensions.toc import slugify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from carebase.build.reads import looked_up
from carebase.sources.edit import write_scalar
from carebase.training import Course
from carebase.training.glossary import NAME, glossary_page, read_terms
from carebase_plugins.shared import Shared
from carebase_plugins.theme.words import words_of


def glossary_uri(course: Course) -> str:
    """Give the path of the page with the terms of a course."""
    return f"{course.folder}/{NAME}"


def add_glossaries(shared: Shared, files: Files, config: MkDocsConfig) -> Files:
    """Make a page of the terms in course.yml for each course that has some and no page."""
    words = words_of(shared.site.language)
    for course in shared.courses.by_id.values():
        uri = glossary_uri(course)
        if course.glossary and files.get_file_from_path(uri) is None:
            title = words("course.glossary")
            head = ["---", f"title: {write_scalar(title)}", "---", ""]
            text = glossary_page(course, title, _slug(shared))
            files.append(File.generated(config, uri, content="\n".join([*head, text])))
    return files


@looked_up("terms")
def terms_of(shared: Shared, course: str) -> dict[str, str]:
    """Give the terms of a course with their anchors; a page that links them follows them."""
    one = shared.courses.by_id[course]
    slug = _slug(shared)
    page = shared.sources.get(glossary_uri(one))
    if page is not None:
        return read_terms(page.body, slug)
    return {term: slug(term) for term in one.glossary}


def _slug(shared: Shared) -> Callable[[str], str]:
    options = shared.config.mdx_configs.get("toc", {})
    chosen = options.get("slugify") or slugify
    return lambda text: str(chosen(text, options.get("separator", "-")))
