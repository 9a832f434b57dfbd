"""Filling the values of the catalogue into pages as they are read, and telling of unknown ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from markdown import Markdown

from carebase.articles.lines import read_lines
from carebase.articles.page import Page, find_title
from carebase.articles.snippets import check_snippets, find_snippets
from carebase.articles.values import (
    Scope,
    Values,
    find_plain_references,
    find_references,
)
from carebase.catalog import Catalog
from carebase.errors import Problem
from carebase.site import Site
from carebase.sources import read_text

# The keys of front matter that readers see.
FILLED_KEYS = ("title", "description")
_SNIPPET = re.compile(r"-{2,}8<-{2,}")
# What each of them holds: looking for it alone is many times as fast.
_SCISSORS = "--8<--"
_NAME = re.compile(r"-{2,}8<-{2,}\s+[\"']?(?P<name>[^\"'\s:]+)|^\s*(?P<row>[^\s\"'-][^\s:]*)\s*$")


def scope_of(page: Page, site: Site) -> Scope:
    """Say what `product.` and `model.` mean on a page; the product of its folder goes first."""
    products = (page.product,) if page.product else page.products
    return Scope(products, tuple(page.front.models), page.front.lang or site.language)


class Filling:
    """Fills in the pages of one site."""

    def __init__(self, site: Site, catalog: Catalog, markdown: Markdown) -> None:
        self.site = site
        self.values = Values(site, catalog)
        registry: Any = markdown.preprocessors
        self.snippets: Any = None
        if "snippet" in registry:
            self.snippets = registry["snippet"]
        self.markdown = markdown

    def fill(self, page: Page) -> tuple[Page, list[Problem]]:
        """Give a page with its values filled in, and a problem for each that stands for nothing.

        Its lines stay as they were written, so that places in the file stay right.
        """
        written = [getattr(page.front, key) or "" for key in FILLED_KEYS]
        named = list(find_snippets(page)) if _SCISSORS in page.body else []
        includes = self.snippets is not None and bool(named)
        told = list(check_snippets(page, named, self.snippets))
        if not includes and "{{" not in page.body and not any("{{" in text for text in written):
            return page, told
        scope = scope_of(page, self.site)
        references = list(find_references(page.lines.lines))
        problems = [*told, *self.values.problems(page.file, iter(references), scope)]
        problems += self._in_head(page, scope)
        if includes:
            problems += self._in_snippets(page, scope, {one.name for one in references})
        front = page.front.model_copy(
            update={
                key: self.values.fill_plain(text, scope)
                for key, text in zip(FILLED_KEYS, written, strict=True)
                if "{{" in text
            }
        )
        body = self.values.fill(page.body, scope)
        title = page.title
        if "{{" in title:
            title = front.title or find_title(read_lines(body)) or title
        return replace(page, body=body, front=front, title=title), problems

    def _in_head(self, page: Page, scope: Scope) -> Iterator[Problem]:
        keys = [key for key in FILLED_KEYS if "{{" in (getattr(page.front, key) or "")]
        if not keys:
            return
        rows = read_text(self.site.root / page.file, page.file)[0].split("\n")
        for key in keys:
            first, column = page.document.place((key,))
            # A text may go on over several rows.
            last = min((line for line, _ in page.document.keys.values() if line > first),
                       default=page.body_line)  # fmt: skip
            for line in range(first, max(last, first + 1)):
                row = rows[line - 1] if line <= len(rows) else ""
                found = find_plain_references(row, line, column if line == first else 1)
                yield from self.values.problems(page.file, found, scope)

    def _in_snippets(self, page: Page, scope: Scope, known: set[str]) -> Iterator[Problem]:
        """Check what included files name, and tell it where they do if the file can be found."""
        self.markdown.reset()
        try:
            text = "\n".join(self.snippets.run(page.body.split("\n")))
        except Exception:
            # A missing snippet is told where the page is rendered.
            return
        for one in find_references(read_lines(text).lines):
            if one.name in known:
                continue
            place = self._find(page, one.written)
            file, line, column = place or (page.file, *_first_snippet(page))
            found = iter([replace(one, line=line, column=column)])
            yield from self.values.problems(file, found, scope)

    def _find(self, page: Page, written: str) -> tuple[str, int, int] | None:
        names = [match["name"] or match["row"] for line in page.lines.lines
                 if (match := _NAME.search(line.text))]  # fmt: skip
        for base in self.snippets.base_path:
            for name in names:
                path = Path(base) / name
                if not path.is_file():
                    continue
                for number, row in enumerate(read_text(path, name)[0].split("\n"), 1):
                    if written in row:
                        return self.site.name_of(path.resolve()), number, row.index(written) + 1
        return None


def _first_snippet(page: Page) -> tuple[int, int]:
    for line in page.lines.lines:
        if found := _SNIPPET.search(line.text):
            return line.number, found.start() + 1
    return page.body_line, 1
