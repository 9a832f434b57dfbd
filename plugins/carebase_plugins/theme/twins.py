"""Writing the Markdown twin of each page, and the lists of them for assistants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from markdown import Markdown

from carebase.articles import Page
from carebase.articles.filling import scope_of
from carebase.articles.llms import Text, group, write_full, write_list
from carebase.articles.twins import Twins
from carebase.articles.values import Values
from carebase_plugins.shared import Shared
from carebase_plugins.theme.words import words_of

_SNIPPETS = "pymdownx.snippets"


def write_twins(shared: Shared) -> None:
    """Write the twins of all published pages that have a source, and `llms.txt` beside them."""
    target = Path(shared.config.site_dir)
    files = shared.pages.files
    twins = Twins(shared.site, {*files.pages, *files.published}, _expander(shared))
    texts, written = [], {}
    for page in shared.pages.pages:
        entry = shared.places.entries.get(page.src_uri)
        if entry is None:
            continue
        address = twins.whole(quote(page.src_uri))
        written[address] = twins.write(page)
        path = target / page.src_uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written[address], encoding="utf-8")
        texts.append(Text(entry.title, address, page.front.description or "", page.product))
    words = words_of(shared.site.language)
    groups = group(texts, shared.catalog, words("index.other"))
    summary = str(shared.config.site_description or "")
    name = shared.site.name
    (target / "llms.txt").write_text(write_list(name, summary, groups), encoding="utf-8")
    with (target / "llms-full.txt").open("w", encoding="utf-8") as file:
        file.writelines(write_full(name, groups, written))


def _expander(shared: Shared) -> Callable[[Page], str]:
    """Give the function that puts snippets in their place, as the site's own extension does."""
    config = shared.config
    if _SNIPPETS not in config.markdown_extensions:
        return lambda page: page.body
    values = Values(shared.site, shared.catalog)
    options = {_SNIPPETS: config.mdx_configs.get(_SNIPPETS, {})}
    markdown = Markdown(extensions=[_SNIPPETS], extension_configs=options)
    snippets = markdown.preprocessors["snippet"]

    def expand(page: Page) -> str:
        markdown.reset()
        text = "\n".join(snippets.run(page.body.split("\n")))
        return values.fill(text, scope_of(page, shared.site))

    return expand
