"""Articles as the Help Center API gives them: JSON of `/api/v2/help_center/…`.

Any number of files, each a page of `articles`, `sections` or `categories`, one object of those,
or a list of articles. Source: developer.zendesk.com, Help Center API, JSON format of each.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from carebase.errors import Problem, UsageError
from carebase.importing.export import Article, Export
from carebase.sources import read_text

Object = dict[str, Any]
# An export may hold all articles of a help center in one file.
_MOST_BYTES = 500_000_000
_ONES = {"article": "articles", "section": "sections", "category": "categories"}


def read_json(
    root: Path, paths: Sequence[Path], locale: str | None, problems: list[Problem]
) -> Export:
    """Read every file; what is no JSON goes into `problems`, other JSON is noted as left."""
    export = Export(root)
    found: dict[str, list[tuple[Object, str, str]]] = {many: [] for many in _ONES.values()}
    for path in paths:
        name = path.relative_to(root).as_posix()
        text, wrong = read_text(path, name, _MOST_BYTES)
        problems += wrong
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            if not wrong:
                problems.append(_broken(name, error))
            continue
        entries = list(_entries(data))
        if not entries:
            export.left.append(
                Problem(name, 1, 1, "no-article", "The file holds no articles, sections or"
                        " categories of the Help Center API.", severity="warning")
            )  # fmt: skip
        for many, entry in entries:
            found[many].append((entry, name, text))
    articles = [one for one in found["articles"] if _is_article(*one, problems)]
    if articles and not problems:
        _choose_locale(export, [entry for entry, _, _ in articles], locale)
        sections = {str(one.get("id")): one for one, _, _ in found["sections"]}
        categories = {str(one.get("id")): one for one, _, _ in found["categories"]}
        for entry, name, text in articles:
            _add_article(export, entry, name, text, sections, categories)
        _add_places(export, sections, categories)
    return export


def _broken(name: str, error: Exception) -> Problem:
    line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    said = getattr(error, "msg", "it is nested too deeply")
    return Problem(
        name, line, column, "json-syntax", f"This is not JSON: {said}.",
        hint="save the answer of the API again, whole",
    )  # fmt: skip


def _entries(data: Any) -> Iterator[tuple[str, Object]]:
    if isinstance(data, dict):
        for one, many in _ONES.items():
            values = data.get(many, [data[one]] if isinstance(data.get(one), dict) else [])
            for value in values if isinstance(values, list) else []:
                if isinstance(value, dict):
                    yield many, value
        if "body" in data and "title" in data:
            yield "articles", data
    elif isinstance(data, list):
        for value in data:
            if isinstance(value, dict) and "body" in value and "title" in value:
                yield "articles", value


def _is_article(entry: Object, name: str, text: str, problems: list[Problem]) -> bool:
    """Tell whether an article has what it needs; note what is wrong with it."""
    wrong = [
        key
        for key, kinds in (("id", (int, str)), ("title", (str,)), ("body", (str, type(None))))
        if key not in entry or not isinstance(entry[key], kinds)
    ]
    # The line says little: programs write an export in one.
    named = next((f", of the article whose `{key}` is {json.dumps(entry[key])[:60]}"
                  for key in ("id", "title") if key not in wrong), "")  # fmt: skip
    for key in wrong:
        problems.append(
            Problem(name, _line(text, entry), 1, "article-broken",
                    f"An article has no usable `{key}`.",
                    found=f"`{json.dumps(entry.get(key))[:60]}`{named}",
                    allowed="text" if key != "id" else "a number")
        )  # fmt: skip
    return not wrong


def _line(text: str, entry: Object) -> int:
    at = text.find(f'"id": {entry.get("id")}')
    at = at if at >= 0 else text.find(f'"id":{entry.get("id")}')
    return text.count("\n", 0, max(at, 0)) + 1


def _choose_locale(export: Export, entries: Sequence[Object], wanted: str | None) -> None:
    locales = Counter(str(entry.get("locale") or "en-us") for entry in entries)
    if wanted is not None and wanted not in locales:
        raise UsageError(
            f"No article of the export has the locale `{wanted}`: there are {', '.join(locales)}."
        )
    export.locale = wanted or locales.most_common(1)[0][0]
    addresses = [urlsplit(str(entry.get("html_url") or "")).hostname for entry in entries]
    hosts = Counter(host for host in addresses if host)
    export.host = hosts.most_common(1)[0][0] if hosts else ""


def _add_article(
    export: Export,
    entry: Object,
    name: str,
    text: str,
    sections: dict[str, Object],
    categories: dict[str, Object],
) -> None:
    line = _line(text, entry)
    title = " ".join(entry["title"].split())
    locale = str(entry.get("locale") or "en-us")
    if locale != export.locale:
        export.left.append(
            Problem(name, line, 1, "other-locale", f"`{title}` is in another language.",
                    found=f"`{locale}`", allowed=f"`{export.locale}`", severity="warning",
                    hint=f"import it into a site of its own with `--locale {locale}`")
        )  # fmt: skip
        return
    if any(one.id == str(entry["id"]) for one in export.articles):
        return  # The same article on two pages of the API: it moved between the two calls.
    base = f"hc/{locale}/articles/{entry['id']}"
    address = urlsplit(str(entry.get("html_url") or "")).path.strip("/")
    why = "a draft" if entry.get("draft") is True else ""
    # Readers of a static site are not signed in: what only some could see stays hidden.
    if not why and entry.get("user_segment_id") is not None:
        why = "for signed-in readers only"
    labels = entry.get("label_names")
    export.articles.append(
        Article(
            id=str(entry["id"]),
            title=title or "Untitled",
            html=entry["body"] or "",
            file=name,
            line=line,
            source="",
            folder=export.root / Path(name).parent,
            path=_path(entry, sections, categories),
            addresses=list(dict.fromkeys([base, *([address] if address else [])])),
            keywords=[str(word) for word in labels] if isinstance(labels, list) else [],
            why=why,
        )
    )


def _path(
    entry: Object, sections: dict[str, Object], categories: dict[str, Object]
) -> tuple[str, ...]:
    names: list[str] = []
    section = sections.get(str(entry.get("section_id")))
    seen: set[str] = set()
    while section is not None and str(section.get("id")) not in seen:
        seen.add(str(section.get("id")))
        names.insert(0, str(section.get("name") or "Section"))
        category = categories.get(str(section.get("category_id")))
        parent = sections.get(str(section.get("parent_section_id")))
        if parent is None and category is not None:
            names.insert(0, str(category.get("name") or "Category"))
        section = parent
    return tuple(names)


def _add_places(export: Export, sections: dict[str, Object], categories: dict[str, Object]) -> None:
    for section in sections.values():
        path = _path({"section_id": section.get("id")}, sections, categories)
        _add_place(export, path, section, "sections")
    for category in categories.values():
        _add_place(export, (str(category.get("name") or "Category"),), category, "categories")


def _add_place(export: Export, path: tuple[str, ...], entry: Object, what: str) -> None:
    address = urlsplit(str(entry.get("html_url") or "")).path.strip("/")
    base = f"hc/{export.locale}/{what}/{entry.get('id')}"
    known = export.places.setdefault(path, [])
    known += [one for one in (base, address) if one and one not in known]
