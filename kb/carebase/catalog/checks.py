"""What a product.yml names and what is really there: checked even when the file has errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from carebase.errors import nearest
from carebase.sources import Document, is_there

DataPath = tuple[str | int, ...]

_EACH = "*"
# Where a product.yml names files, relative to its own folder.
_FILES = (
    ("picture",),
    ("serial", "picture"),
    ("parts", _EACH, "guide"),
    ("parts", _EACH, "picture"),
    ("service_plan", _EACH, "guide"),
    ("downloads", _EACH, "file"),
)
# What must stand only once in its list.
_UNIQUE = (
    ("models", _EACH, "id"),
    ("components", _EACH, "id"),
    ("parts", _EACH, "sku"),
    ("notices", _EACH, "id"),
)


def check_product(document: Document, folder: Path, policies: Collection[str]) -> None:
    """Note what does not fit: the id, policies and files that are not there, ids given twice."""
    _check_id(document, folder.name)
    _check_policies(document, policies)
    _check_files(document, folder)
    for pattern in _UNIQUE:
        _check_unique(document, pattern)


def texts_at(data: Any, pattern: DataPath, path: DataPath = ()) -> Iterator[tuple[DataPath, str]]:
    """Give each text at a place such as `("parts", "*", "sku")`, with its own path."""
    if not pattern:
        if isinstance(data, str):
            yield path, data
        return
    key, *rest = pattern
    if key == _EACH:
        for index, entry in enumerate(data if isinstance(data, list) else ()):
            yield from texts_at(entry, tuple(rest), (*path, index))
    elif isinstance(data, dict) and key in data:
        yield from texts_at(data[key], tuple(rest), (*path, key))


def _check_id(document: Document, folder: str) -> None:
    for path, found in texts_at(document.data, ("id",)):
        if found != folder:
            document.problem(
                path,
                "product-id",
                "A product's id is the name of its folder.",
                found=f"`{found}` in the folder `{folder}`",
                allowed=f"`{folder}`",
            )


def _check_policies(document: Document, policies: Collection[str]) -> None:
    named = [*texts_at(document.data, ("policy",))]
    named += texts_at(document.data, ("policy", _EACH, "policy"))
    for path, name in named:
        if name in policies or "@" not in name:
            continue
        match = nearest(name, policies)
        document.problem(
            path,
            "unknown-policy",
            f"There is no policy `{name}`.",
            found=f"`{name}`",
            allowed=", ".join(sorted(policies)) or "no policy file exists yet",
            hint=f"did you mean `{match}`?"
            if match
            else f"write docs/warranty/policies/{name}.yml",
        )


def _check_files(document: Document, folder: Path) -> None:
    for pattern in _FILES:
        for path, name in texts_at(document.data, pattern):
            if name.startswith("/") or is_there(folder / name):
                continue
            match = nearest(name, _files_below(folder))
            document.problem(
                path,
                "missing-file",
                f"The file `{name}` is not there.",
                found=f"`{name}`",
                allowed="a file relative to the product's folder",
                hint=f"did you mean `{match}`?" if match else "",
            )


def _files_below(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()
    ]


def _check_unique(document: Document, pattern: DataPath) -> None:
    seen: set[str] = set()
    for path, name in texts_at(document.data, pattern):
        if name in seen:
            document.problem(
                path,
                "duplicate-id",
                f"`{name}` stands twice in `{pattern[0]}`.",
                found=f"`{name}` again",
                allowed="each once",
            )
        seen.add(name)
