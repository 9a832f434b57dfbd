"""The files below `docs/` as a build sees them: what becomes a page, what is copied."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from carebase.errors import Problem, UsageError
from carebase.site import Site
from carebase.sources.text import no_file


@dataclass(frozen=True)
class DocsFiles:
    """Paths below `docs/`, with `/`, sorted; capital letters count, as they do on a web server.

    `products` and `courses` are the folders that hold a product.yml or course.yml. `kept_out` are
    the files that the site's own patterns exclude. `problems` tell of what is no file.
    """

    all: tuple[str, ...]
    products: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    kept_out: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The Markdown files that become pages; a README gives way to an index beside it."""
        names = set(self.all)
        return tuple(
            name for name in self.all if name.endswith(".md") and not _gives_way(name, names)
        )

    @cached_property
    def published(self) -> frozenset[str]:
        """The files copied as they are: no pages, and no YAML or lock files."""
        return frozenset(
            name for name in self.all if not name.endswith(".md") and not is_source(name)
        )


def _gives_way(name: str, names: set[str]) -> bool:
    folder, slash, last = name.rpartition("/")
    return last == "README.md" and f"{folder}{slash}index.md" in names


def is_source(name: str) -> bool:
    """Tell whether a file only says how the site is made: those are never copied to it."""
    return name.endswith((".yml", ".yaml", ".lock"))


def list_files(site: Site) -> DocsFiles:
    """Walk over `docs/`; what begins with a dot and the top folder `templates` is left out.

    Raises `UsageError` for a link to a folder that holds it: a walk would never end.
    """
    found: list[str] = []
    kept_out: list[str] = []
    problems: list[Problem] = []
    rooms = [("", str(site.docs_dir))]
    for prefix, room in rooms:
        for entry in _entries(room):
            name = prefix + entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                if name != "templates":
                    _no_circle(site, Path(entry.path))
                    rooms.append((f"{name}/", entry.path))
            elif site.excluded(name):
                kept_out.append(name)
            elif (odd := None if entry.is_file() else _odd(site, Path(entry.path))) is not None:
                problems.append(odd)
            else:
                found.append(name)
    return DocsFiles(
        tuple(sorted(found)), _folders(found, "products", "product.yml"),
        _folders(found, "courses", "course.yml"),
        tuple(sorted(kept_out)),
        tuple(sorted(problems, key=lambda problem: problem.place)),
    )  # fmt: skip


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        # Nothing of it can be listed.
        return []


def _odd(site: Site, path: Path) -> Problem | None:
    try:
        return no_file(path, site.name_of(path))
    except OSError:
        # A link to nothing is told when it is read.
        return None


def _no_circle(site: Site, folder: Path) -> None:
    if folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"{site.name_of(folder)} is a link to a folder that holds it, so that its pages would"
            " go on for ever: take it away."
        )


def _folders(names: list[str], room: str, file: str) -> frozenset[str]:
    parts = (name.split("/") for name in names if name.endswith(f"/{file}"))
    return frozenset(part[1] for part in parts if len(part) == 3 and part[0] == room)
