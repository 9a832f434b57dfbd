"""Articles as files: Markdown with `title` and `id` in its head, or HTML named by the id.

Folders are the categories and sections. That is how teams keep a help centre in git, and how
scripts around the API save it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from carebase.errors import Problem
from carebase.importing.export import Article, Export
from carebase.sources import read_text, split_front_matter

ARTICLE_FILES = frozenset((".md", ".markdown", ".html", ".htm"))
_ID = re.compile(r"\d{4,}")
_ANCHOR = re.compile(r"\s*\{#([\w.:-]+)\}\s*\Z")
# Classes behind a link or picture, as kramdown and attr_list read them: looks, and no words.
_CLASSES = re.compile(r"\A\s*\{:?\s*(?:\.[\w-]+\s*)+\}")
_LINK = re.compile(r"/hc/([a-z]{2,3}(?:-[A-Za-z0-9]{2,4})?)/articles/\d")
_HEAD_KEYS = ("title", "id", "draft", "labels", "locale")


def read_files(
    root: Path, paths: Sequence[Path], locale: str | None, problems: list[Problem]
) -> Export:
    """Read every file that has a title; the others are noted as left behind.

    What cannot be read at all goes into `problems`.
    """
    texts: dict[Path, str] = {}
    for path in paths:
        text, wrong = read_text(path, path.relative_to(root).as_posix())
        problems += wrong
        if not wrong:
            texts[path] = text
    export = Export(root, locale=locale or _locale_of(texts.values()))
    for path, text in texts.items():
        name = path.relative_to(root).as_posix()
        is_markdown = path.suffix.lower() in (".md", ".markdown")
        read = _read_markdown if is_markdown else _read_html
        article = read(path, name, text, export, problems)
        if article is not None:
            export.articles.append(article)
    _name_places(root, export)
    return export


def _locale_of(texts: Iterable[str]) -> str:
    """Give the language that most links between the articles name."""
    found = Counter(match[1].lower() for text in texts for match in _LINK.finditer(text))
    return found.most_common(1)[0][0] if found else "en-us"


def _read_markdown(
    path: Path, name: str, text: str, export: Export, problems: list[Problem]
) -> Article | None:
    head = split_front_matter(text, name)
    problems += head.document.problems
    data: dict[str, Any] = head.document.data if isinstance(head.document.data, dict) else {}
    if not data.get("title"):
        if not head.document.problems:
            export.left.append(_no_article(name, "it has no `title` in its head"))
        return None
    unknown = [key for key in data if key not in _HEAD_KEYS]
    article = Article(
        id=str(data.get("id") or ""),
        title=str(data["title"]).strip(),
        html=_markdown_to_html(head.body),
        file=name,
        line=head.body_line,
        source=head.body,
        folder=path.parent,
        keywords=_labels(data.get("labels")),
        why="a draft" if data.get("draft") is True else "",
    )
    for key in unknown:
        line, column = head.document.key_place((key,))
        export.left.append(
            Problem(name, line, column, "key-unknown", f"The key `{key}` has no counterpart.",
                    found=f"`{key}: {data[key]}`", severity="warning")
        )  # fmt: skip
    _add_addresses(article, path.stem, export.locale)
    return article


def _read_html(
    path: Path, name: str, text: str, export: Export, problems: list[Problem]
) -> Article | None:
    soup = BeautifulSoup(text, "html.parser")
    heading = soup.find("h1") or soup.find("title")
    if heading is None or not heading.get_text(strip=True):
        export.left.append(_no_article(name, "it has no `<h1>` and no `<title>`"))
        return None
    title = " ".join(heading.get_text().split())
    heading.decompose()
    found = _ID.search(path.stem)
    article = Article(
        id=found[0] if found else "",
        title=title,
        html=(soup.body or soup).decode_contents(),
        file=name,
        line=1,
        source=text,
        folder=path.parent,
    )
    _add_addresses(article, path.stem, export.locale)
    return article


def _markdown_to_html(body: str) -> str:
    """Render as GitHub and Zendesk's tools do, with `{#id}` behind a heading as its anchor."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(body)
    for token in tokens:
        for before, after in pairwise(token.children or []):
            if before.type in ("link_close", "image") and after.type == "text":
                after.content = _CLASSES.sub("", after.content, 1)
    for opened, inline in pairwise(tokens):
        if opened.type != "heading_open" or not inline.children:
            continue
        last = inline.children[-1]
        if found := _ANCHOR.search(last.content):
            last.content = last.content[: found.start()]
            opened.attrSet("id", found[1])
    return str(parser.renderer.render(tokens, parser.options, {}))


def _labels(value: Any) -> list[str]:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return [str(word) for word in value] if isinstance(value, list) else []


def _add_addresses(article: Article, stem: str, locale: str) -> None:
    if article.id:
        slug = re.sub(r"[^\w]+", "-", stem).strip("-") if not _ID.match(stem) else ""
        base = f"hc/{locale}/articles/{article.id}"
        article.addresses += [base, f"{base}-{slug}"] if slug else [base]


def _name_places(root: Path, export: Export) -> None:
    """Name each article's category and sections by its folders below the one all share."""
    folders = [article.folder for article in export.articles]
    if not folders:
        return
    top = Path(os.path.commonpath(folders))
    if len(set(folders)) == 1:
        top = root
    for article in export.articles:
        article.path = article.folder.relative_to(top).parts


def _no_article(name: str, why: str) -> Problem:
    return Problem(
        name, 1, 1, "no-article", f"The file is no article: {why}.", severity="warning",
        hint="copy by hand what readers should see of it",
    )  # fmt: skip
