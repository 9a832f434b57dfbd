"""Reading a Zendesk Help Center export, in the layout that its folder has."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from carebase.errors import ContentError, Problem, UsageError
from carebase.importing.export import Export
from carebase.importing.zendesk_api import read_json
from carebase.importing.zendesk_files import ARTICLE_FILES, read_files

ADDRESS = re.compile(
    r"https?://(?P<host>[\w.-]+)/hc/(?P<locale>[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})?)/"
    r"(?P<what>articles|sections|categories)/(?P<id>\d+)(?P<slug>-[^\s\"'<>()#?\\]*)?"
)


def read_zendesk(root: Path, locale: str | None = None) -> Export:
    """Read an export: JSON of the Help Center API, or a folder of Markdown or HTML articles.

    With several languages in it only `locale` is read, else the one of most articles. Raises
    UsageError when the folder holds no article, ContentError with every file that cannot be read.
    """
    if not root.is_dir():
        what = "is a file, not a folder" if root.is_file() else "is not there"
        raise UsageError(f"{root} {what}: name the folder of a Help Center export.")
    files = sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(root).parts)
    )
    problems: list[Problem] = []
    json_files = [path for path in files if path.suffix.lower() == ".json"]
    export = read_json(root, json_files, locale, problems)
    if not export.articles and not problems:
        articles = [path for path in files if path.suffix.lower() in ARTICLE_FILES]
        export = read_files(root, articles, locale, problems)
    if problems:
        raise ContentError(problems)
    if not export.articles:
        raise UsageError(
            f"{root} holds no articles: an export is JSON of the Help Center API with `articles`,"
            f" or Markdown or HTML files with a title{_why_none(export)}."
        )
    _note_addresses(export)
    return export


def _why_none(export: Export) -> str:
    """Tell of the first file that was looked into why it is no article."""
    left = [problem for problem in export.left if problem.code == "no-article"]
    if not left:
        return ""
    why = left[0].message.removeprefix("The file is no article: ").rstrip(".")
    more = f" ({len(left) - 1} more too)" if left[1:] else ""
    return f"; {left[0].file} was passed over, for {why}{more}"


def _note_addresses(export: Export) -> None:
    """Find in the articles' links where the help centre stood, and more old addresses."""
    articles = {article.id: article for article in export.articles if article.id}
    hosts: Counter[str] = Counter()
    found = [match for article in export.articles for match in ADDRESS.finditer(article.html)]
    own = [match for match in found if match["id"] in articles]
    hosts.update(match["host"] for match in own)
    export.host = export.host or (hosts.most_common(1)[0][0] if hosts else "")
    names = {_plain(path[-1]): path for path in _paths(export)}
    for match in found:
        address = re.sub(r"^https?://[^/]+/", "", match[0]).rstrip("/.,")
        if match["what"] == "articles":
            if match["id"] in articles:
                _add(articles[match["id"]].addresses, address)
        elif match["host"] == export.host and match["slug"]:
            path = names.get(_plain(match["slug"]))
            if path is not None:
                _add(export.places.setdefault(path, []), address)


def _paths(export: Export) -> set[tuple[str, ...]]:
    return {a.path[:end] for a in export.articles for end in range(1, len(a.path) + 1)}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _add(addresses: list[str], address: str) -> None:
    if address not in addresses:
        addresses.append(address)
